"""What comes in about packages."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)
from wtforms.validators import InputRequired, Length, NumberRange

from courses.learning.forms import NEEDED, IntegerField
from lms.forms import Form, no_control_characters
from lms.people.forms import LANGUAGES, select

_l: Any = lazy_gettext  # WTForms takes lazy text wherever its types say str
AUDIENCES = {"agent": _l("Agentes"), "professional": _l("Profesionales"), "senior": _l("Agentes sénior")}


class PackageForm(Form):
    """A package, and the course that it becomes."""

    file = FileField(_l("Paquete SCORM"), description=_l("Un ZIP de SCORM 1.2 o 2004, hasta 15 MB por aquí."))
    course = select(_l("Qué es"), validators=[InputRequired(NEEDED)])
    title = StringField(
        _l("Título"),
        description=_l("Si lo dejas vacío, el que lleva el paquete."),
        validators=[Length(0, 120, _l("El título tiene 120 letras como mucho.")), no_control_characters],
    )
    summary = TextAreaField(
        _l("De qué trata"),
        description=_l("Una o dos frases para el catálogo."),
        validators=[Length(0, 500, _l("El resumen tiene 500 letras como mucho.")), no_control_characters],
    )
    audience = select(_l("Para quién"), choices=[SelectChoice(role, words) for role, words in AUDIENCES.items()])
    language = select(_l("Idioma"), choices=LANGUAGES)
    minutes = IntegerField(
        _l("Minutos que lleva"),
        default=30,
        validators=[InputRequired(NEEDED), NumberRange(1, 6000, _l("Los minutos van de %(min)s a %(max)s."))],
    )


class OpenForm(Form):
    """Nothing but the wish."""
