"""The shape of what comes in about how a person is called and reads."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)
from wtforms.validators import DataRequired, InputRequired, Length

from lms.forms import Form, no_control_characters
from lms.people.profile.rules import LONGEST

_l: Any = lazy_gettext  # WTForms' stubs know no lazy texts
NOT_LISTED = _l("Elige una de las opciones de la lista.")


class LegalNameForm(Form):
    """The name of one's papers. Never filled in beforehand: what is sealed is not shown."""

    name = StringField(
        _l("Nombre y apellidos, como en tu documento"),
        validators=[
            DataRequired(_l("Escribe un nombre.")),
            Length(max=LONGEST, message=_l("Usa como mucho 120 caracteres.")),
            no_control_characters,
        ],
    )


class WishForm(Form):
    """Nothing but the wish."""


class WorkplaceForm(Form):
    """Where one works; nothing chosen: one would rather not say."""

    service = SelectField(_l("Servicio"), choices=[], validate_choice=True)


def _pick(label: Any, description: Any = "", **choices: Any) -> RadioField:
    return RadioField(
        label,
        description=description,
        choices=[SelectChoice(value, words) for value, words in choices.items()],
        validators=[InputRequired(NOT_LISTED)],
        validate_choice=True,
    )


class ReadingForm(Form):
    """How one reads: the names and values of `lms.reading.CHOICES`."""

    size = _pick(
        _l("Tamaño del texto"), normal=_l("Normal"), large=_l("Grande"), larger=_l("Más grande"), largest=_l("El mayor")
    )
    spacing = _pick(_l("Espacio entre letras y líneas"), normal=_l("Normal"), wide=_l("Amplio"))
    theme = _pick(_l("Colores"), system=_l("Como el dispositivo"), light=_l("Claros"), dark=_l("Oscuros"))
    calm = _pick(
        _l("Modo tranquilo"),
        _l("Sin dibujos ni adornos ni contadores, con colores apagados y en una sola columna."),
        off=_l("No"),
        on=_l("Sí"),
    )
    motion = _pick(_l("Movimiento"), system=_l("Como el dispositivo"), less=_l("Sin movimiento"))
    plain = _pick(
        _l("Lenguaje claro"),
        _l("Si una lección tiene una versión en lenguaje claro, verás primero esa."),
        off=_l("No"),
        on=_l("Sí"),
    )
