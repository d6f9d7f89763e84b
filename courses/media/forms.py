"""What comes in: a recording, with whom to share what, an answer."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from courses.media.rules import LONGEST_ANSWER
from lms.forms import Form, OnceForm, no_control_characters

_l: Any = lazy_gettext  # WTForms takes lazy text wherever its types say str
WAYS = {
    "words": _l("Lo que he escrito"),
    "voice": _l("Lo que he grabado"),
    "both": _l("Lo que he escrito y lo que he grabado"),
    "done": _l("Solo que la he hecho, sin contar nada"),
}


class VoiceForm(Form):
    """A recording: made in the page, or a file."""

    voice = FileField(_l("Tu grabación"))


class ShareForm(Form):
    """What, and with whom. The choices are filled in by the view."""

    way = RadioField(_l("Qué compartes"), validators=[InputRequired(_l("Elige qué compartes."))])
    reader_id = RadioField(_l("Con quién"), validators=[InputRequired(_l("Elige con quién."))])


class AnswerForm(OnceForm):
    """Words for whoever shared."""

    text = TextAreaField(
        _l("Tu respuesta"),
        description=_l("La lee quien compartió la reflexión, y nadie más."),
        validators=[
            DataRequired(_l("Escribe algo antes de enviarlo.")),
            Length(max=LONGEST_ANSWER, message=_l("La respuesta tiene 4000 letras como mucho.")),
            no_control_characters,
        ],
    )
