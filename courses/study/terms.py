"""Words made alike for the search, the same for both databases: without accents, and reduced to their stems.

FTS5 has no Spanish stemmer and PostgreSQL's keeps accents apart, so what either is given are stems of ours: of a word as it
is written, and of the same word written without accents. Somebody who asks for "recuperacion" finds "recuperación".
"""

import re
import unicodedata
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

import snowballstemmer

LANGUAGES = {"es": "spanish", "en": "english"}
LONGEST = 40  # letters of a word; what is longer is cut
MOST_WORDS = 16_000  # of a text; PostgreSQL counts places no further
WORD = re.compile(r"[^\W_]+")
# Words that nobody searches for: they stand in every text.
STOP = {
    "es": frozenset(
        [
            "a",
            "al",
            "ante",
            "asi",
            "aun",
            "con",
            "cual",
            "cuando",
            "como",
            "de",
            "del",
            "desde",
            "donde",
            "e",
            "el",
            "ella",
            "ellas",
            "ello",
            "ellos",
            "en",
            "entre",
            "era",
            "eres",
            "es",
            "esa",
            "ese",
            "eso",
            "esas",
            "esos",
            "esta",
            "este",
            "esto",
            "estas",
            "estos",
            "fue",
            "ha",
            "hay",
            "han",
            "la",
            "las",
            "le",
            "les",
            "lo",
            "los",
            "mas",
            "me",
            "mi",
            "mis",
            "muy",
            "ni",
            "no",
            "nos",
            "o",
            "os",
            "otra",
            "otro",
            "para",
            "pero",
            "por",
            "porque",
            "que",
            "quien",
            "se",
            "sea",
            "ser",
            "si",
            "sin",
            "sobre",
            "son",
            "su",
            "sus",
            "tal",
            "te",
            "ti",
            "tu",
            "tus",
            "u",
            "un",
            "una",
            "unas",
            "uno",
            "unos",
            "y",
            "ya",
            "yo",
        ]
    ),
    "en": frozenset(
        [
            "a",
            "an",
            "and",
            "are",
            "as",
            "at",
            "be",
            "been",
            "but",
            "by",
            "do",
            "does",
            "for",
            "from",
            "had",
            "has",
            "have",
            "he",
            "her",
            "his",
            "how",
            "i",
            "if",
            "in",
            "is",
            "it",
            "its",
            "me",
            "my",
            "no",
            "nor",
            "not",
            "of",
            "on",
            "or",
            "our",
            "she",
            "so",
            "than",
            "that",
            "the",
            "their",
            "them",
            "then",
            "there",
            "these",
            "they",
            "this",
            "those",
            "to",
            "us",
            "was",
            "we",
            "were",
            "what",
            "when",
            "which",
            "who",
            "will",
            "with",
            "would",
            "you",
            "your",
        ]
    ),
}
# Endings that are always written with an accent, so that a word without it has the same stem.
_ION = re.compile(r"ion$")


def fold(text: str) -> str:
    """Lower case, without accents: "Recuperación" → "recuperacion", "Señal" → "senal". As long as the text, letter by letter."""
    return "".join(_folded(sign) for sign in text)


@lru_cache(4_096)
def _folded(sign: str) -> str:
    base = unicodedata.normalize("NFKD", sign.lower())[:1]
    return base or sign


@lru_cache(8)
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer(LANGUAGES[language])


@lru_cache(60_000)
def stems(word: str, language: str) -> frozenset[str]:
    """The stems of a word, folded; none of a word that is left out, or in a script that has no stems here."""
    plain = fold(word)[:LONGEST]
    if not plain.isascii() or not plain.isalnum() or plain in STOP[language] or (len(plain) < 2 and plain.isalpha()):
        return frozenset()
    forms = {plain}
    if language == "es":
        forms = {_ION.sub("ión", plain), word.lower()[:LONGEST]}
    found = {fold(_stemmer(language).stemWord(form)) for form in forms}
    return frozenset(one for one in found if one.isascii() and one.isalnum())


def terms(text: str, language: str) -> str:
    """The stems of all words of a text, in their order, with blanks between."""
    found: list[str] = []
    for word in WORD.findall(unicodedata.normalize("NFC", text)):
        found += sorted(stems(word, language))
        if len(found) >= MOST_WORDS:
            break
    return " ".join(found[:MOST_WORDS])


class _Text(HTMLParser):
    """Collects what stands between tags; the ends of paragraphs become line breaks."""

    INLINE = frozenset({"a", "strong", "em", "code", "span", "b", "i"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.INLINE:
            self.parts.append("\n")
        self.parts += [f"\n{value}\n" for name, value in attrs if (tag, name) == ("img", "alt") and value]

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.INLINE:
            self.parts.append("\n")


def plain_text(html: str) -> str:
    """The words of our own HTML (that of `lms.markup`), a line for each paragraph."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)
