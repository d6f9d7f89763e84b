"""The shape of what comes in about a federation."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import wtforms
from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from lms.forms import Form, OnceForm, no_control_characters
from lms.i18n import LOCALES
from lms.ids import new_key
from lms.people.federations import words
from lms.people.federations.models import WHAT, Association, Draft
from lms.people.federations.refusals import AssociationUnknown
from lms.people.federations.rules import RETENTION
from lms.people.federations.texts import Writing
from lms.people.forms import LANGUAGES, NAME_NEEDED, NOT_LISTED, ZONES

_l: Any = lazy_gettext
LONG_NAME = _l("Usa como mucho 120 caracteres.")
NUMBER = re.compile(r"\+?[0-9](?:[0-9 ]{0,17}[0-9])?", re.ASCII)  # a telephone's
MOST_CONTACTS = 12
MOST_TEXT = 40_000  # characters of a text in one language


class IntegerField(wtforms.IntegerField):
    """A whole number with a sentence of ours when it is none. Its limits are the operation's to keep."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        typed, self.data = valuelist[0].strip() if valuelist else "", None
        if not re.fullmatch(r"[0-9]{1,4}", typed, re.ASCII):
            raise ValueError(str(_l("Escribe un número entero de meses, solo con cifras.")))
        self.data = int(typed)


def listed(label: Any, **more: Any) -> SelectField:
    """A choice from a list."""
    return SelectField(label, **{"invalid_choice_message": NOT_LISTED, **more})


def name_field(label: Any, description: Any = "") -> StringField:
    """A name of a body."""
    return StringField(
        label,
        description=description,
        validators=[DataRequired(NAME_NEEDED), Length(max=120, message=LONG_NAME), no_control_characters],
    )


class IdentityForm(Form):
    """What the federation is called, its languages, its clock."""

    name = name_field(_l("Nombre de la federación"), _l("Sale arriba en cada página y en los certificados nuevos."))
    languages = SelectMultipleField(
        _l("Idiomas que ofrece"),
        **{
            "choices": LANGUAGES,
            "validators": [DataRequired(_l("Marca al menos un idioma."))],
            "invalid_choice_message": NOT_LISTED,
        },
    )
    locale = listed(_l("Idioma de la federación"), choices=LANGUAGES)
    timezone = listed(_l("Zona horaria"), choices=[SelectChoice(zone, zone.replace("_", " ")) for zone in ZONES])


class LogoForm(Form):
    """A file."""

    logo = FileField(
        _l("Archivo del logotipo"),
        description=_l(
            "PNG, JPEG o WebP, de 4 MB como mucho. Se guarda una copia reducida, sin los datos ocultos del archivo."
        ),
    )


def _colour(label: Any, description: Any) -> StringField:
    return StringField(label, description=description, validators=[Optional(), Length(max=20)])


class ColoursForm(Form):
    """Two colours, each empty for the house's. A button may send one that was offered instead."""

    act = _colour(
        _l("Color de lo que se puede hacer"), _l("Enlaces y botones. Por ejemplo #0b5660. Vacío: el de la casa.")
    )
    people = _colour(_l("Color de las personas y los hitos"), _l("Por ejemplo #94421f. Vacío: el de la casa."))
    act_offered = HiddenField(validators=[Length(max=20)])
    people_offered = HiddenField(validators=[Length(max=20)])


class AssociationForm(OnceForm):
    """A name."""

    name = name_field(_l("Nombre de la asociación"))


class ServiceForm(OnceForm):
    """A name, and perhaps an association."""

    name = name_field(
        _l("Nombre del servicio"), _l("Por ejemplo una unidad de salud mental, un centro, un dispositivo.")
    )
    association = listed(_l("Asociación"), validate_choice=False)

    def offer(self, found: Iterable[Association], kept: UUID | None = None) -> "ServiceForm":
        """Let these be chosen (the open ones, and the one that is `kept`), or none."""
        self.association.choices = [
            SelectChoice("", _l("Ninguna")),
            *(SelectChoice(str(one.id), one.name) for one in found if one.closed_at is None or one.id == kept),
        ]
        return self

    def chosen(self) -> UUID | None:
        """The association. Raises AssociationUnknown for what is none."""
        if not self.association.data:
            return None
        try:
            return UUID(self.association.data)
        except ValueError as error:
            raise AssociationUnknown from error


class ContactForm(wtforms.Form):
    """One crisis contact, inside the form of all."""

    class Meta(Form.Meta):
        """The form around it carries the token."""

        csrf: Any = False

    name = StringField(
        _l("Nombre"), validators=[Length(max=80, message=_l("Usa como mucho 80 caracteres.")), no_control_characters]
    )
    number = StringField(_l("Número"), validators=[Length(max=20, message=_l("Usa como mucho 20 cifras."))])
    note = StringField(
        _l("Nota"),
        description=_l("Por ejemplo: gratis, de 9:00 a 21:00."),
        validators=[Length(max=160, message=_l("Usa como mucho 160 caracteres.")), no_control_characters],
    )

    def is_blank(self) -> bool:
        """Nothing was typed."""
        return not any((self.name.data, self.number.data, self.note.data))

    def validate_number(self, field: Any) -> None:
        """A number that can be called."""
        if not self.is_blank() and not NUMBER.fullmatch(field.data or ""):
            raise ValidationError(_l("Escribe el número como se marca, por ejemplo 024 o +34 600 000 000."))

    def validate_name(self, field: Any) -> None:
        """Who answers."""
        if not self.is_blank() and not field.data:
            raise ValidationError(_l("Escribe quién atiende."))


class CrisisForm(Form):
    """All crisis contacts, in their order."""

    contacts = FieldList(FormField(ContactForm))

    def validate_contacts(self, field: Any) -> None:
        """Not more than somebody in a crisis can look through."""
        if len(field.entries) > MOST_CONTACTS:
            raise ValidationError(_l("Son demasiados para quien busca ayuda deprisa. Deja 12 como mucho."))

    def found(self) -> list[dict[str, str]]:
        """What was typed, without blank rows."""
        return [
            {name: one.form[name].data or "" for name in ("name", "number", "note")}
            for one in self.contacts
            if not one.form.is_blank()
        ]


class RetentionForm(Form):
    """Months for each kind of record; its fields are made below, one for each kind."""


_said: dict[str, Any] = words.RETENTION
for _kind in RETENTION:
    setattr(RetentionForm, _kind, IntegerField(_said[_kind][0], description=_said[_kind][1]))


class AgreementForm(OnceForm):
    """What to propose, and to whom."""

    slug = StringField(
        _l("Nombre corto de la otra federación"),
        description=_l("El que usa esta plataforma, por ejemplo andalucia. Pídeselo a su administración."),
        validators=[
            DataRequired(_l("Escribe el nombre corto.")),
            Length(max=40, message=_l("Usa como mucho 40 caracteres.")),
        ],
    )
    direction = RadioField(
        _l("Quién reconoce"),
        choices=[
            SelectChoice("ours", _l("Nuestra federación reconoce lo suyo")),
            SelectChoice("theirs", _l("Su federación reconoce lo nuestro")),
        ],
        default="ours",
        validators=[InputRequired(NOT_LISTED)],
    )
    what = RadioField(
        _l("Qué se reconoce"),
        choices=[SelectChoice(code, words.WHAT[code]) for code in WHAT],
        default="certificates",
        validators=[InputRequired(NOT_LISTED)],
    )


class PressForm(Form):
    """Nothing but the wish."""


def _lines(value: Any) -> Any:
    """Line breaks as they are counted and kept: one sign each."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def _title(code: str) -> StringField:
    label = {"es": _l("Título en español"), "en": _l("Título en inglés")}[code]
    return StringField(label, validators=[Length(max=120, message=LONG_NAME), no_control_characters])


def _text(code: str) -> TextAreaField:
    label = {"es": _l("Texto en español"), "en": _l("Texto en inglés")}[code]
    return TextAreaField(
        label,
        description=_l("En Markdown: ## para los títulos, - para las listas, **negrita**."),
        filters=[_lines],
        validators=[Length(max=MOST_TEXT, message=_l("Usa como mucho 40.000 caracteres.")), no_control_characters],
    )


class DraftForm(Form):
    """A text in both languages. The hidden fields say which window sends it, so that older words never replace newer ones."""

    title_es, text_es = _title("es"), _text("es")
    title_en, text_en = _title("en"), _text("en")
    page = HiddenField(default=new_key, validators=[Length(max=64)])
    sequence = HiddenField(default="0")
    base = HiddenField(default="0")

    @classmethod
    def of(cls, draft: Draft) -> "DraftForm":
        """The form of a window that is opened on a draft."""
        kept = {f"title_{code}": draft.title.get(code, "") for code in LOCALES}
        kept |= {f"text_{code}": draft.markdown.get(code, "") for code in LOCALES}
        return cls(formdata=None, data=kept | {"page": new_key(), "sequence": "0", "base": str(draft.revision)})

    def given(self, sent: Any) -> tuple[dict[str, str], dict[str, str]]:
        """Titles and texts by language; what was not sent is left out."""
        titles, texts = (
            {code: self[f"{what}_{code}"].data or "" for code in LOCALES if f"{what}_{code}" in sent}
            for what in ("title", "text")
        )
        return titles, texts

    def writing(self) -> Writing:
        """Which window sent this, in which order."""
        return Writing(self.page.data or "", _count(self.sequence.data), _count(self.base.data))


def _count(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else 0


class PublishForm(Form):
    """Whether everybody signs again: nobody chooses it without thinking."""

    asks = RadioField(
        _l("Quien ya aceptó una versión anterior"),
        choices=[
            SelectChoice("yes", _l("Tiene que leer esta y aceptarla de nuevo")),
            SelectChoice("no", _l("No tiene que hacer nada: lo que aceptó sigue valiendo")),
        ],
        validators=[InputRequired(_l("Elige una de las dos."))],
    )
