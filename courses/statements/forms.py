"""What comes in about a federation's LRS."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from courses.learning.forms import NEEDED
from lms.forms import Form, no_control_characters

_l: Any = lazy_gettext  # WTForms takes lazy text wherever its types say str


class LrsForm(Form):
    """Where statements go, and with which login."""

    address = StringField(
        _l("Dirección xAPI"),
        description=_l("La que da el LRS, sin «/statements» al final. Por ejemplo https://lrs.ejemplo.org/xAPI."),
        validators=[
            DataRequired(NEEDED),
            Length(1, 300, _l("La dirección tiene 300 letras como mucho.")),
            no_control_characters,
        ],
    )
    name = StringField(
        _l("Usuario"),
        description=_l("Con permiso para escribir, y para nada más. Vacío: el que ya está guardado."),
        validators=[Length(0, 200, _l("El usuario tiene 200 letras como mucho.")), no_control_characters],
    )
    password = PasswordField(
        _l("Contraseña"),
        description=_l("Se guarda sellada y no se vuelve a enseñar."),
        validators=[Length(0, 200, _l("La contraseña tiene 200 letras como mucho.")), no_control_characters],
    )


class PressForm(Form):
    """Nothing but the wish."""
