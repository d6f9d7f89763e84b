"""What holders are told about their certificate. A reason is given in person, never in a mail. Facts: certificate."""

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
            _("Tu federación te debe el motivo: pregúntale, y también cómo pedir que se revise."),
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
            _("Tu federación te debe el motivo: pregúntale, y también cómo pedir que se revise."),
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
