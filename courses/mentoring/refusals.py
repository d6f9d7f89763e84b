"""The refusals of mentoring: each with its code, a sentence, and what to do."""

from datetime import datetime
from typing import Any

from babel.dates import format_skeleton
from flask_babel import format_datetime
from flask_babel import lazy_gettext as _l

from courses.mentoring.rules import Fault
from lms import i18n
from lms.errors import Refusal


def _said(value: Any) -> Any:
    """A moment as its day in words ("3 de marzo"); anything else as it is."""
    if isinstance(value, datetime):
        return format_skeleton("MMMMd", i18n.local(value), locale=i18n.current())
    return value


class MentoringRefusal(Refusal):
    """The parent: says moments in the person's language and zone, and not before somebody reads them."""

    def __str__(self) -> str:
        return str(self.sentence) % {name: _said(value) for name, value in self.facts.items()}


class MinutesOutOfRange(MentoringRefusal):
    """Fewer than 5 minutes, more than 720, or no whole number."""

    code = "minutes-out-of-range"
    sentence = _l(
        "Una sesión dura entre %(shortest)s y %(longest)s minutos, sin decimales. Escribe la duración en minutos: 90 para una hora y media."
    )
    field = "minutes"


class SessionInFuture(MentoringRefusal):
    """It is not over yet."""

    code = "session-in-future"
    sentence = _l("Esta sesión todavía no ha terminado. Apúntala después, o revisa el día, la hora y los minutos.")
    field = "day"


class BeforePairing(MentoringRefusal):
    """Earlier than the pairing."""

    code = "before-pairing"
    sentence = _l(
        "Vuestra mentoría empezó el %(since)s. Cambia el día, o pide a tu federación que revise la fecha de la pareja."
    )
    field = "day"


class AfterPairing(MentoringRefusal):
    """Later than the pairing."""

    code = "after-pairing"
    sentence = _l("Vuestra mentoría terminó el %(until)s. Cambia el día, o elige a otra persona.")
    field = "day"


class SessionsOverlap(MentoringRefusal):
    """The person was in another session then."""

    code = "sessions-overlap"
    sentence = _l("La sesión del %(day)s se cruza con otra de %(from)s a %(to)s. Cambia la hora o revisa la otra.")
    field = "time"

    def __str__(self) -> str:
        starts, ends = self.facts["starts_at"], self.facts["ends_at"]
        clock = {"from": format_datetime(starts, "HH:mm"), "to": format_datetime(ends, "HH:mm")}
        return str(self.sentence) % {"day": _said(starts), **clock}


class MentorBusy(MentoringRefusal):
    """The mentor was in somebody else's session then; whose and how long is not told."""

    code = "mentor-busy"
    sentence = _l(
        "El %(day)s a esa hora tu agente sénior ya tiene otra sesión. Comprobad la hora y cámbiala; si fue en grupo, elige «Correflexión en grupo» y la misma hora de inicio que el resto."
    )
    field = "time"


class DayFull(MentoringRefusal):
    """More than 24 hours on one day."""

    code = "day-full"
    sentence = _l("Con esta sesión, el %(day)s sumaría más de 24 horas. Revisa los minutos o el día.")
    field = "minutes"


class KindUnknown(MentoringRefusal):
    """No such kind of session."""

    code = "kind-unknown"
    sentence = _l("Elige qué tipo de sesión fue.")
    field = "kind"


class FormatUnknown(MentoringRefusal):
    """No such way of meeting."""

    code = "format-unknown"
    sentence = _l("Elige cómo fue: en persona, por vídeo o por teléfono.")
    field = "format"


class CompetencyUnknown(MentoringRefusal):
    """Not written like a competency's code."""

    code = "competency-unknown"
    sentence = _l(
        "«%(competency)s» no es un código de competencia. Escríbelos como 1.2, separados por comas, o deja el campo vacío."
    )
    field = "competencies"


class TooManyCompetencies(MentoringRefusal):
    """More competencies than a session can be about."""

    code = "competencies-too-many"
    sentence = _l("Caben %(most)s competencias. Deja las que más trabajasteis.")
    field = "competencies"


class NoteTooLong(MentoringRefusal):
    """The note does not fit."""

    code = "note-too-long"
    sentence = _l("La nota tiene %(length)s caracteres y caben %(most)s. Acórtala.")
    field = "note"


class OnlyOwnHours(MentoringRefusal):
    """Somebody else than the person writes their hours."""

    code = "only-own-hours"
    sentence = _l("Cada persona apunta sus propias horas. Pídele que apunte la sesión y después podrás visarla.")


class OwnHours(MentoringRefusal):
    """A signature on one's own hours."""

    code = "own-hours"
    sentence = _l("Nadie visa sus propias horas. Desmarca las tuyas: las visa la persona que te acompaña.")


class NotSenior(MentoringRefusal):
    """The role was taken away."""

    code = "not-senior"
    sentence = _l(
        "Para esto hace falta ser agente sénior en esta federación, y ahora mismo no consta. Habla con tu federación; las sesiones siguen ahí."
    )


class NothingChosen(MentoringRefusal):
    """A sign-off of nothing."""

    code = "nothing-chosen"
    sentence = _l("No has marcado ninguna sesión. Marca al menos una y vuelve a visar.")


class TooManyChosen(MentoringRefusal):
    """More sessions at once than one act may sign."""

    code = "too-many-chosen"
    sentence = _l("Puedes visar hasta %(most)s sesiones de una vez. Marca menos.")


class NoLongerWaiting(MentoringRefusal):
    """Another act came first."""

    code = "no-longer-waiting"
    sentence = _l(
        "Esta sesión ya no espera visado: alguien la visó, la devolvió o la corrigió antes. Vuelve a abrirla para ver cómo está."
    )


class NotCorrectable(MentoringRefusal):
    """What is signed is not edited."""

    code = "not-correctable"
    sentence = _l(
        "Esta sesión ya está visada y no se edita. Si hay un error, pide a tu agente sénior que la anule y apúntala de nuevo."
    )


class NotReversible(MentoringRefusal):
    """Nothing signed to take back, or taken back before."""

    code = "not-reversible"
    sentence = _l("Esta sesión no está visada, o ya se anuló. Vuelve a abrirla para ver cómo está.")


class ReasonMissing(MentoringRefusal):
    """A return or a reversal without a reason."""

    code = "reason-missing"
    sentence = _l("Escribe el motivo, para que la otra persona sepa qué hacer.")
    field = "reason"


class ReasonTooLong(MentoringRefusal):
    """The reason does not fit."""

    code = "reason-too-long"
    sentence = _l("El motivo tiene %(length)s caracteres y caben %(most)s. Acórtalo.")
    field = "reason"


class NotTrainee(MentoringRefusal):
    """Who is to be accompanied has no role of agent here."""

    code = "not-trainee"
    sentence = _l(
        "La persona acompañada tiene que ser agente (en formación o con acreditación) en esta federación. Dale el rol o elige a otra."
    )
    field = "person_id"


class NotRecognised(MentoringRefusal):
    """The mentor's federation has no agreement with this one, or none any more."""

    code = "not-recognised"
    sentence = _l(
        "Entre las dos federaciones no hay ahora un acuerdo que reconozca los certificados, así que no se puede hacer. Habla con la tuya; lo ya visado sigue contando."
    )


class NotMentor(MentoringRefusal):
    """Who is to accompany has no role of senior agent here."""

    code = "not-mentor"
    sentence = _l("Quien acompaña tiene que ser agente sénior en esta federación. Dale el rol o elige a otra persona.")
    field = "mentor_id"


class MentorAssessed(MentoringRefusal):
    """For one candidate the mentor is not the assessor."""

    code = "mentor-assessed"
    sentence = _l(
        "Esta persona ha evaluado a quien se forma, así que no puede acompañarle. Elige a otra para la mentoría."
    )
    field = "mentor_id"


class SamePerson(MentoringRefusal):
    """A pairing with oneself."""

    code = "same-person"
    sentence = _l("Nadie puede ser su propia mentora. Elige a dos personas distintas.")
    field = "mentor_id"


class AlreadyPaired(MentoringRefusal):
    """The pairing stands already."""

    code = "already-paired"
    sentence = _l("Estas dos personas ya forman pareja. Búscala en la lista, o elige a otra persona.")
    field = "mentor_id"


class AlreadyEnded(MentoringRefusal):
    """The pairing was ended before."""

    code = "already-ended"
    sentence = _l("Esta pareja ya estaba terminada. No hay nada más que hacer.")


BY_CODE: dict[str, type[MentoringRefusal]] = {kind.code: kind for kind in MentoringRefusal.__subclasses__()}


def raise_if(fault: Fault | None) -> None:
    """Raise the refusal of a rule's fault, if there is one."""
    if fault is not None:
        raise BY_CODE[fault.code](**fault.facts)
