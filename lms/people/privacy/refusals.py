"""What the privacy desk will not do, and why."""

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal


class CopyUnderWay(Refusal):
    """A copy is being made, or waits to be fetched."""

    code = "copy-under-way"
    sentence = _l("Ya hay una copia en marcha o lista. La tienes más abajo.")


class ErasureUnderWay(Refusal):
    """It has been asked for already."""

    code = "erasure-under-way"
    sentence = _l("Ya pediste borrar tus datos. La fecha está en esta página.")


class TooLateToCallBack(Refusal):
    """The erasure is being done, or there is none."""

    code = "too-late-to-call-back"
    sentence = _l("No hay ningún borrado que anular: o ya se está haciendo o no se ha pedido.")


class WordMissing(Refusal):
    """The word that confirms was not typed."""

    code = "word-missing"
    sentence = _l("Escribe la palabra tal como aparece encima. No se ha borrado nada.")
    field = "word"


class LastAdminStays(Refusal):
    """Without this person nobody administers the federation."""

    code = "last-admin-stays"
    sentence = _l(
        "Eres la única persona que administra %(federation)s. Da antes ese papel a otra persona; después podrás borrar tus datos."
    )


class NotOffered(Refusal):
    """The federation has no such purpose, or its text changed while it was read."""

    code = "not-offered"
    sentence = _l("El texto ha cambiado mientras lo leías. Aquí está el de ahora: léelo antes de decidir.")


class CorrectionAnswered(Refusal):
    """Somebody else has answered it."""

    code = "correction-answered"
    sentence = _l("Otra persona ya respondió a esta petición. Su respuesta está abajo.")


class AnswerMissing(Refusal):
    """A person is owed words."""

    code = "answer-missing"
    sentence = _l("Escribe qué se ha cambiado, o por qué no se cambia.")
    field = "answer"


class TooManyOpen(Refusal):
    """Several requests wait already."""

    code = "too-many-open"
    sentence = _l("Tienes cinco peticiones sin responder. Espera a que tu federación conteste alguna.")
