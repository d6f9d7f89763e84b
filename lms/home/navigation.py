"""The few places that each role goes to most."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _

from lms.policy import Actor


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
    if actor.has("registrar", "admin"):
        places.append(("people.members", _("Personas")))
    if actor.has("registrar"):
        places += [
            ("learning.editions", _("Ediciones")),
            ("mentoring.pairings", _("Parejas")),
            ("accreditation.dossiers", _("Expedientes")),
            ("register.index", _("Registro")),
        ]
    return [Item(label, url_for(endpoint), request.endpoint == endpoint) for endpoint, label in places]
