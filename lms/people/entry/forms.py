"""What comes in about ways in."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from lms.forms import OnceForm, no_control_characters
from lms.people.forms import LANGUAGES, select

_l: Any = lazy_gettext  # WTForms' stubs know no lazy texts


class SeveralForm(OnceForm):
    """Whom to invite, one a line, and to what."""

    people = TextAreaField(
        _l("Correos"),
        description=_l(
            "Uno en cada línea, hasta 100. Si quieres, con el nombre después de una coma: ana@ejemplo.org, Ana."
        ),
        validators=[
            DataRequired(_l("Escribe al menos un correo.")),
            Length(max=40_000, message=_l("Son demasiados para una vez. Envía hasta 100.")),
            no_control_characters,
        ],
    )
    role = select(_l("Papel"))
    locale = select(_l("Idioma del correo"), choices=LANGUAGES)
