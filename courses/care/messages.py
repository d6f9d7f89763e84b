"""What is told about one's own plan of self-care: that the day has come on which one wanted to look at it."""

from lms.people.messages.kinds import Facts, Kind, Words, register
from lms.texts import gettext as _


def _review(_facts: Facts) -> Words:
    return Words(
        _("El día que elegiste para mirar tu plan"),
        (_("Cuando te venga bien. Si hoy no es el día, puedes elegir otro; no hay que dar explicaciones."),),
        _("Abrir mi plan"),
        "/care",
    )


register(Kind("care-review", "learning", _review, neutral=True))
