"""How long each kind of record is kept, as a person would say it."""

from flask_babel import lazy_gettext as _l

# Kind of lms.people.federations.rules.RETENTION → what, and from when its months count.
KEPT = {
    "reflections": (_l("Las reflexiones"), _l("desde que acaba la edición")),
    "quiz-answers": (_l("Las respuestas de cada cuestionario (la nota queda)"), _l("desde que se entrega")),
    "talk": (_l("Las conversaciones"), _l("desde lo último que se dijo en cada una")),
    "messages": (_l("Los avisos"), _l("desde que se envían")),
    "sign-ins": (_l("Las sesiones abiertas y cerradas"), _l("desde que acaban")),
    "invitations": (_l("Las invitaciones"), _l("desde que se aceptan, se retiran o caducan")),
    "imports": (_l("Las listas de personas importadas"), _l("desde que acaba la importación")),
    "refused-dossiers": (_l("El contenido de un expediente no aprobado"), _l("desde la decisión")),
    "unused-accounts": (_l("Las cuentas sin papel ni certificado"), _l("desde la última visita")),
}
STATES = {
    "open": ("wait", _l("Sin responder")),
    "done": ("ok", _l("Corregido")),
    "declined": ("stop", _l("No se puede corregir")),
}
