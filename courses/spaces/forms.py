"""The shape of what people say."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from courses.spaces.rules import LONGEST
from lms.forms import Form, OnceForm, no_control_characters

_l: Any = lazy_gettext


def _title() -> StringField:
    return StringField(
        _l("De qué trata"),
        validators=[
            DataRequired(_l("Pon unas palabras que digan de qué trata.")),
            Length(max=120, message=_l("Usa como mucho 120 caracteres.")),
            no_control_characters,
        ],
    )


def _text(label: Any) -> TextAreaField:
    return TextAreaField(
        label,
        validators=[
            DataRequired(_l("Escribe algo.")),
            Length(max=LONGEST, message=_l("Usa como mucho 5000 caracteres. Puedes enviar el resto después.")),
            no_control_characters,
        ],
        render_kw={"rows": 6},
    )


def _notice() -> StringField:
    return StringField(
        _l("Aviso de contenido"),
        description=_l("Si habla de algo que puede pesar a quien lee: una o dos palabras. El texto se abre al pulsar."),
        validators=[Length(max=120, message=_l("Usa como mucho 120 caracteres.")), no_control_characters],
    )


class BeginForm(OnceForm):
    """A new conversation."""

    title = _title()
    text = _text(_l("Qué quieres contar o preguntar"))
    notice = _notice()
    lesson = HiddenField(validators=[Length(max=40)])  # that it is about


class SayForm(OnceForm):
    """An answer."""

    text = _text(_l("Tu respuesta"))
    notice = _notice()


class ChangeForm(Form):
    """Other words for one's own."""

    text = _text(_l("Tu mensaje"))
    notice = _notice()


class RemoveForm(Form):
    """Why something is taken away."""

    reason = StringField(
        _l("Por qué"),
        description=_l("Lo lee quien escribió el mensaje. Cuando es tuyo no hace falta."),
        validators=[Length(max=300, message=_l("Usa como mucho 300 caracteres.")), no_control_characters],
    )


class AnnounceForm(OnceForm):
    """Something for everybody in an edition."""

    title = _title()
    text = _text(_l("Qué quieres decir"))


class HandForm(OnceForm):
    """To one learner, or from one."""

    text = _text(_l("Tu mensaje"))


class WishForm(Form):
    """Nothing but the wish."""
