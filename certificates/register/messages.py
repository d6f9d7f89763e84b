"""What holders are told about their certificate. Reasons are read on its page, never in a mail. Facts: certificate."""

from lms.people.messages.kinds import Facts, Kind, Words, register
from lms.texts import gettext as _


def _path(facts: Facts) -> str:
    return f"/certificates/{facts['certificate']}"


def _issued(facts: Facts) -> Words:
    return Words(
        _("Tu certificado está listo"),
        (
            _("Puedes descargarlo y compartir el enlace con quien quieras."),
            _("Al comprobarlo no se ve tu nombre, salvo que elijas mostrarlo."),
        ),
        _("Ver tu certificado"),
        _path(facts),
    )


def _suspended(facts: Facts) -> Words:
    return Words(
        _("Tu certificado está en pausa"),
        (
            _("Mientras dure, quien lo compruebe verá que está suspendido. Se puede levantar."),
            _("En su página está el motivo. Si quieres hablarlo, tu federación te escucha."),
        ),
        _("Ver tu certificado"),
        _path(facts),
    )


def _reinstated(facts: Facts) -> Words:
    return Words(
        _("Tu certificado vuelve a estar en vigor"),
        (_("Quien lo compruebe desde ahora lo verá así."),),
        _("Ver tu certificado"),
        _path(facts),
    )


def _revoked(facts: Facts) -> Words:
    return Words(
        _("Tu certificado ya no está en vigor"),
        (
            _("La federación lo ha revocado y quien lo compruebe lo verá así. Tus horas y cursos siguen siendo tuyos."),
            _("En su página está el motivo. Si no lo ves claro o no estás de acuerdo, habla con tu federación."),
        ),
        _("Ver tu certificado"),
        _path(facts),
    )


for _name, _words in {
    "certificate-issued": _issued,
    "certificate-suspended": _suspended,
    "certificate-reinstated": _reinstated,
    "certificate-revoked": _revoked,
}.items():
    register(Kind(_name, "certificates", _words))
