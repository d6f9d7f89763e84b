"""What is refused about voice notes and sharing, in sentences."""

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal


class VoiceMissing(Refusal):
    """No file, or an empty one."""

    code = "voice-missing"
    sentence = _l("No ha llegado ninguna grabación. Graba o elige un archivo y envíalo.")
    field = "voice"


class VoiceUnknown(Refusal):
    """It is no sound that is known here, whatever its name says."""

    code = "voice-unknown"
    sentence = _l("Esto no es una grabación que se pueda oír aquí. Sirven WebM, Ogg, MP4 (M4A), MP3 y WAV.")
    field = "voice"


class VoiceTooLarge(Refusal):
    """More bytes than are kept."""

    code = "voice-too-large"
    sentence = _l("La grabación ocupa más de %(most)s MB. Graba menos tiempo, o en un formato más ligero.")
    field = "voice"


class VoiceTooLong(Refusal):
    """More minutes than are kept."""

    code = "voice-too-long"
    sentence = _l("La grabación dura más de %(most)s minutos. Cuenta lo importante en menos tiempo.")
    field = "voice"


class NothingToShare(Refusal):
    """What was chosen is not there (any more)."""

    code = "nothing-to-share"
    sentence = _l("Eso que querías compartir ya no está. Mira qué hay ahora y elige de nuevo.")
    field = "way"


class NotYourMentor(Refusal):
    """Whom the person chose does not accompany them now."""

    code = "not-your-mentor"
    sentence = _l("Esa persona ya no te acompaña. Elige a quien te acompañe ahora; no se ha compartido nada.")
    field = "reader_id"


class TakenBack(Refusal):
    """There is nothing to take back."""

    code = "taken-back"
    sentence = _l("Esto ya no estaba compartido.")
