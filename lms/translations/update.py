"""Brings the catalogue to the texts of this checkout: `python -m lms.translations.update` (docs/translations.md)."""

from io import BytesIO
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
ENGLISH = Path(__file__).parent / "en" / "LC_MESSAGES" / "messages.po"
PARTS = ("lms", "courses", "assessments", "certificates")
KEYWORDS = {
    **DEFAULT_KEYWORDS,  # gettext, ngettext, pgettext, npgettext, _
    **parse_keywords(
        ["_l", "_n:1,2", "lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2", "lazy_npgettext:1c,2,3"]
    ),
}
# No date, machine or person: the file changes only when a text does.
HEADER = """\
# The interface in English. Update it with: python -m lms.translations.update
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def extract() -> Catalog:
    """Every text that is marked for translation."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    template = Catalog(fuzzy=False)
    for part in PARTS:
        found = extract_from_dir(ROOT / part, methods, options, keywords=KEYWORDS)
        for _file, _line, message, _comments, context in found:
            template.add(message, context=context)
    return template


def read(path: Path = ENGLISH) -> Catalog:
    """The catalogue as it is."""
    with path.open("rb") as file:
        return read_po(file, locale="en")


def text(catalog: Catalog) -> str:
    """A catalogue as its file holds it: sorted, one line a text, without places."""
    body = BytesIO()
    write_po(body, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return HEADER + body.getvalue().decode().strip() + "\n"


def name(message: Message) -> str:
    """The Spanish text (of one, if it has a plural)."""
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(text_: object) -> list[str]:
    """A text as its forms: one, or singular and plural."""
    return [text_] if isinstance(text_, str) else list(text_) if isinstance(text_, (tuple, list)) else []


def lacking(catalog: Catalog) -> list[str]:
    """The texts whose English is missing, or was only guessed."""
    messages = [message for message in catalog if message.id]
    return [name(one) for one in messages if one.fuzzy or not forms(one.string) or not all(forms(one.string))]


@click.command()
def main() -> None:
    """Add new texts, drop those that are gone, say which lack their English, and compile."""
    english = read()
    english.update(extract(), no_fuzzy_matching=True)
    ENGLISH.write_text(text(english), encoding="utf-8")
    english = read()
    with ENGLISH.with_suffix(".mo").open("wb") as file:
        write_mo(file, english)
    without = lacking(english)
    for one in without:
        click.echo(f"Without English: {one}")
    click.echo(f"{len(english)} texts, {len(without)} without English.")


if __name__ == "__main__":
    main()
