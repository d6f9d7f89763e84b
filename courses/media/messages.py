"""What is told about shared reflections: that there is something to read, never what it says. Facts: who, shared (its id)."""

from lms.people.messages.kinds import Facts, Kind, Words, register
from lms.texts import gettext as _


def _shared(facts: Facts) -> Words:
    return Words(
        _("%(who)s ha compartido una reflexión contigo", who=facts["who"]),
        (_("Puedes leerla cuando tengas un rato tranquilo. Quien la comparte puede retirarla cuando quiera."),),
        _("Leer la reflexión"),
        f"/shared/{facts['shared']}",
    )


def _answered(facts: Facts) -> Words:
    return Words(
        _("%(who)s ha respondido a tu reflexión", who=facts["who"]),
        (_("Su respuesta está junto a lo que compartiste."),),
        _("Leer la respuesta"),
        f"/shared/{facts['shared']}",
    )


register(Kind("reflection-shared", "mentoring", _shared, people=("who",), neutral=True))
register(Kind("reflection-answered", "mentoring", _answered, people=("who",), neutral=True))
