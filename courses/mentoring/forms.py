"""The shape of what comes in: a session, a choice of sessions, a reason, a pairing."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField, TimeField, ValidationError
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)
from wtforms.validators import InputRequired, Length, Optional

from courses.mentoring import rules
from courses.mentoring.labels import FORMAT_LABELS, KIND_LABELS
from lms import i18n
from lms.forms import Form, OnceForm, no_control_characters

_l: Any = lazy_gettext  # the stubs of WTForms know no lazy strings
_YEARS = range(2000, 2101)


def _sensible_year(_form: Any, field: Any) -> None:
    if isinstance(field.data, date) and field.data.year not in _YEARS:
        raise ValidationError(_l("Revisa el año de la fecha."))


def _whole(_form: Any, field: Any) -> None:
    if rules.whole_minutes(field.data or "") is None:
        raise ValidationError(
            _l("Escribe los minutos como un número entero, sin letras ni decimales: 90 para una hora y media.")
        )


class DayField(DateField):
    """A date that says in our words when it is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the date."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Escribe el día de la sesión, por ejemplo con el calendario del campo.")) from None


class ClockField(TimeField):
    """A time of day that says in our words when it is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the time."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Escribe la hora de inicio como 16:00.")) from None


class SessionFields:
    """What a session is, for the form that writes it and the one that corrects it."""

    day = DayField(_l("Día"), validators=[InputRequired(_l("Escribe el día de la sesión.")), _sensible_year])
    time = ClockField(_l("Hora de inicio"), validators=[InputRequired(_l("Escribe a qué hora empezó."))])
    minutes = StringField(_l("Minutos"), validators=[InputRequired(_l("Escribe cuántos minutos duró.")), _whole])
    kind = RadioField(
        _l("Tipo de sesión"),
        choices=[SelectChoice(*kind) for kind in KIND_LABELS.items()],
        validators=[InputRequired(_l("Elige qué tipo de sesión fue."))],
    )
    format = RadioField(
        _l("Cómo fue"),
        choices=[SelectChoice(*format) for format in FORMAT_LABELS.items()],
        validators=[InputRequired(_l("Elige cómo fue: en persona, por vídeo o por teléfono."))],
    )
    competencies = StringField(
        _l("Competencias que trabajasteis"),
        description=_l("Sus códigos, separados por comas: 1.2, 3.1"),
        validators=[Optional(), Length(max=200), no_control_characters],
    )
    note = TextAreaField(
        _l("Nota"),
        description=_l(
            "Lo que salió bien y el próximo paso. La leéis las dos partes. Sin nombres ni datos de las personas acompañadas."
        ),
        validators=[Optional(), no_control_characters],
    )

    data: dict[str, Any]

    def content(self) -> dict[str, Any]:
        """The fields as `operations` wants them."""
        return {
            "kind": self.data["kind"],
            "format": self.data["format"],
            "starts_at": i18n.from_local(self.data["day"], self.data["time"]).astimezone(UTC),
            "minutes": rules.whole_minutes(self.data["minutes"]),
            "competencies": rules.competency_codes(self.data["competencies"] or ""),
            "note": self.data["note"] or "",
        }


class NewSessionForm(SessionFields, OnceForm):
    """A session to be written; `pairing_id` offers the person's pairings."""

    pairing_id = SelectField(_l("Con quién"), validators=[InputRequired(_l("Elige con quién fue la sesión."))])


class CorrectionForm(SessionFields, Form):
    """A session to be written anew."""


class ReasonForm(Form):
    """Why something is returned or taken back."""

    reason = TextAreaField(_l("Motivo"), validators=[no_control_characters])


class PairingForm(OnceForm):
    """Who is accompanied by whom."""

    person_id = SelectField(_l("Agente"), validators=[InputRequired(_l("Elige a quién se acompaña."))])
    mentor_id = SelectField(_l("Agente sénior"), validators=[InputRequired(_l("Elige quién acompaña."))])


def choices(pairs: Iterable[tuple[str | UUID, str]]) -> list[Any]:
    """(value, words) as WTForms wants them."""
    return [SelectChoice(str(value), words) for value, words in pairs]


def chosen_key(session_id: UUID, written_at: datetime) -> str:
    """A session of the desk, in the version that is shown."""
    return f"{session_id}~{written_at.isoformat()}"


def chosen(values: Iterable[str]) -> dict[UUID, datetime]:
    """The sessions that were marked on the desk, each with the version that was shown. Raises ValueError for anything odd."""
    found: dict[UUID, datetime] = {}
    for value in values:
        session_id, _tilde, written_at = value.partition("~")
        moment = datetime.fromisoformat(written_at)
        if moment.utcoffset() != UTC.utcoffset(None):
            raise ValueError(value)
        found[UUID(session_id)] = moment
    return found
