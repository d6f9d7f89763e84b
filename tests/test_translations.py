"""Every text has its English, and every text of a template is marked for translation."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages import Catalog
from flask import Flask
from flask_babel import force_locale, ngettext
from jinja2 import Environment, nodes

from lms.translations import update
from lms.translations.update import PARTS, ROOT, forms, name

TEMPLATES = sorted(
    path
    for part in PARTS
    for path in (ROOT / part).glob("**/templates/**/*")
    if path.suffix in (".html", ".txt", ".subject") and path.name != "styleguide.html"
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]")
WORD = re.compile(r"[^\W\d_]{2,}")
SPOKEN = ("alt", "aria-description", "aria-label", "label", "placeholder", "summary", "title")  # attributes people read
MARKED = ("_", "gettext", "ngettext", "npgettext", "pgettext")

UNTRANSLATED = {
    "lang": "an attribute of HTML that a macro writes",
    "min": "minutes, in both languages",
    "narrow": "a CSS class that a block hands to its frame",
}
UNTRANSLATED_STRINGS = {
    "Español": "a language is called by its own name",
    "English": "a language is called by its own name",
    "card-warn notice-error": "CSS classes",
}
# A string in an expression that looks like a text: a capitalised word, or two words in a row.
TEXT = re.compile(r"\b[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+|[a-záéíóúñ]{2,} [a-záéíóúñ]{2,}")
FIELD_TYPE = re.compile(r"[A-Za-z]*Field")


@pytest.fixture(scope="module")
def english() -> Catalog:
    return update.read()


@pytest.fixture(scope="module")
def template() -> Catalog:
    return update.extract()


def keys(catalog: Catalog) -> set[tuple[str, ...]]:
    return {(message.context or "", *forms(message.id)) for message in catalog if message.id}


def test_every_text_is_in_the_catalogue_and_no_other(english: Catalog, template: Catalog) -> None:
    assert sorted(keys(template) - keys(english)) == [], "run python -m lms.translations.update and write the English"
    assert sorted(keys(english) - keys(template)) == [], "run python -m lms.translations.update"
    assert not english.obsolete


def test_every_text_has_its_english(english: Catalog) -> None:
    assert update.lacking(english) == []


def test_the_english_has_the_placeholders_of_the_spanish(english: Catalog) -> None:
    differing = []
    for message in english:
        spanish, said = forms(message.id), forms(message.string)
        if message.id and [sorted(PLACEHOLDER.findall(one)) for one in spanish] != [
            sorted(PLACEHOLDER.findall(one)) for one in said
        ]:
            differing.append(name(message))
    assert differing == []


def test_the_file_is_as_the_command_writes_it(english: Catalog) -> None:
    assert update.text(english) == update.ENGLISH.read_text(encoding="utf-8")


@pytest.mark.parametrize(("count", "words"), [(0, "0 lecciones"), (1, "1 lección"), (2, "2 lecciones")])
def test_spanish_plurals_are_right_without_a_catalogue(app: Flask, count: int, words: str) -> None:
    with app.test_request_context(), force_locale("es"):
        assert ngettext("%(num)s lección", "%(num)s lecciones", count) == words


class Reader(HTMLParser):
    """Gathers what people read or hear: text, and attributes that are spoken."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        self.found += [value for key, value in attrs if key in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def bare_words(source: str) -> list[str]:
    """The words of a template outside of expressions, tags and comments."""
    data = "".join(value if kind == "data" else "" for _line, kind, value in Environment().lex(source))
    reader = Reader()
    reader.feed(data)
    reader.close()
    return [word for text in reader.found for word in WORD.findall(text) if word not in UNTRANSLATED]


def bare_strings(source: str) -> list[str]:
    """The strings in a template's expressions that read like a text and are not marked."""
    found: list[str] = []

    def walk(node: nodes.Node) -> None:
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKED:
            return
        if isinstance(node, nodes.Const) and isinstance(node.value, str):
            text = re.sub(r"<[^>]*>", "", node.value)
            if TEXT.search(text) and not FIELD_TYPE.fullmatch(text) and text not in UNTRANSLATED_STRINGS:
                found.append(text)
        for child in node.iter_child_nodes():
            walk(child)

    walk(Environment().parse(source))
    return found


def test_there_are_templates_to_look_at() -> None:
    assert {path.suffix for path in TEMPLATES} == {".html", ".txt", ".subject"}
    assert {path.parts[len(ROOT.parts)] for path in TEMPLATES} == set(PARTS)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_has_no_text_outside_translation(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert bare_words(source) + bare_strings(source) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hola</p>", ["Hola"]),
        ('<img alt="Un dibujo">', ["Un", "dibujo"]),
        ("<p>{{ _('Hola') }}</p>", []),
        ("<input {% if a %}checked{% endif %} name=two>", []),
        ("<style>p { color: red }</style>{# nota #}", []),
        ("{{ card('Tu camino') }}", ["Tu camino"]),
        ("{{ card(title='Cursos') }}", ["Cursos"]),
        ("{{ card(_('Tu camino'), tone='next') }}", []),
    ],
)
def test_texts_outside_translation_are_found(source: str, found: list[str]) -> None:
    assert bare_words(source) + bare_strings(source) == found
