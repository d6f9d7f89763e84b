"""What the register refuses, each with its sentence."""

from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal


class UnknownDossier(Refusal):
    """No such dossier in this federation."""

    code = "unknown-dossier"
    sentence = _l("Ese expediente no está en tu federación.")


class NotApproved(Refusal):
    """The federation has not decided, or has refused."""

    code = "not-approved"
    sentence = _l(
        "Este expediente todavía no está aprobado por dos personas. Cuando lo esté, podrás emitir el certificado."
    )


class AlreadyIssued(Refusal):
    """Somebody issued it before; `certificate_id` leads to it."""

    code = "already-issued"
    sentence = _l("El certificado de este expediente ya está emitido. No se ha emitido otro.")

    def __init__(self, certificate_id: UUID) -> None:
        super().__init__()
        self.certificate_id = certificate_id


class IssuedByParty(Refusal):
    """The issuer is the holder, their mentor or their assessor."""

    code = "issued-by-party"
    sentence = _l(
        "No puedes emitir este certificado porque has tomado parte en él: "
        "es tuyo, o has sido mentor o evaluador de esta persona. Pídeselo a otra persona de la federación."
    )


class NoLegalName(Refusal):
    """The certificate shall bear a legal name, and its person has taken it away since."""

    code = "no-legal-name"
    sentence = _l(
        "La persona pidió el certificado con su nombre legal y ya no lo tiene guardado. "
        "Pídele que lo guarde en su cuenta; después podrás emitirlo."
    )


class NotRegistrar(Refusal):
    """The role ended while the form was open, or was never there."""

    code = "not-registrar"
    sentence = _l("Para esto hace falta llevar el registro de esta federación, y ahora no tienes ese papel.")


class UnknownCertificate(Refusal):
    """No such certificate in this federation."""

    code = "unknown-certificate"
    sentence = _l("Ese certificado no está en el registro de tu federación.")


class OwnCertificate(Refusal):
    """Nobody acts on a certificate of their own."""

    code = "own-certificate"
    sentence = _l("Es tu propio certificado. Pídele a otra persona de la federación que lo haga.")


class ReasonMissing(Refusal):
    """An act without a reason."""

    code = "reason-missing"
    sentence = _l("Escribe el motivo. Queda en el registro y no se publica.")
    field = "reason"


class Revoked(Refusal):
    """What is revoked never comes back."""

    code = "revoked"
    sentence = _l("Este certificado está revocado, y eso no se puede deshacer.")


class AlreadySuspended(Refusal):
    """A suspension of what is suspended."""

    code = "already-suspended"
    sentence = _l("Este certificado ya está suspendido.")


class NotSuspended(Refusal):
    """A reinstatement of what is in force."""

    code = "not-suspended"
    sentence = _l("Este certificado no está suspendido, así que no hay nada que levantar.")


class UnknownEnrolment(Refusal):
    """There is no such enrolment in the federation."""

    code = "unknown-enrolment"
    sentence = _l("Esa inscripción no está en tu federación.")


class NotCompleted(Refusal):
    """The rule of the edition asks for more."""

    code = "not-completed"
    sentence = _l("Todavía falta algo para completar el curso. En la página del curso ves qué es.")
