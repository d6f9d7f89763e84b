"""What editions refuse, in sentences."""

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal


class SeatFree(Refusal):
    """There is a seat: nobody has to wait."""

    code = "seat-free"
    sentence = _l("En esta edición quedan plazas: no hace falta esperar. Inscríbete.")


class AlreadyIn(Refusal):
    """The person is in the edition."""

    code = "already-in"
    sentence = _l("Ya estás en esa edición.")


class OfferGone(Refusal):
    """The seat that was offered went on to the next."""

    code = "offer-gone"
    sentence = _l("Esa plaza ya pasó a otra persona. Puedes volver a apuntarte a la lista de espera.")


class NotWaiting(Refusal):
    """The person is not in the queue."""

    code = "not-waiting"
    sentence = _l("No estás en la lista de espera de esta edición.")


class OtherCourse(Refusal):
    """Only editions of the same course."""

    code = "other-course"
    sentence = _l("Esa edición es de otro curso. Elige una edición del mismo.")
    field = "edition"


class SameEdition(Refusal):
    """One is there already."""

    code = "same-edition"
    sentence = _l("Ya estás en esa edición. Elige otra.")
    field = "edition"


class NoSeatThere(Refusal):
    """The other edition is full, or others wait for it."""

    code = "no-seat-there"
    sentence = _l("En esa edición no quedan plazas. Sigues en la tuya; nada ha cambiado.")
    field = "edition"


class EditionShut(Refusal):
    """The other edition takes nobody."""

    code = "edition-shut"
    sentence = _l("La inscripción en esa edición está cerrada. Sigues en la tuya; nada ha cambiado.")
    field = "edition"


class BeenThere(Refusal):
    """They were in that edition before and left: what they did is there."""

    code = "been-there"
    sentence = _l(
        "Estuviste antes en esa edición y lo que hiciste sigue allí: vuelve a inscribirte desde la página del curso."
    )
    field = "edition"


class DayPast(Refusal):
    """A day that is over."""

    code = "day-past"
    sentence = _l("Ese día ya pasó. Elige hoy u otro día más adelante.")
    field = "due_on"


class DayFar(Refusal):
    """More than a year after the edition's end."""

    code = "day-far"
    sentence = _l("Puedes llevarlo hasta un año después del final de la edición. Elige un día anterior al %(latest)s.")
    field = "due_on"


class FewerSeats(Refusal):
    """There are more people than the seats would be."""

    code = "fewer-seats"
    sentence = _l("Ya hay %(taken)s plazas ocupadas: no pueden quedar menos.")
    field = "seats"


class DatesLeaveMeetings(Refusal):
    """Meetings would fall outside the edition."""

    code = "dates-leave-meetings"
    sentence = _l("Con esas fechas quedaría fuera algún encuentro. Cambia antes el encuentro o elige otras fechas.")
    field = "ends_on"


class OddLink(Refusal):
    """No address of the web."""

    code = "odd-link"
    sentence = _l("El enlace empieza por https://. Cópialo entero de la videollamada.")
    field = "link"


class OutsideTheEdition(Refusal):
    """The meeting's day is none of the edition's."""

    code = "outside-the-edition"
    sentence = _l(
        "La edición va del %(begins)s al %(ends)s, y ese día queda fuera. Cambia el día o las fechas de la edición."
    )
    field = "day"


class TooManyMeetings(Refusal):
    """More than anybody plans."""

    code = "too-many-meetings"
    sentence = _l("Una edición tiene %(most)s encuentros como mucho.")


class MeetingCancelled(Refusal):
    """It does not take place."""

    code = "meeting-cancelled"
    sentence = _l("Este encuentro está anulado.")


class MeetingAhead(Refusal):
    """Nobody has come yet."""

    code = "meeting-ahead"
    sentence = _l("El encuentro no ha empezado. La lista se abre una hora antes.")


class AttendanceNoted(Refusal):
    """A meeting to which people came is no longer moved or cancelled."""

    code = "attendance-noted"
    sentence = _l("Ya hay asistencia apuntada en este encuentro: no se puede mover ni anular.")


class NotOfThisEdition(Refusal):
    """Somebody who is not enrolled."""

    code = "not-of-this-edition"
    sentence = _l("Alguien de la lista no está en esta edición. Recarga la página; nada se ha guardado.")


class OwnAttendance(Refusal):
    """Nobody notes it of themselves."""

    code = "own-attendance"
    sentence = _l("Tu propia asistencia la apunta otra persona.")


class CodeLate(Refusal):
    """The code changed meanwhile, or it is of another day."""

    code = "code-late"
    sentence = _l("Ese código ya cambió. Escanea el que está ahora en la pantalla.")


class CodeUnknown(Refusal):
    """Not one of ours."""

    code = "code-unknown"
    sentence = _l("Ese código no es de ningún encuentro. Escanea el que está ahora en la pantalla.")


class NotEnrolledHere(Refusal):
    """The meeting is of an edition in which the person is not."""

    code = "not-enrolled-here"
    sentence = _l(
        "Este encuentro es de una edición en la que no estás. Si debería ser la tuya, díselo a quien la lleva."
    )


class NoTrainer(Refusal):
    """Who teaches holds the role, and learns nothing there."""

    code = "no-trainer"
    sentence = _l("Elige a alguien con el papel de formación que no esté inscrito en esta edición.")
    field = "trainer"


class TeachesThis(Refusal):
    """Whoever teaches an edition does not enrol in it."""

    code = "teaches-this"
    sentence = _l("Llevas esta edición: para hacer el curso, elige otra.")


class RuleOdd(Refusal):
    """A share that no rule may ask for."""

    code = "rule-odd"
    sentence = _l("Las lecciones van del 50 al 100 por ciento; lo demás, del 0 al 100.")


class PrerequisiteLoop(Refusal):
    """Nobody could ever begin."""

    code = "prerequisite-loop"
    sentence = _l(
        "«%(wanted)s» pide antes este mismo curso, directamente o a través de otro: nadie podría empezar. Elige otro."
    )
    field = "needs"


class BeforeThis(Refusal):
    """Another course comes first."""

    code = "before-this"
    sentence = _l("Antes de este curso hace falta: %(missing)s.")
