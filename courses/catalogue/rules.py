"""Decisions about courses that need neither database nor web."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

AUDIENCES = ("agent", "professional", "senior")
LONGEST_PLAIN = 25  # words of a sentence in plain language (UNE 153101 advises short ones)

_MARKS = re.compile(r"^\s*(?:#{2,4}|[-*+]|\d+[.)]|>|///.*|=|---)\s*|[*_`]")
_OPENS = re.compile(r"\s*(?:#{2,4}|[-*+]|\d+[.)]|>|///|=|---|\|)")
_ENDS = re.compile(r"(?<=[.!?…:;])[\s»”\"')]+")


def is_competency_code(code: str) -> bool:
    """Whether `code` looks like a code of the competency framework: area and number, as in 4.2."""
    return re.fullmatch(r"[1-9]\d?\.[1-9]\d?", code, re.ASCII) is not None


def language_of(texts: Mapping[str, Any], locale: str) -> str:
    """The language in which `texts` will be shown to a reader of `locale`: that one if there is such a text, else Spanish."""
    return locale if texts.get(locale) else "es"


def in_language(texts: Mapping[str, Any], locale: str) -> Any:
    """The text for a reader of `locale`, the Spanish one where it is not translated, empty where there is none."""
    return texts.get(language_of(texts, locale)) or ""


def long_sentences(text: str, most: int = LONGEST_PLAIN) -> Iterator[tuple[int, int]]:
    """(line, words) of each sentence of a Markdown text that has more than `most` words; the line is where it begins.

    A heading, an item of a list and a cell of a table are sentences of their own, as are the parts around a colon or semicolon.
    """
    for begins, paragraph in _paragraphs(text):
        ends = re.compile(r"\|") if paragraph.startswith("|") else _ENDS
        starts = [0, *(found.end() for found in ends.finditer(paragraph))]
        for start, end in zip(starts, [*starts[1:], len(paragraph)], strict=True):
            words = [word for word in paragraph[start:end].split() if any(sign.isalnum() for sign in word)]
            if len(words) > most:
                yield begins + paragraph[:start].count("\n"), len(words)


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Lines that are read as one, with the number of the first."""
    begins, gathered, closed = 1, list[str](), False
    for number, line in enumerate(text.splitlines(), 1):
        opens = _OPENS.match(line)
        if gathered and (opens or closed or not line.strip()):
            yield begins, "\n".join(gathered)
            gathered = []
        if line.strip():
            begins = begins if gathered else number
            gathered.append(_MARKS.sub("", line))
        closed = opens is not None and opens[0].lstrip().startswith(("#", "/", "|"))  # what has one line
    if gathered:
        yield begins, "\n".join(gathered)
