"""How a person chooses to be told."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)
from wtforms.validators import DataRequired, Length

from lms.forms import Form, OnceForm, no_control_characters
from lms.people.messages.kinds import GROUPS
from lms.people.words import ROLES

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


class AnnouncementForm(OnceForm):
    """What to tell, and to whom."""

    role = SelectField(
        _l("A quién"),
        choices=[
            SelectChoice("", _l("A toda la federación")),
            *(SelectChoice(role, name) for role, name in ROLES.items()),
        ],
        **{"invalid_choice_message": NOT_LISTED},
    )
    subject = StringField(
        _l("Asunto"),
        description=_l("En una línea. Quien lea con discreción no lo verá en el asunto del correo."),
        validators=[
            DataRequired(_l("Escribe de qué trata.")),
            Length(max=120, message=_l("Usa como mucho 120 caracteres.")),
            no_control_characters,
        ],
    )
    text = TextAreaField(
        _l("Texto"),
        description=_l("Sin datos de nadie: lo leerá todo el grupo."),
        validators=[
            DataRequired(_l("Escribe el anuncio.")),
            Length(max=2000, message=_l("Usa como mucho 2000 caracteres.")),
            no_control_characters,
        ],
        render_kw={"rows": 8},
    )


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
