"""The shape of what comes in about imports."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import BooleanField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)

from lms.forms import Form
from lms.people.forms import LANGUAGES, select

_l: Any = lazy_gettext  # WTForms' stubs know no lazy texts

EACH_ROW = SelectChoice("", _l("Lo dice cada fila"))


class ImportForm(Form):
    """A list of people: a file, or rows pasted from a spreadsheet."""

    file = FileField(
        _l("Archivo"),
        description=_l("CSV o Excel (.xlsx), hasta 10 MB y 25 000 personas. La primera fila lleva los encabezados."),
    )
    text = TextAreaField(
        _l("O pega aquí las filas"), description=_l("Copiadas de tu hoja de cálculo, con la fila de encabezados.")
    )
    role = select(_l("Papel para las filas que no lo llevan"))
    locale = select(_l("Idioma para las filas que no lo llevan"), choices=LANGUAGES)


class RunForm(Form):
    """Whether mails leave at once."""

    mail = BooleanField(
        _l("Enviar las invitaciones por correo ahora"),
        description=_l("Salen poco a poco, unas 60 por minuto. Si lo dejas sin marcar, podrás enviarlas más tarde."),
        default=True,
    )


class PlainForm(Form):
    """Nothing but the wish."""
