"""What is told about dossiers: to those who decide them, and to whoever applied. Facts: dossier, who (applied)."""

from lms.people.messages.kinds import Facts, Kind, Words, register
from lms.texts import gettext as _


def _applied(facts: Facts) -> Words:
    return Words(
        _("%(who)s ha presentado una solicitud", who=facts["who"]),
        (_("Hacen falta dos personas que coincidan. Si la acompañaste o la evaluaste, la deciden otras."),),
        _("Ver el expediente"),
        _path(facts),
    )


def _approved(facts: Facts) -> Words:
    return Words(
        _("Tu solicitud está aprobada"),
        (_("Enhorabuena por el camino recorrido. El certificado se emite aparte; te avisaremos cuando esté."),),
        _("Ver tu expediente"),
        _path(facts),
    )


def _refused(facts: Facts) -> Words:
    return Words(
        _("Hay una decisión sobre tu solicitud"),
        (
            _("Esta vez no se ha aprobado. Las razones están en tu expediente, escritas por quienes lo leyeron."),
            _("Lo que has hecho sigue contando. Puedes hablarlo con tu federación y volver a presentarla."),
        ),
        _("Leer la decisión"),
        _path(facts),
    )


def _path(facts: Facts) -> str:
    return f"/dossiers/{facts['dossier']}"


register(Kind("dossier-applied", "certificates", _applied, people=("who",)))
register(Kind("dossier-approved", "certificates", _approved))
register(Kind("dossier-refused", "certificates", _refused))
