"""What comes in from those who write courses."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)
from wtforms.validators import DataRequired, Length, NumberRange, Regexp

from courses.authoring import rewriting, rules
from courses.authoring.queries import FilePage, Writable
from courses.catalogue.rules import in_language
from courses.learning.rules import Writing
from lms import i18n
from lms.forms import Form, OnceForm, no_control_characters
from lms.ids import new_key

_l: Any = lazy_gettext
NEEDED = _l("Hace falta rellenarlo.")
AUDIENCES = [
    SelectChoice("agent", _l("Agentes")),
    SelectChoice("senior", _l("Agentes sénior")),
    SelectChoice("professional", _l("Profesionales")),
]
KEYS = {"pass": "pass_mark"}  # keys of a head that are no names of fields
ROWS = {"summary", "notice", "skip", "reflection", "alternative"}
LONG = Length(max=rules.LONGEST_VALUE, message=_l("Caben %(max)s caracteres. Acorta el texto."))


def _one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _lines(value: Any) -> Any:
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def _line(label: Any, description: Any = "") -> StringField:
    return StringField(label, description=description, filters=[_one_line], validators=[LONG, no_control_characters])


def _sentence(label: Any, description: Any = "") -> TextAreaField:
    return TextAreaField(label, description=description, filters=[_one_line], validators=[LONG, no_control_characters])


def _list(label: Any, description: Any = "") -> TextAreaField:
    return TextAreaField(
        label, description=description, filters=[_lines], validators=[Length(max=20_000), no_control_characters]
    )


class NewCourseForm(OnceForm):
    """A course to begin, empty or as a copy."""

    title = StringField(_l("Título"), validators=[DataRequired(NEEDED), Length(max=200), no_control_characters])
    audience = SelectField(_l("Para quién es"), choices=AUDIENCES)
    slug = StringField(
        _l("Dirección"),
        description=_l("Cómo se llama en la dirección de sus páginas. Si la dejas vacía, sale del título."),
        validators=[Length(max=60, message=_l("La dirección tiene 60 letras como mucho."))],
    )
    source = SelectField(_l("A partir de"), validate_choice=False)

    def offer(self, courses: list[Writable]) -> None:
        """Let these be copied."""
        self.source.choices = [SelectChoice("", _l("En blanco")), *self._copies(courses)]

    def _copies(self, courses: list[Writable]) -> Iterator[Any]:
        for course in courses:
            title = in_language(course.title, i18n.current())
            yield SelectChoice(str(course.version_id), _l("Copia de «%(title)s»", title=title))


class FileForm(Form):
    """A text of a course: the values of its head, its body, and which open page sends them.

    `text` is the whole file, for one whose head cannot be read value by value.
    """

    title = _line(_l("Título"))
    audience = SelectField(_l("Para quién es"), choices=AUDIENCES, validate_choice=False)
    hours = _line(_l("Horas"), _l("Un número entero."))
    minutes = _line(_l("Minutos"), _l("Cuánto se tarda en leerla y hacerla, por ejemplo 20."))
    summary = _sentence(_l("Resumen"), _l("Una frase para el catálogo."))
    outcomes = _list(_l("Qué sabrá hacer quien lo termine"), _l("Uno por línea, en primera persona: «Explico…»."))
    competencies = _line(_l("Competencias"), _l("Códigos del marco separados por comas, por ejemplo 1.2, 3.1."))
    notice = _sentence(_l("Aviso de contenido"), _l("Si algo puede remover: qué es, en una frase."))
    skip = _sentence(_l("Cómo rodearlo"), _l("Qué se puede saltar sin perder nada, en una frase."))
    reflection = _sentence(_l("Pregunta para pensar a solas"))
    alternative = _sentence(_l("Alternativa"), _l("Lo mismo sin contar nada propio. Siempre hace falta."))
    sources = _list(_l("De dónde sale"), _l("Una fuente por línea."))
    pass_mark = _line(_l("Para superarla"), _l("Tanto por ciento, por ejemplo 75."))
    attempts = _line(_l("Intentos"))
    draw = _line(_l("Preguntas en cada prueba"), _l("Se sacan de las que hay debajo."))
    body = TextAreaField(_l("Texto"), filters=[_lines], validators=[no_control_characters])
    text = TextAreaField(_l("El archivo entero"), filters=[_lines], validators=[no_control_characters])
    page = HiddenField(default=new_key, validators=[Length(max=64)])
    sequence = HiddenField(default="0")
    base = HiddenField(default="0")

    @classmethod
    def of(cls, page: FilePage, *, whole: bool, **more: Any) -> "FileForm":
        """The form of a file, filled with what is kept unless something was sent."""
        head, _sound = rewriting.read(page.text)
        place = page.place
        values: dict[str, Any] = {"base": str(page.file.revision), "body": rewriting.plain(head.body)}
        if place.kind == "plain":
            values["body"] = rewriting.plain(page.text)
        if whole:
            values["text"] = rewriting.plain(page.text)
        for key in place.fields:
            value = rewriting.value_of(head, key)
            joined = value if isinstance(value, str) else (", " if key == "competencies" else "\n").join(value)
            values[KEYS.get(key, key)] = joined
        form = cls(data=values, **more)
        keep = {"text"} if whole else {"body", *(KEYS.get(key, key) for key in place.fields)}
        for name in [*form._fields]:
            if name not in keep | {"page", "sequence", "base", "csrf_token"}:
                del form[name]
        if "audience" in form and values["audience"] not in {one.value for one in AUDIENCES}:
            form.audience.choices = [SelectChoice(values["audience"], values["audience"] or "—"), *AUDIENCES]
        return form

    def writing(self) -> Writing:
        """Which page sent this, in which order."""
        return Writing(self.page.data or "", _count(self.sequence.data), _count(self.base.data))

    def values(self, place: rules.Place, sent: Any) -> dict[str, rewriting.Value]:
        """The values of the head that were sent, by key."""
        found: dict[str, rewriting.Value] = {}
        for key in place.fields:
            name = KEYS.get(key, key)
            if name in self and name in sent:
                text = self[name].data or ""
                apart = text.replace(",", "\n") if key == "competencies" else text
                found[key] = (
                    [line.strip() for line in apart.split("\n") if line.strip()] if key in rules.LISTS else text
                )
        return found


def _count(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else 0


class AddForm(Form):
    """A module, or a lesson of one (`folder`)."""

    title = StringField(_l("Título"), validators=[DataRequired(NEEDED), Length(max=200), no_control_characters])
    folder = HiddenField(validators=[Length(max=60)])


class BesideForm(Form):
    """Another side of a text, as one button says it: the text's id, kind and language of the side, with blanks between."""

    side = HiddenField(validators=[DataRequired(), Length(max=60)])


class MoveForm(Form):
    """A module or a lesson, and after a blank its new place among its own, as one button says it."""

    move = HiddenField(validators=[Regexp(r"[a-z0-9/-]{1,130} \d{1,4}\Z")])


class PathForm(Form):
    """What is to be removed."""

    path = HiddenField(validators=[DataRequired(), Length(max=250)])


class RenameForm(Form):
    """Another name in the address; without `path`, of the course itself."""

    path = HiddenField(validators=[Length(max=130)])
    slug = StringField(_l("Dirección"), validators=[DataRequired(NEEDED), Length(max=60)])


class PictureForm(Form):
    """A picture or another file for a module, and what it shows."""

    file = FileField(
        _l("Archivo"),
        description=_l(
            "Imagen, sonido, vídeo, subtítulos o una hoja para descargar; de 15 MB como mucho. Una imagen se guarda sin los "
            "datos ocultos del archivo."
        ),
    )
    description = _sentence(
        _l("Qué se ve o qué es"), _l("Para quien no ve la imagen, o como título de lo que se oye o se descarga.")
    )
    folder = SelectField(_l("En qué módulo"), validate_choice=False)


class ArchiveForm(Form):
    """A ZIP with a course folder."""

    file = FileField(_l("Archivo ZIP"), description=_l("Una carpeta con su course.md dentro, de 15 MB como mucho."))


class RestoreForm(Form):
    """An entry of a file's history."""

    number = IntegerField(validators=[NumberRange(0, 2_000_000_000)])


class PressForm(Form):
    """A button: nothing but the token."""


class MoveEditionForm(Form):
    """What was looked at: the version to move from and to."""

    old = HiddenField(validators=[Length(max=36)])
    new = HiddenField(validators=[Length(max=36)])
