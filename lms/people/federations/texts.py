"""What can be said of a text without a database: its Markdown from old HTML, its differences, which sending is the newer one."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal

KIND = re.compile(r"[a-z][a-z0-9-]{0,39}")
BUILT_IN = ("consent", "code-of-ethics", "role-document")
OTHER = "other-"  # and eight characters of its own
MOST_WORDS = 3_000  # of a changed passage that are compared one by one
CONTEXT = 1  # unchanged lines shown around a change

Change = Literal["same", "gone", "new", "skipped"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether they stayed, went or came. `skipped`: unchanged lines left out (their number is the text)."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Writing:
    """Which page sends a draft, as its how-manieth sending, and which revision it had before it."""

    page: str
    sequence: int
    base: int


def may_replace(kept: Writing, sent: Writing) -> bool:
    """Whether what was `sent` is newer than what is kept (whose `base` is its revision)."""
    if kept.page == sent.page:
        return sent.sequence >= kept.sequence
    return sent.base == kept.base


def stands(version: int, needed: int) -> bool:
    """Whether an acceptance of `version` stands where the latest version that asked everybody to sign is `needed`."""
    return version >= needed


def differences(old: str, new: str) -> list[list[Piece]]:
    """What changed, line by line and, where a line was reworded, word by word."""
    before, after = old.splitlines(), new.splitlines()
    found: list[list[Piece]] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            found += _unchanged(before[a:b], first=not found, last=b == len(before) and d == len(after))
        elif what == "replace":
            found += _reworded("\n".join(before[a:b]), "\n".join(after[c:d]))
        else:
            found += [[Piece("gone", line)] for line in before[a:b] if line.strip()]
            found += [[Piece("new", line)] for line in after[c:d] if line.strip()]
    return found


def _unchanged(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[list[Piece]]:
    lines = [line for line in lines if line.strip()]
    head, tail = (0 if first else CONTEXT), (0 if last else CONTEXT)
    if len(lines) <= head + tail:
        yield from ([Piece("same", line)] for line in lines)
        return
    yield from ([Piece("same", line)] for line in lines[:head])
    yield [Piece("skipped", str(len(lines) - head - tail))]
    yield from ([Piece("same", line)] for line in lines[len(lines) - tail :])


def _reworded(old: str, new: str) -> Iterator[list[Piece]]:
    before, after = (re.findall(r"\s+|[^\s]+", text) for text in (old, new))
    if len(before) > MOST_WORDS or len(after) > MOST_WORDS:
        yield [Piece("gone", old)]
        yield [Piece("new", new)]
        return
    pieces: list[Piece] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, before, after).get_opcodes():
        if what == "equal":
            pieces.append(Piece("same", "".join(before[a:b])))
            continue
        if b > a:
            pieces.append(Piece("gone", "".join(before[a:b])))
        if d > c:
            pieces.append(Piece("new", "".join(after[c:d])))
    yield pieces


class _Markdown(HTMLParser):
    """Reads the little HTML of texts that were published before there was Markdown."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.lists: list[str] = []
        self.href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self.lists.append("1. " if tag == "ol" else "- ")
            self.blocks.append("")
        elif tag == "li":
            self.blocks[-1:] = (
                [self.blocks[-1] + ("\n" if self.blocks[-1] else "") + self.lists[-1]] if self.lists else [""]
            )
        elif tag in ("p", "h2", "h3", "h4", "blockquote"):
            self.blocks.append({"h2": "## ", "h3": "### ", "h4": "#### ", "blockquote": "> "}.get(tag, ""))
        elif tag in ("strong", "b"):
            self._add("**")
        elif tag in ("em", "i"):
            self._add("*")
        elif tag == "a":
            self.href = dict(attrs).get("href") or ""
            self._add("[")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            self.blocks.append("")
        elif tag in ("strong", "b"):
            self._add("**")
        elif tag in ("em", "i"):
            self._add("*")
        elif tag == "a":
            self._add(f"]({self.href})")

    def handle_data(self, data: str) -> None:
        # Blanks between blocks are layout; a line break within one is a blank.
        if data.strip() or (self.blocks and self.blocks[-1] and "\n" not in data):
            self._add(re.sub(r"\s*\n\s*", " ", data))

    def _add(self, text: str) -> None:
        if not self.blocks:
            self.blocks.append("")
        self.blocks[-1] += text


def as_markdown(html: str) -> str:
    """The Markdown from which somebody may go on writing a text that is only there as HTML."""
    reader = _Markdown()
    reader.feed(html)
    reader.close()
    return "\n\n".join(block.strip() for block in reader.blocks if block.strip()) + "\n"
