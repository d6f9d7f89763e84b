"""The words of a copy's readable page: topics, tables and columns as a person would call them."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from html import unescape
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from lms import i18n
from lms.texts import gettext as _

# In the order of the page. Each is also the name of a JSON file.
TOPICS = {
    "account": _l("Tu cuenta"),
    "sign-ins": _l("Tus entradas"),
    "roles": _l("Tus papeles"),
    "consents": _l("Lo que has aceptado"),
    "privacy": _l("Lo que has pedido sobre tus datos"),
    "messages": _l("Tus avisos"),
    "learning": _l("Tus cursos"),
    "talk": _l("Tus conversaciones"),
    "quizzes": _l("Tus cuestionarios"),
    "care": _l("Tu plan de cuidado"),
    "mentoring": _l("Tu mentoría"),
    "competencies": _l("Tus competencias"),
    "accreditation": _l("Tu acreditación"),
    "certificates": _l("Tus certificados"),
    "courses": _l("Los cursos que escribes"),
    "federation": _l("Lo que haces para tu federación"),
    "trail": _l("Qué ha quedado anotado de lo que haces"),
}
TABLES = {
    "people": _l("Quién eres aquí"),
    "passkeys": _l("Llaves de acceso"),
    "invitations": _l("Invitaciones"),
    "legal_names": _l("Nombre legal"),
    "sign_ins": _l("Sesiones"),
    "identities": _l("Cuentas de otros servicios con las que entras"),
    "devices": _l("Dispositivos conocidos"),
    "memberships": _l("Papeles"),
    "acknowledgements": _l("Textos aceptados"),
    "copies": _l("Copias"),
    "corrections": _l("Correcciones"),
    "erasures": _l("Borrados"),
    "messages": _l("Avisos"),
    "digests": _l("Resúmenes por correo"),
    "message_wishes": _l("Cómo quieres los avisos"),
    "message_discretions": _l("Discreción del correo"),
    "enrolments": _l("Inscripciones"),
    "waiting_places": _l("Listas de espera"),
    "edition_trainers": _l("Ediciones que llevas"),
    "attendances": _l("Asistencia a encuentros"),
    "attendance_changes": _l("Correcciones de tu asistencia"),
    "calendar_feeds": _l("Dirección de tu calendario"),
    "reminders": _l("Recordatorios que se te han enviado"),
    "lessons_done": _l("Lecciones hechas"),
    "reflections": _l("Reflexiones"),
    "notes": _l("Notas"),
    "phone_keys": _l("Teléfonos con módulos guardados"),
    "deeds": _l("Lo que llegó después de escribirse sin conexión"),
    "voice_notes": _l("Grabaciones de voz"),
    "shared_reflections": _l("Reflexiones compartidas"),
    "reflection_answers": _l("Respuestas a reflexiones"),
    "care_plans": _l("Tu plan"),
    "care_versions": _l("Versiones de tu plan"),
    "attempts": _l("Intentos"),
    "answers": _l("Respuestas"),
    "pairings": _l("Parejas de mentoría"),
    "mentoring_sessions": _l("Sesiones de mentoría"),
    "hours_entries": _l("Horas visadas"),
    "observations": _l("Observaciones"),
    "ratings": _l("Valoraciones"),
    "dossiers": _l("Expedientes"),
    "decisions": _l("Decisiones"),
    "certificates": _l("Certificados"),
    "register_acts": _l("Actos del registro"),
    "document_drafts": _l("Borradores"),
    "course_drafts": _l("Cursos en borrador"),
    "draft_changes": _l("Cambios en borradores de cursos"),
    "draft_files": _l("Textos de borradores de cursos"),
    "workplaces": _l("Servicio en el que trabajas"),
    "lrs_names": _l("Tu número en el registro de aprendizaje"),
    "statements": _l("Lo enviado al registro de aprendizaje"),
    "package_records": _l("Paquetes SCORM"),
    "talk_threads": _l("Conversaciones que empezaste"),
    "talk_posts": _l("Lo que has dicho"),
    "talk_follows": _l("Conversaciones que sigues"),
    "talk_flags": _l("Mensajes que pediste mirar"),
    "audit_entries": _l("Anotaciones"),
}
COLUMNS = {
    "about": _l("sobre qué"),
    "accepted_at": _l("aceptada"),
    "act": _l("acto"),
    "action": _l("qué"),
    "actor_id": _l("quién"),
    "answer": _l("respuesta"),
    "answered_at": _l("respondida"),
    "applied_at": _l("pedida"),
    "asked_at": _l("pedida"),
    "assessor_id": _l("quién observó"),
    "at": _l("cuándo"),
    "attempt": _l("intento"),
    "author_id": _l("de quién"),
    "became": _l("ahora es"),
    "began_at": _l("comienzo"),
    "begun_at": _l("empezado"),
    "body": _l("qué dice"),
    "called_back_at": _l("anulado"),
    "certificate_name": _l("nombre para el certificado"),
    "chosen": _l("elegiste"),
    "code": _l("código"),
    "competencies": _l("competencias"),
    "competency": _l("competencia"),
    "completion": _l("terminado"),
    "connected_at": _l("conectada"),
    "content": _l("lo que escribiste"),
    "counts": _l("cuenta"),
    "create_datetime": _l("creada"),
    "created_at": _l("desde"),
    "day": _l("día"),
    "decided_at": _l("decidida"),
    "device": _l("dispositivo"),
    "device_type": _l("tipo"),
    "document": _l("texto"),
    "done_at": _l("hecho"),
    "due_at": _l("previsto para"),
    "due_on": _l("plazo propio"),
    "edited_at": _l("cambiado"),
    "edition": _l("edición"),
    "email": _l("correo"),
    "ended_at": _l("fin"),
    "enrolled_at": _l("inscripción"),
    "evidence": _l("evidencias"),
    "expires_at": _l("hasta"),
    "facts": _l("datos"),
    "fault": _l("por qué no salió"),
    "federation": _l("federación"),
    "format": _l("formato"),
    "framework": _l("marco"),
    "given_at": _l("dado"),
    "how": _l("cómo se apuntó"),
    "indicators": _l("indicadores"),
    "issued_at": _l("emitido"),
    "issuer": _l("servicio"),
    "kept_at": _l("guardada"),
    "kind": _l("tipo"),
    "kind_group": _l("grupo"),
    "known_since": _l("conocido desde"),
    "last_lesson": _l("última lección"),
    "last_used_at": _l("usado por última vez"),
    "lastuse_datetime": _l("usada por última vez"),
    "legal_name": _l("con el nombre legal"),
    "lesson": _l("lección"),
    "level": _l("nivel"),
    "locale": _l("idioma"),
    "made_at": _l("hecha"),
    "mail": _l("correo"),
    "mailed_at": _l("enviado"),
    "markdown": _l("texto"),
    "meeting": _l("encuentro"),
    "mentor_id": _l("quién acompaña"),
    "mime": _l("formato"),
    "minutes": _l("minutos"),
    "module": _l("módulo"),
    "name": _l("nombre"),
    "note": _l("nota"),
    "noted_at": _l("apuntada"),
    "notice": _l("aviso de contenido"),
    "number": _l("número"),
    "observed_at": _l("observado"),
    "opened_at": _l("abierto"),
    "pass_mark": _l("para aprobar"),
    "passed": _l("aprobado"),
    "path": _l("lugar en la carpeta"),
    "paused_at": _l("en pausa desde"),
    "position": _l("pregunta"),
    "pronouns": _l("pronombres"),
    "quiz": _l("cuestionario"),
    "read_at": _l("leído"),
    "reader_id": _l("quién la lee"),
    "reading": _l("lectura"),
    "ready_at": _l("lista"),
    "reason": _l("motivo"),
    "reasons": _l("motivos"),
    "recorded_at": _l("anotado"),
    "removed_at": _l("retirado"),
    "returned_at": _l("devuelta"),
    "returned_reason": _l("por qué se devolvió"),
    "review_on": _l("para volver a mirarlo"),
    "reviewed_at": _l("última versión"),
    "role": _l("papel"),
    "said_at": _l("dicho"),
    "saved_at": _l("guardado"),
    "scheme": _l("acreditación"),
    "score": _l("puntuación"),
    "sealed": _l("nombre legal"),
    "sealed_name": _l("nombre en el certificado"),
    "second_factor": _l("con segundo paso"),
    "seconds": _l("segundos"),
    "seen_at": _l("última vez"),
    "sent_at": _l("enviado"),
    "serial": _l("número"),
    "service_id": _l("servicio"),
    "session_seconds": _l("segundos"),
    "setting": _l("dónde"),
    "shared_at": _l("compartida"),
    "show_name": _l("nombre a la vista"),
    "signed_at": _l("visada"),
    "since": _l("desde"),
    "size": _l("tamaño en bytes"),
    "slug": _l("dirección"),
    "snapshot": _l("contenido"),
    "starts_at": _l("cuándo"),
    "state": _l("estado"),
    "subject": _l("identificador"),
    "submitted_at": _l("entregado"),
    "success": _l("superado"),
    "taken_back_at": _l("retirada"),
    "text": _l("texto"),
    "thread_id": _l("conversación"),
    "timezone": _l("zona horaria"),
    "title": _l("título"),
    "until": _l("hasta"),
    "updated_at": _l("escrita"),
    "used_alternative": _l("con la alternativa"),
    "valid_until": _l("válido hasta"),
    "verdict": _l("voto"),
    "version": _l("versión"),
    "was": _l("antes era"),
    "way": _l("cómo"),
    "what": _l("qué"),
    "wish": _l("petición"),
    "withdrawn_at": _l("retirado"),
    "words": _l("palabras"),
    "written_at": _l("escrita"),
}
LANGUAGES = {"es", "en"}
_TAG = re.compile(r"<[^>]{0,2000}>")


def heading(topic: str) -> Markup:
    """A topic's title, with the name of its file."""
    return Markup('<h2>{}</h2>\n<p class="file">{}.json</p>\n').format(TOPICS[topic], topic)


def subheading(table: str) -> Markup:
    """A table's title."""
    return Markup("<h3>{}</h3>\n").format(TABLES.get(table, table))


def line(told: Mapping[str, Any]) -> Markup:
    """A row: what is empty is left out."""
    shown = [(COLUMNS.get(name, name), value(said)) for name, said in told.items() if said not in (None, "", [], {})]
    return Markup("<dl>{}</dl>\n").format(
        Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, said) for name, said in shown)
    )


def value(said: Any) -> Any:
    """A value in words."""
    if isinstance(said, bool):
        return _("sí") if said else _("no")
    if isinstance(said, datetime):
        return i18n.moment(said)
    if isinstance(said, date):
        return i18n.day(said)
    if isinstance(said, dict):
        if said and set(said) <= LANGUAGES:
            return _plain(str(said.get(i18n.current()) or next(iter(said.values()))))
        return Markup("; ").join(Markup("{}: {}").format(name, value(one)) for name, one in said.items())
    if isinstance(said, list):
        return Markup(", ").join(escape(value(one)) for one in said)
    return str(said)


def _plain(text: str) -> str:
    """A text without its markup."""
    return " ".join(unescape(_TAG.sub(" ", text)).split()) if "<" in text else text
