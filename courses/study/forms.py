"""What comes in for notes."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from courses.learning.rules import Writing
from courses.study.notes import Anchor
from courses.study.rules import MOST_PARAGRAPHS, MOST_SIGNS
from lms.forms import Form, no_control_characters
from lms.ids import new_id, new_key

_l: Any = lazy_gettext  # WTForms takes lazy text wherever its types say str


def _lines(value: Any) -> Any:
    """Line breaks as they are counted and kept: one sign each."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


class NoteForm(Form):
    """A note. The hidden fields say which page sends it, so that older text never replaces newer text."""

    text = TextAreaField(_l("Tu nota"), filters=[_lines], validators=[no_control_characters])
    page = HiddenField(default=new_key, validators=[Length(max=64)])
    sequence = HiddenField(default="0")
    base = HiddenField(default="0")

    def writing(self) -> Writing:
        """Which page sent this, in which order."""
        return Writing(self.page.data or "", _count(self.sequence.data), _count(self.base.data))


class NewNoteForm(NoteForm):
    """A new note or mark. `key` is its id, chosen by the page that makes it."""

    key = HiddenField(default=lambda: str(new_id()))
    paragraph = HiddenField()
    start = HiddenField()
    quote = HiddenField(validators=[no_control_characters])

    def note_id(self) -> UUID:
        """The id; another one where what was sent is none."""
        try:
            return UUID(self.key.data or "")
        except ValueError:
            return new_id()

    def anchor(self) -> Anchor | None:
        """The marked words; None for a note on the whole lesson."""
        quote = _lines(self.quote.data or "")
        if not quote.strip():
            return None
        return Anchor(
            min(_count(self.paragraph.data), MOST_PARAGRAPHS), min(_count(self.start.data), MOST_SIGNS), quote
        )


def _count(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else 0
