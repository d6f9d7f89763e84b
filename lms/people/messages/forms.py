"""How a person chooses to be told."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)

from lms.forms import Form
from lms.people.messages.kinds import GROUPS

_l: Any = lazy_gettext

NOT_LISTED = _l("Elige una de las opciones de la lista.")
WAYS = [
    SelectChoice("now", _l("Por correo, al momento")),
    SelectChoice("digest", _l("Por correo, un resumen al día")),
    SelectChoice("inbox", _l("Solo en tus mensajes")),
]
LEVELS = [
    SelectChoice("discreet", _l("Discreto: ni el asunto ni el remitente dicen de qué trata.")),
    SelectChoice("strict", _l("Muy discreto: el correo solo dice que tienes un mensaje.")),
    SelectChoice("open", _l("Abierto: el asunto dice de qué trata.")),
]


class WaysForm(Form):
    """A way for each group, and the discretion of all mail."""

    discretion = RadioField(_l("Discreción"), choices=LEVELS, **{"invalid_choice_message": NOT_LISTED})

    @property
    def ways(self) -> dict[str, str]:
        """The chosen way by group."""
        return {name: self[f"way_{name}"].data for name in GROUPS}


for _name, _group in GROUPS.items():
    _more: dict[str, Any] = {"invalid_choice_message": NOT_LISTED}
    setattr(WaysForm, f"way_{_name}", SelectField(_group.title, description=_group.what, choices=WAYS, **_more))
