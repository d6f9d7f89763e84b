"""An observation as it comes in: where, when, and for each competency that one wants to rate a level, words, indicators."""

from typing import Any

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from wtforms import DateField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)
from wtforms.validators import InputRequired, Length, ValidationError

from assessments.competencies.framework import Competency, framework, said
from assessments.competencies.rules import MAX_WORDS
from assessments.competencies.wording import LEVELS, SETTINGS
from lms import i18n
from lms.forms import OnceForm, no_control_characters

_l: Any = lazy_gettext  # the stubs of WTForms know no lazy strings
UNRATED = ""


def _said(competency: Competency) -> str:
    return f"{competency.code} {said(competency.title, i18n.current())}"


def field_name(part: str, code: str) -> str:
    """The form field of a part (`level`, `words`, `indicators`) of a competency."""
    return f"{part}_{code.replace('.', '_')}"


class _SettingsForm(OnceForm):
    setting = RadioField(
        _l("Dónde lo viste"),
        choices=[SelectChoice(value, word) for value, word in SETTINGS.items()],
        validators=[InputRequired(_l("Elige dónde lo viste."))],
    )
    observed_on = DateField(_l("Qué día"), validators=[InputRequired(_l("Escribe la fecha con día, mes y año."))])

    def validate_observed_on(self, field: Any) -> None:
        """A slip of the hand in the year."""
        if field.data is not None and field.data.year < 2000:
            raise ValidationError(_l("Revisa el año de la fecha."))


class ObservationForm(_SettingsForm):
    """The whole form; its fields for competencies follow from the framework (below)."""

    def part(self, part: str, code: str) -> Any:
        """A field of a competency."""
        return self[field_name(part, code)]

    def rated(self, code: str) -> bool:
        """Whether anything was filled in for a competency."""
        return any(self.part(part, code).data for part in ("level", "words", "indicators"))

    def wrong(self, code: str) -> bool:
        """Whether something in a competency is to be mended."""
        return any(self.part(part, code).errors for part in ("level", "words", "indicators"))

    def ratings(self) -> list[tuple[str, int, str, list[int]]]:
        """(code, level, words, indicators seen) of each competency that was rated."""
        return [
            (
                code,
                int(self.part("level", code).data),
                self.part("words", code).data or "",
                self.part("indicators", code).data,
            )
            for code in framework().by_code
            if self.part("level", code).data != UNRATED
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Words or indicators need a level."""
        sound = super().validate(extra_validators)
        for code in framework().by_code:
            level = self.part("level", code)
            if self.rated(code) and level.data == UNRATED and not level.errors:
                level.errors = [_l("Elige un nivel para lo que anotaste, o borra la anotación.")]
                sound = False
        return sound


for _competency in framework().by_code.values():
    _label: Any = LazyString(_said, _competency)
    _parts = {
        "level": RadioField(
            _label, choices=[SelectChoice(value, "") for value in (UNRATED, *map(str, LEVELS))], default=UNRATED
        ),
        "words": TextAreaField(_label, validators=[Length(max=MAX_WORDS), no_control_characters]),
        "indicators": SelectMultipleField(
            _label,
            choices=[SelectChoice(str(position), "") for position in range(len(_competency.indicators))],
            coerce=int,
        ),
    }
    for _part, _field in _parts.items():
        setattr(ObservationForm, field_name(_part, _competency.code), _field)
