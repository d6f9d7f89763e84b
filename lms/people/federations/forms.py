"""The shape of what comes in about a federation."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)
from wtforms.validators import DataRequired, Length, Optional

from lms.forms import Form, no_control_characters
from lms.people.forms import LANGUAGES, NAME_NEEDED, NOT_LISTED, ZONES

_l: Any = lazy_gettext
LONG_NAME = _l("Usa como mucho 120 caracteres.")


def listed(label: Any, **more: Any) -> SelectField:
    """A choice from a list."""
    return SelectField(label, **{"invalid_choice_message": NOT_LISTED, **more})


def name_field(label: Any, description: Any = "") -> StringField:
    """A name of a body."""
    return StringField(
        label,
        description=description,
        validators=[DataRequired(NAME_NEEDED), Length(max=120, message=LONG_NAME), no_control_characters],
    )


class IdentityForm(Form):
    """What the federation is called, its languages, its clock."""

    name = name_field(_l("Nombre de la federación"), _l("Sale arriba en cada página y en los certificados nuevos."))
    languages = SelectMultipleField(
        _l("Idiomas que ofrece"),
        **{
            "choices": LANGUAGES,
            "validators": [DataRequired(_l("Marca al menos un idioma."))],
            "invalid_choice_message": NOT_LISTED,
        },
    )
    locale = listed(_l("Idioma de la federación"), choices=LANGUAGES)
    timezone = listed(_l("Zona horaria"), choices=[SelectChoice(zone, zone.replace("_", " ")) for zone in ZONES])


class LogoForm(Form):
    """A file."""

    logo = FileField(
        _l("Archivo del logotipo"),
        description=_l(
            "PNG, JPEG o WebP, de 4 MB como mucho. Se guarda una copia reducida, sin los datos ocultos del archivo."
        ),
    )


def _colour(label: Any, description: Any) -> StringField:
    return StringField(label, description=description, validators=[Optional(), Length(max=20)])


class ColoursForm(Form):
    """Two colours, each empty for the house's. A button may send one that was offered instead."""

    act = _colour(
        _l("Color de lo que se puede hacer"), _l("Enlaces y botones. Por ejemplo #0b5660. Vacío: el de la casa.")
    )
    people = _colour(_l("Color de las personas y los hitos"), _l("Por ejemplo #94421f. Vacío: el de la casa."))
    act_offered = HiddenField(validators=[Length(max=20)])
    people_offered = HiddenField(validators=[Length(max=20)])
