"""What no text may have: more than the conversion of Markdown can take in bounded time, and HTML of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

MOST_CHARACTERS = 60_000
MOST_LINES = 3_000
LONGEST_LINE = 4_000
# Signs that a paragraph may hold: Python-Markdown looks for the partner of each in all the rest of the paragraph.
MOST_SIGNS = 200
MOST_BRACKETS = 500  # "[" in a whole text
DEEPEST = 4  # quotes and lists that open in one line
DEEPEST_INDENT = 24  # columns

_FENCE = re.compile(r"^\s{0,3}(```+|~~~+)")
_CODE = re.compile(r"(`+)[^`]+\1")
_TAG = re.compile(r"<(?!https?://|mailto:)[a-zA-Z/!?]")
_NESTING = re.compile(r"(?:[>\s]|[-*+]\s|\d{1,9}[.)]\s)*")
_SIGNS = re.compile(r"[\[\]*_`<>!&(\\]")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a text, and in which line (from 1)."""

    line: int
    sentence: Any


def beyond_caps(text: str, lines: list[str]) -> Iterator[Fault]:
    """Everything that would make the conversion slow or deep; in linear time."""
    if len(text) > MOST_CHARACTERS or len(lines) > MOST_LINES or text.count("[") > MOST_BRACKETS:
        yield Fault(
            1, _l("El texto es demasiado largo (%(most)s caracteres como mucho). Repártelo.", most=MOST_CHARACTERS)
        )
        return
    signs = 0
    for number, line in enumerate(lines, 1):
        nesting = _NESTING.match(line)
        opened = nesting[0] if nesting else ""
        signs = signs + len(_SIGNS.findall(line)) if line.strip() else 0
        if len(line) > LONGEST_LINE:
            yield Fault(number, _l("La línea es demasiado larga (%(most)s caracteres como mucho).", most=LONGEST_LINE))
        elif signs > MOST_SIGNS:
            yield Fault(number, _l("Hay demasiados signos de Markdown en un solo párrafo. Divídelo."))
            signs = 0
        elif len(re.findall(r"[>*+.)-]", opened)) > DEEPEST or len(opened.expandtabs(4)) > DEEPEST_INDENT:
            yield Fault(number, _l("Hay demasiados niveles de citas o de listas. Simplifica la estructura."))


def raw_html(lines: list[str]) -> Iterator[Fault]:
    """HTML in the text, but for what stands in code."""
    fence = ""
    for number, line in enumerate(lines, 1):
        fence, inside = fenced(fence, line)
        if not inside and _TAG.search(_CODE.sub("", line)):
            yield Fault(number, _l("No se admite HTML. Escríbelo con Markdown o entre acentos graves: `<etiqueta>`."))


def fenced(fence: str, line: str) -> tuple[str, bool]:
    """The fence that is open after `line`, and whether the line belongs to a fenced block."""
    found = _FENCE.match(line)
    if fence:
        closes = found and line.strip().strip(fence[0]) == "" and len(line.strip()) >= len(fence)
        return ("" if closes else fence), True
    return (found[1], True) if found else ("", False)
