"""What comes in for editions: place and seats, meetings, what completes a course, a day of one's own."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from courses.editions import rules
from courses.learning.forms import NEEDED, DateField, IntegerField
from courses.learning.rules import MOST_SEATS
from lms.forms import Form, OnceForm, no_control_characters

_l: Any = lazy_gettext  # WTForms takes lazy text wherever its types say str
DATES = ["%Y-%m-%d", "%d/%m/%Y"]
SETTINGS = [
    SelectChoice("online", _l("En línea")),
    SelectChoice("in-person", _l("En persona")),
    SelectChoice("mixed", _l("Mixto")),
]
_LONG = _l("Acórtalo: hay sitio para %(max)d letras.")


class ClockField(TimeField):
    """A time of day that says in our words when it is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the time."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Escribe la hora como 16:00.")) from None


def _place() -> StringField:
    return StringField(
        _l("Lugar"),
        description=_l("Dirección y sala. Solo lo ve quien está en la edición."),
        validators=[Optional(), Length(max=200, message=_LONG), no_control_characters],
    )


def _link() -> StringField:
    return StringField(
        _l("Enlace de la videollamada"),
        description=_l("Solo lo ve quien está en la edición."),
        validators=[Optional(), Length(max=300, message=_LONG), no_control_characters],
    )


class ArrangeForm(Form):
    """An edition's dates, seats and place."""

    name = StringField(
        _l("Nombre"), validators=[DataRequired(NEEDED), Length(max=120, message=_LONG), no_control_characters]
    )
    begins_on = DateField(_l("Empieza"), format=DATES, validators=[InputRequired(NEEDED)])
    ends_on = DateField(_l("Termina"), format=DATES, validators=[InputRequired(NEEDED)])
    seats = IntegerField(
        _l("Plazas"),
        validators=[InputRequired(NEEDED), NumberRange(1, MOST_SEATS, _l("Las plazas van de %(min)s a %(max)s."))],
    )
    offer_hours = IntegerField(
        _l("Horas que se guarda una plaza libre"),
        description=_l("Cuando alguien deja su plaza, se ofrece a la primera persona en espera durante este tiempo."),
        validators=[InputRequired(NEEDED), NumberRange(1, 336, _l("Las horas van de %(min)s a %(max)s."))],
    )
    setting = SelectField(_l("Cómo se reúne"), choices=SETTINGS)
    place = _place()
    link = _link()


class MeetingForm(OnceForm):
    """A meeting."""

    what = StringField(
        _l("De qué va"), validators=[DataRequired(NEEDED), Length(max=120, message=_LONG), no_control_characters]
    )
    day = DateField(_l("Día"), format=DATES, validators=[InputRequired(NEEDED)])
    time = ClockField(_l("Hora de inicio"), validators=[InputRequired(NEEDED)])
    minutes = IntegerField(
        _l("Duración en minutos"),
        default=120,
        validators=[
            InputRequired(NEEDED),
            NumberRange(rules.SHORTEST, rules.LONGEST, _l("Los minutos van de %(min)s a %(max)s.")),
        ],
    )
    setting = SelectField(_l("Cómo"), choices=SETTINGS)
    place = _place()
    link = _link()


class TrainerForm(Form):
    """Who teaches an edition."""

    trainer = SelectField(_l("Quién la lleva"), choices=[])


def _share(label: Any, least: int) -> IntegerField:
    return IntegerField(
        label,
        validators=[InputRequired(NEEDED), NumberRange(least, 100, _l("Va de %(min)s a %(max)s."))],
    )


class RuleForm(Form):
    """What completes an edition, in per cent; 0 leaves it out."""

    lessons = _share(_l("Lecciones hechas (por ciento)"), rules.DEMANDS["lessons"])
    quizzes = _share(_l("Comprobaciones superadas (por ciento)"), rules.DEMANDS["quizzes"])
    attendance = _share(_l("Asistencia mínima a los encuentros (por ciento)"), rules.DEMANDS["attendance"])
    usual = BooleanField(_l("Usarla también en las próximas ediciones del curso"))


class NeedForm(Form):
    """What has to come before a course."""

    needs = SelectField(_l("Antes hace falta"), choices=[])


class DayForm(Form):
    """The day by which somebody wants to be done; empty: the edition's last."""

    due_on = DateField(_l("Quiero terminar el"), format=DATES, validators=[Optional()])


class TransferForm(Form):
    """Another edition of the same course."""

    edition = SelectField(_l("Cambiar a"), choices=[])
