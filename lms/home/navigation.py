"""The few places that each role goes to most."""

from dataclasses import dataclass

from flask import request

from lms.places import place
from lms.policy import Actor
from lms.texts import gettext as _

# The endpoints that stand in a navigation.
PLACES = frozenset(
    {
        "home.index",
        "catalogue.index",
        "mentoring.index",
        "accreditation.road",
        "competencies.people",
        "learning.editions",
        "authoring.index",
        "people.members",
        "federations.identity",
        "mentoring.pairings",
        "accreditation.dossiers",
        "register.index",
        "trail.index",
    }
)


@dataclass(frozen=True, slots=True)
class Item:
    """A link of the navigation."""

    label: str
    href: str
    current: bool


def items(actor: Actor | None) -> list[Item]:
    """The navigation of `actor`; empty until they have consented."""
    if actor is None or not actor.consented:
        return []
    places: list[tuple[str, str]] = [("home.index", _("Inicio"))]
    if actor.has("agent", "senior", "professional"):
        places.append(("catalogue.index", _("Cursos")))
    if actor.has("agent"):
        places += [("mentoring.index", _("Mentoría")), ("accreditation.road", _("Mi camino"))]
    elif actor.has("senior"):
        places.append(("mentoring.index", _("Mentoría")))
    if actor.has("assessor"):
        places.append(("competencies.people", _("Observar")))
    if actor.has("trainer", "author") and not actor.has("registrar"):
        places.append(("learning.editions", _("Ediciones")))
    if actor.has("author", "admin"):
        places.append(("authoring.index", _("Escribir")))
    if actor.has("registrar", "admin"):
        places.append(("people.members", _("Personas")))
    if actor.has("admin"):
        places.append(("federations.identity", _("Federación")))
    if actor.has("registrar"):
        places += [
            ("learning.editions", _("Ediciones")),
            ("mentoring.pairings", _("Parejas")),
            ("accreditation.dossiers", _("Expedientes")),
            ("register.index", _("Registro")),
        ]
    if actor.has("admin"):
        places.append(("trail.index", _("Actividad")))
    here = request.endpoint
    return [Item(label, place(endpoint), here == endpoint) for endpoint, label in places]
