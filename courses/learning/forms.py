"""What comes in for editions and reflections."""

from typing import Any, NamedTuple

import wtforms
from flask_babel import lazy_gettext
from wtforms import BooleanField, EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from courses.learning.lesson_queries import Kept
from courses.learning.rules import MOST_SEATS, Writing
from lms.forms import Form, OnceForm, no_control_characters
from lms.ids import new_key

_l: Any = lazy_gettext  # WTForms takes lazy text wherever its types say str
NEEDED = _l("Hace falta rellenarlo.")
DATE = _l("Escribe una fecha, por ejemplo 15/09/2026.")


class DateField(wtforms.DateField):
    """A date with a sentence of ours when it cannot be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date, as the browser's date field or a person writes it."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(DATE)) from error


class IntegerField(wtforms.IntegerField):
    """A whole number with a sentence of ours when it is none, or none that anybody means."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        try:
            if valuelist and len(valuelist[0]) > 9:
                raise ValueError(valuelist[0][:9])
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(_l("Escribe un número entero, solo con cifras."))) from error


class EditionForm(OnceForm):
    """A new edition. `course` is a version of a course, chosen among those published."""

    course = SelectField(_l("Curso"), validators=[InputRequired(NEEDED)])
    name = StringField(
        _l("Nombre"),
        description=_l("Como lo verá quien se inscriba, por ejemplo «Sevilla, mañanas, curso 2026»."),
        validators=[
            DataRequired(NEEDED),
            Length(1, 120, _l("El nombre tiene 120 letras como mucho.")),
            no_control_characters,
        ],
    )
    begins_on = DateField(_l("Empieza"), format=["%Y-%m-%d", "%d/%m/%Y"], validators=[InputRequired(NEEDED)])
    ends_on = DateField(_l("Termina"), format=["%Y-%m-%d", "%d/%m/%Y"], validators=[InputRequired(NEEDED)])
    seats = IntegerField(
        _l("Plazas"),
        default=20,
        validators=[InputRequired(NEEDED), NumberRange(1, MOST_SEATS, _l("Las plazas van de %(min)s a %(max)s."))],
    )
    for_everybody = BooleanField(
        _l("Abierta a todo el mundo"),
        description=_l(
            "Sin invitación: cualquiera puede pedir plaza en la página del curso. Recibe un correo, crea su cuenta y entra "
            "como agente o como profesional, según el curso."
        ),
    )


class AskForm(Form):
    """Who asks for a seat, without having been invited."""

    name = StringField(
        _l("Tu nombre"),
        description=_l("Como quieres que te llamemos. No hace falta que sea el del documento."),
        validators=[
            DataRequired(NEEDED),
            Length(1, 120, _l("El nombre tiene 120 letras como mucho.")),
            no_control_characters,
        ],
    )
    email = EmailField(
        _l("Tu correo"),
        validators=[DataRequired(NEEDED), Length(max=254, message=_l("Ese correo es demasiado largo."))],
    )


def _lines(value: Any) -> Any:
    """Line breaks as they are counted and kept: one sign each."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


class Sheet(NamedTuple):
    """What stands in the reflection's fields, without a form: most lessons are only read."""

    text: str
    used_alternative: bool
    page: str
    sequence: str
    base: str

    @classmethod
    def of(cls, kept: Kept | None) -> "Sheet":
        """A page that is opened on what is kept."""
        return cls(*kept[:2], new_key(), "0", str(kept.revision)) if kept else cls("", False, new_key(), "0", "0")


class ReflectionForm(Form):
    """A private text. The hidden fields say which page sends it, so that older text never replaces newer text."""

    text = TextAreaField(_l("Tu reflexión"), filters=[_lines], validators=[no_control_characters])
    used_alternative = BooleanField()
    page = HiddenField(default=new_key, validators=[Length(max=64)])
    sequence = HiddenField(default="0")
    base = HiddenField(default="0")

    def sheet(self) -> Sheet:
        """What was sent, to be shown again."""
        fields = (self.page, self.sequence, self.base)
        return Sheet(self.text.data or "", bool(self.used_alternative.data), *(field.data or "" for field in fields))

    def writing(self) -> Writing:
        """Which page sent this, in which order."""
        return Writing(self.page.data or "", _count(self.sequence.data), _count(self.base.data))

    def given(self, partial: bool, sent: Any) -> dict[str, Any]:
        """Text and tick; None for what a `partial` sending (the autosave's) leaves out."""
        return {
            "text": None if partial and "text" not in sent else self.text.data or "",
            "used_alternative": None if partial and "used_alternative" not in sent else self.used_alternative.data,
        }


def _count(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else 0
