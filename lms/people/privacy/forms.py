"""The shape of what comes in at the privacy desk."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from lms.forms import Form, OnceForm, no_control_characters

_l: Any = lazy_gettext  # WTForms' stubs know no lazy texts


class PressForm(Form):
    """A button."""


class DecideForm(Form):
    """A yes or no to one purpose, in the words that were read."""

    document = HiddenField(validators=[Length(max=36)])
    decision = HiddenField(validators=[InputRequired(), AnyOf(("give", "withdraw"))])


class CorrectionForm(OnceForm):
    """What should be put right."""

    wish = TextAreaField(
        _l("Qué hay que corregir"),
        description=_l("Dónde está, qué dice ahora y qué debería decir."),
        validators=[
            DataRequired(_l("Escribe qué hay que corregir.")),
            Length(max=2000, message=_l("Es demasiado largo: como mucho 2000 caracteres.")),
            no_control_characters,
        ],
    )


class AnswerForm(Form):
    """The federation's answer."""

    verdict = RadioField(
        _l("Respuesta"),
        choices=[SelectChoice("done", _l("Corregido")), SelectChoice("declined", _l("No se puede corregir"))],
        validators=[InputRequired(_l("Elige una de las dos."))],
    )
    answer = TextAreaField(
        _l("Qué se ha hecho, o por qué no"),
        validators=[
            DataRequired(_l("Escribe qué se ha cambiado, o por qué no se cambia.")),
            Length(max=2000, message=_l("Es demasiado largo: como mucho 2000 caracteres.")),
            no_control_characters,
        ],
    )


class EraseForm(Form):
    """The word that confirms."""

    word = StringField(
        _l("Escribe la palabra para confirmar"), validators=[Length(max=20, message=_l("Esa no es la palabra."))]
    )
