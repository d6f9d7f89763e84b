"""What agents are told about observations of their practice. Facts: who (observed), observation."""

from lms.people.messages.kinds import Facts, Kind, Words, register
from lms.texts import gettext as _


def _recorded(facts: Facts) -> Words:
    return Words(
        _("%(who)s ha anotado una observación de tu práctica", who=facts["who"]),
        (_("Puedes leer qué vio y con qué palabras lo cuenta."),),
        _("Leer la observación"),
        f"/competencies/observations/{facts['observation']}",
    )


register(Kind("observation-recorded", "learning", _recorded, people=("who",)))
