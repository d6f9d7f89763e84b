"""What accreditation's operations refuse, and the sentences that say so."""

from flask_babel import lazy_gettext as _l

from certificates.accreditation import rules
from lms.errors import Refusal
from lms.i18n import current


class MalformedScheme(Refusal):
    """A scheme that cannot be stored. `place` says which requirement, `detail` what of it."""

    code = "scheme-malformed"
    sentence = _l("El esquema no se puede guardar: revisa %(place)s (%(detail)s).")


class EmptyScheme(MalformedScheme):
    """No requirements, or a combination of none."""

    code = "scheme-empty"
    sentence = _l("Un esquema necesita al menos un requisito, y cada grupo también. Falta en: %(place)s (%(detail)s).")


class UnknownRequirement(MalformedScheme):
    """A kind, a key, an area or a competency that the platform does not know."""

    code = "requirement-unknown"
    sentence = _l("El requisito %(place)s no se conoce: %(detail)s.")


class ImpossibleRequirement(MalformedScheme):
    """A requirement that nobody could ever meet."""

    code = "requirement-impossible"
    sentence = _l("El requisito %(place)s no se podría cumplir nunca: revisa %(detail)s.")


class NotYetEarned(Refusal):
    """Something is missing. `missing` are the answers that say no; the sentence names them."""

    code = "not-yet-earned"
    sentence = _l("Todavía falta: %(what)s. Cuando esté, podrás pedir la acreditación.")

    def __init__(self, missing: list[rules.Answer]) -> None:
        self.missing = missing
        super().__init__()

    def __str__(self) -> str:
        names = (rules.title(answer.requirement["title"], current()) for answer in self.missing)
        return str(self.sentence) % {"what": "; ".join(names)}


class AlreadyApplied(Refusal):
    """One standing dossier for each person and scheme."""

    code = "already-applied"
    sentence = _l("Ya tienes un expediente en marcha para esta acreditación. No se ha abierto otro.")


class AlreadyAccredited(Refusal):
    """A certificate of this scheme is valid for a good while yet."""

    code = "already-accredited"
    sentence = _l(
        "Ya tienes un certificado de esta acreditación. Podrás pedirla de nuevo 90 días antes de que caduque."
    )


class UnknownScheme(Refusal):
    """No such scheme in this federation."""

    code = "scheme-unknown"
    sentence = _l("Esa acreditación no está entre las de tu federación.")


class LegalNameNotKept(Refusal):
    """The certificate shall bear a legal name that nobody has given."""

    code = "legal-name-not-kept"
    sentence = _l("Todavía no has guardado tu nombre legal. Guárdalo en Tu cuenta, Nombre legal, y vuelve aquí.")
    field = "name_kind"


class NameUnusable(Refusal):
    """The certificate cannot be printed with this name."""

    code = "name-unusable"
    sentence = _l("Escribe el nombre tal como quieres que figure: hasta 120 caracteres, con alguna letra.")
    field = "name_kind"


class UnknownDossier(Refusal):
    """No such dossier in this federation."""

    code = "dossier-unknown"
    sentence = _l("Ese expediente no está en tu federación.")


class NotAMember(Refusal):
    """Only those who keep the federation's register decide."""

    code = "not-a-member"
    sentence = _l("Para decidir expedientes hace falta llevar el registro de esta federación.")


class OwnDossier(Refusal):
    """Nobody decides on themselves."""

    code = "own-dossier"
    sentence = _l("Es tu propio expediente. Lo deciden otras dos personas de la federación.")


class PartyToEvidence(Refusal):
    """The member mentored or assessed the person."""

    code = "party-to-evidence"
    sentence = _l(
        "No puedes decidir este expediente, porque has acompañado o evaluado a esta persona. "
        "Lo deciden otras dos personas de la federación."
    )


class VerdictUnknown(Refusal):
    """Neither for nor against."""

    code = "verdict-unknown"
    sentence = _l("Elige si apruebas o no la acreditación.")
    field = "verdict"


class ReasonsTooShort(Refusal):
    """A decision goes with its reasons in writing."""

    code = "reasons-too-short"
    sentence = _l("Escribe los motivos de tu decisión, con 20 caracteres al menos y 4000 como mucho.")
    field = "reasons"


class AlreadyVoted(Refusal):
    """One vote for each member."""

    code = "already-voted"
    sentence = _l("Ya diste tu voto en este expediente. No se puede cambiar ni repetir.")


class AlreadyDecided(Refusal):
    """The vote came after the decision."""

    code = "already-decided"
    sentence = _l("Este expediente ya está decidido. Tu voto no se ha añadido.")
