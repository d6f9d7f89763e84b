"""The shape of what comes in about people."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms import DateField as WTFormsDateField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from lms.forms import Form, OnceForm, no_control_characters
from lms.i18n import LOCALES, from_local, local
from lms.people import words
from lms.people.profile.rules import tidy
from lms.people.refusals import RoleDatesUnsound
from lms.people.security_forms import RULES

_l: Any = lazy_gettext  # WTForms' stubs know no lazy texts

NAME_NEEDED = _l("Escribe un nombre.")
NOT_LISTED = _l("Elige una de las opciones de la lista.")
LANGUAGES = [SelectChoice(code, words.LANGUAGES[code]) for code in LOCALES]
ZONES = sorted(
    zone for zone in available_timezones() if zone.startswith(("Europe/", "America/", "Atlantic/", "Africa/Ceuta"))
)


def select(label: Any, **more: Any) -> SelectField:
    """A list to choose from, with our sentence for what is not on it."""
    return SelectField(label, **{"invalid_choice_message": NOT_LISTED, **more})


def typed(field: Any) -> str:
    """A password exactly as it was typed: blanks around it belong to it."""
    return str(field.raw_data[0]) if field.raw_data else ""


def _tidy(value: Any) -> Any:
    return tidy(value) if isinstance(value, str) else value


def _name(label: Any, description: Any = "") -> StringField:
    return StringField(
        label,
        description=description,
        filters=[_tidy],
        validators=[
            DataRequired(NAME_NEEDED),
            Length(max=120, message=_l("Usa como mucho 120 caracteres.")),
            no_control_characters,
        ],
    )


class DateField(WTFormsDateField):
    """A day; what cannot be read as one gets a sentence of ours."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a day written as 2026-03-02."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Escribe la fecha como día, mes y año, o elígela en el calendario.")) from None


class AccountForm(Form):
    """What a person says about themselves."""

    name = _name(_l("Nombre"), _l("Como quieres que te llamemos. No hace falta que sea el del documento."))
    pronouns = StringField(
        _l("Pronombres"),
        filters=[_tidy],
        description=_l("Por ejemplo: ella, él, elle. Se ven junto a tu nombre."),
        validators=[Optional(), Length(max=40, message=_l("Usa como mucho 40 caracteres.")), no_control_characters],
    )
    locale = select(_l("Idioma"), choices=LANGUAGES)
    timezone = select(_l("Zona horaria"), choices=[SelectChoice(zone, zone.replace("_", " ")) for zone in ZONES])


class ConfirmForm(Form):
    """The password again, and the code for those who use one."""

    password = PasswordField(_l("Contraseña"), validators=[DataRequired(_l("Escribe tu contraseña.")), Length(max=256)])
    code = StringField(
        _l("Código de seis cifras"),
        description=_l("El que muestra ahora tu aplicación de códigos."),
        validators=[DataRequired(_l("Escribe el código.")), Length(max=12)],
    )


class WelcomeForm(Form):
    """A new account."""

    name = _name(_l("Tu nombre"), _l("Como quieres que te llamemos. Puedes cambiarlo cuando quieras."))
    password = PasswordField(
        _l("Elige una contraseña"), description=RULES, validators=[DataRequired(_l("Elige una contraseña."))]
    )


class AcceptForm(Form):
    """Nothing but the wish."""


class ConsentForm(Form):
    """A box that nobody has ticked for the person."""

    document = HiddenField(validators=[DataRequired(), Length(max=36)])
    agree = BooleanField(
        _l("He leído este texto y estoy de acuerdo."),
        validators=[InputRequired(_l("Marca la casilla si estás de acuerdo. Si no, puedes salir sin más."))],
    )


class InviteForm(OnceForm):
    """Whom to invite, and to what."""

    email = EmailField(
        _l("Correo"),
        validators=[
            DataRequired(_l("Escribe su correo.")),
            Length(max=254, message=_l("Ese correo es demasiado largo.")),
        ],
    )
    name = _name(_l("Nombre"), _l("Como lo pondrás en el saludo. La persona podrá cambiarlo."))
    role = select(_l("Papel"))
    locale = select(_l("Idioma del correo"), choices=LANGUAGES)


class RoleForm(Form):
    """A role to give, from a day on and up to a day."""

    role = select(_l("Papel"))
    since = DateField(_l("Desde"), description=_l("En blanco, desde ahora mismo."), validators=[Optional()])
    until = DateField(
        _l("Hasta"),
        description=_l("El último día. En blanco, hasta que alguien lo retire."),
        validators=[Optional()],
    )

    def dates(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """The moments at which the days begin and end where the person is; (None, None) for blanks.

        Raises RoleDatesUnsound for days that no clock shows.
        """
        since, until = self.since.data, self.until.data
        try:
            begins = from_local(since, time()) if since and since != local(now).date() else None
            ends = from_local(until + timedelta(days=1), time()) if until else None
        except (OverflowError, ValueError):
            raise RoleDatesUnsound from None
        return begins, ends


def roles(names: Iterable[str]) -> list[Any]:
    """The choices of a field for roles."""
    return [SelectChoice(role, words.ROLES[role]) for role in names]
