"""What comes in: a reason, and the holder's choice."""

# WTForms takes lazy strings; its type stubs only know `str`.
# pyright: reportArgumentType=false

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length

from lms.forms import Form, no_control_characters


class ReasonForm(Form):
    """The reason of an act. It stays in the register and is never published."""

    reason = TextAreaField(
        _l("Motivo"),
        description=_l("Queda en el registro de la federación. No se publica ni se muestra a la persona titular."),
        validators=[
            DataRequired(_l("Escribe el motivo. Queda en el registro y no se publica.")),
            Length(max=2000, message=_l("El motivo puede tener hasta 2000 caracteres. Acórtalo un poco.")),
            no_control_characters,
        ],
    )


class ShowNameForm(Form):
    """Whether the public page shows the holder's name."""

    show = HiddenField(validators=[AnyOf(("yes", "no"))])
