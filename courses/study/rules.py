"""Decisions of the search and of notes, without database or web: what is asked for, what of a text is shown, where a mark is."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from courses.study.terms import LANGUAGES, LONGEST, STOP, WORD, fold, plain_text, stems

LONGEST_QUESTION = 200  # characters
MOST_ASKED = 8  # words; what follows is left out
PREFIX = 4  # from so many letters on, the beginning of a word finds it
SHOWN = 240  # characters of a text around what was found
MOST_MARKS, MOST_HITS = 12, 200

LONGEST_QUOTE = 1_000
LONGEST_NOTE = 10_000
MOST_NOTES = 2_000  # of an enrolment
MOST_PARAGRAPHS, MOST_SIGNS = 5_000, 500_000


@dataclass(frozen=True, slots=True)
class Word:
    """A word that is asked for: the stems under which it stands in the index, and the letters that it begins with."""

    stems: frozenset[str]
    beginning: str  # "" for a short word

    def is_in(self, word: str) -> bool:
        """Whether a word of a text is what is asked for."""
        plain = fold(word)
        if self.beginning and plain.startswith(self.beginning):
            return True
        return any(not self.stems.isdisjoint(stems(word, language)) for language in LANGUAGES)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for. Without words there is nothing to look for."""

    words: tuple[Word, ...]
    too_long: bool = False

    def where(self, scopes: Iterable[str], engine: str, *, all_words: bool = True) -> str:
        """The condition in the words of the database's index (FTS5, or a tsquery).

        The scopes stand in it: what one may not read is not found, rather than found and hidden.
        """
        return _WHERE[engine](self, scopes, all_words)

    def wanted(self, engine: str, *, all_words: bool = True) -> str:
        """The words alone, for ranking."""
        return _fts_words(self, all_words) if engine == "sqlite" else _ts_words(self, all_words)


def asked(question: str) -> Asked:
    """A question as words; those that stand in every text are left out."""
    if len(question) > LONGEST_QUESTION:
        return Asked((), too_long=True)
    found: dict[str, Word] = {}
    for word in WORD.findall(unicodedata.normalize("NFC", question)):
        plain = fold(word)[:LONGEST]
        stands_for = frozenset().union(*(stems(word, language) for language in LANGUAGES))
        if not stands_for or any(plain in left_out for left_out in STOP.values()):
            continue
        found.setdefault(plain, Word(stands_for, plain if len(plain) >= PREFIX and plain.isascii() else ""))
    return Asked(tuple(found.values())[:MOST_ASKED])


def _fts_words(question: Asked, all_words: bool) -> str:
    groups = (
        " OR ".join([f'"{stem}"' for stem in sorted(word.stems)] + ([f'"{word.beginning}"*'] if word.beginning else []))
        for word in question.words
    )
    return (" AND " if all_words else " OR ").join(f"({group})" for group in groups)


def _fts(question: Asked, scopes: Iterable[str], all_words: bool) -> str:
    mine = " OR ".join(f'"{scope}"' for scope in scopes)
    return f"scope : ({mine}) AND {{title_terms text_terms}} : ({_fts_words(question, all_words)})"


def _ts_words(question: Asked, all_words: bool) -> str:
    groups = (
        " | ".join(
            [f"{stem}:AB" for stem in sorted(word.stems)] + ([f"{word.beginning}:*AB"] if word.beginning else [])
        )
        for word in question.words
    )
    return (" & " if all_words else " | ").join(f"({group})" for group in groups)


def _ts(question: Asked, scopes: Iterable[str], all_words: bool) -> str:
    # Without weights: for those each text would have to be fetched and looked at once more. No word is written like a scope.
    return f"({' | '.join(scopes)}) & ({_ts_words(question, all_words)})"


_WHERE: dict[str, Callable[[Asked, Iterable[str], bool], str]] = {"sqlite": _fts, "postgresql": _ts}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; `marked` where it is a word that was asked for."""

    text: str
    marked: bool


def found_in(question: Asked, text: str) -> bool:
    """Whether all words that are asked for stand in a text."""
    left = set(question.words)
    for place in _candidates(question, text):
        left -= {word for word in left if word.is_in(place[0])}
        if not left:
            return True
    return not left


def _candidates(question: Asked, text: str) -> Iterator[tuple[str, int, int]]:
    """Words of a text that begin like one that is asked for: (word, from, to). Only these are reduced to their stems.

    A stem begins as its words do, but for English "try" and "tri-".
    """
    beginnings = {stem[:2] for word in question.words for stem in word.stems}
    if not beginnings:
        return
    likely = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, sorted(beginnings)))})[^\W_]*")
    for found in likely.finditer(fold(text)):
        yield text[found.start() : found.end()], *found.span()


def snippet(question: Asked, text: str) -> list[Piece]:
    """The part of a text in which most of what is asked for stands close together, in pieces."""
    hits = [
        (begin, end, number)
        for word, begin, end in _candidates(question, text)
        for number, asked_for in enumerate(question.words)
        if asked_for.is_in(word)
    ][:MOST_HITS]
    begin, end = _window(hits, text)
    pieces = [Piece("… ", False)] if begin else []
    at = begin
    for first, last, _number in [hit for hit in hits if begin <= hit[0] and hit[1] <= end][:MOST_MARKS]:
        if first < at:
            continue
        pieces += [Piece(text[at:first], False), Piece(text[first:last], True)]
        at = last
    pieces.append(Piece(text[at:end] + (" …" if end < len(text) else ""), False))
    return [piece for piece in pieces if piece.text]


def _window(hits: list[tuple[int, int, int]], text: str) -> tuple[int, int]:
    best, most = 0, 0
    for begin, _end, _number in hits:
        inside = {number for at, end, number in hits if begin <= at and end <= begin + SHOWN - 60}
        if len(inside) > most:
            best, most = begin, len(inside)
    begin = max(0, best - 60)
    if begin:
        begin = min(best, text.rfind(" ", 0, begin + 1) + 1 or begin)
    end = min(len(text), begin + SHOWN)
    if end < len(text):
        end = max(text.rfind(" ", begin, end), begin + 1)
    return begin, end


def title_pieces(question: Asked, title: str) -> list[Piece]:
    """A whole title, in pieces."""
    pieces, at = [], 0
    for word, begin, end in _candidates(question, title):
        if begin >= at and any(asked_for.is_in(word) for asked_for in question.words):
            pieces += [Piece(title[at:begin], False), Piece(title[begin:end], True)]
            at = end
    return [piece for piece in [*pieces, Piece(title[at:], False)] if piece.text]


def stands_in(quote: str, text: str) -> bool:
    """Whether marked words are still in a text, however its lines are broken."""
    return "".join(quote.split()) in "".join(text.split())


_HEADING = re.compile(r'<h[23] id="([^"]+)">(.*?)</h[23]>', re.DOTALL)


@lru_cache(256)
def headings(html: str) -> tuple[tuple[str, str], ...]:
    """The headings of our own HTML that have a name to go to: (id, words). Kept, since a published lesson stays as it is."""
    return tuple((name, " ".join(plain_text(inner).split())) for name, inner in _HEADING.findall(html))
