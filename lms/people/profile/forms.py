"""The shape of what comes in about how a person is called and reads."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from lms.forms import Form, no_control_characters
from lms.people.profile.rules import LONGEST

_l: Any = lazy_gettext  # WTForms' stubs know no lazy texts


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
