"""What learning refuses, in sentences."""

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal


class SeatsTaken(Refusal):
    """The last seat is gone."""

    code = "seats-taken"
    sentence = _l("En esta edición ya no quedan plazas. Elige otra o pregunta a tu federación.")


class EditionClosed(Refusal):
    """The federation closed the enrolment."""

    code = "edition-closed"
    sentence = _l("La inscripción en esta edición está cerrada. Elige otra o pregunta a tu federación.")


class EditionEnded(Refusal):
    """The edition is over."""

    code = "edition-ended"
    sentence = _l("Esta edición ya terminó. Elige otra o pregunta a tu federación.")


class WrongAudience(Refusal):
    """The course is for people in another role."""

    code = "wrong-audience"
    sentence = _l("Este curso es para otro papel. Si crees que te corresponde, pregunta a tu federación.")


class EditionUnknown(Refusal):
    """There is no such edition in the federation."""

    code = "edition-unknown"
    sentence = _l("Esta edición no está en tu federación.")


class CourseUnknown(Refusal):
    """There is no such published course for the federation."""

    code = "course-unknown"
    sentence = _l("Ese curso ya no está en el catálogo. Elige otro.")
    field = "course"


class DatesReversed(Refusal):
    """The edition would end before it begins."""

    code = "dates-reversed"
    sentence = _l("La edición termina antes de empezar. Cambia una de las dos fechas.")
    field = "ends_on"


class EditionOver(Refusal):
    """The new edition would be over already."""

    code = "edition-over"
    sentence = _l("Esa fecha de final ya pasó. Elige una posterior.")
    field = "ends_on"


class EditionTooLong(Refusal):
    """More than five years."""

    code = "edition-too-long"
    sentence = _l("Una edición dura cinco años como mucho. Revisa las fechas.")
    field = "ends_on"


class SeatsOdd(Refusal):
    """Fewer than one seat, or more than anybody teaches."""

    code = "seats-odd"
    sentence = _l("Las plazas van de 1 a %(most)s.")
    field = "seats"


class NotForEverybody(Refusal):
    """The federation has closed the door that stood open when the person asked."""

    code = "not-for-everybody"
    sentence = _l(
        "Esta edición ya no admite a quien no tiene invitación. Pregunta a la federación; tu cuenta no ha cambiado."
    )


class OnlyForInvited(Refusal):
    """A course for those whom a federation has chosen."""

    code = "only-for-invited"
    sentence = _l("Un curso para agentes sénior no se abre a todo el mundo: la federación invita. Quita esa casilla.")
    field = "for_everybody"


class LessonUnknown(Refusal):
    """The lesson is not of the edition's version."""

    code = "lesson-unknown"
    sentence = _l("Esta lección no es de tu edición del curso.")


class ReflectionTooLong(Refusal):
    """More text than is kept."""

    code = "reflection-too-long"
    sentence = _l(
        "El texto tiene %(length)s caracteres y se guardan %(most)s como mucho. Acórtalo; mientras, sigue aquí."
    )
    field = "text"


class ReflectionStale(Refusal):
    """Another page has written since this one was opened."""

    code = "reflection-stale"
    sentence = _l(
        "Esta reflexión se cambió en otra ventana o en otro aparato. No se ha perdido nada: tu texto sigue en el cuadro."
    )
    field = "text"
