"""What the files of a course folder are, what they are called, and when one change goes on with another."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

MOST_TEXT = 240_000  # bytes of one text: the checker takes 250,000
MOST_FILES = 1_000
MOST_BYTES = 60_000_000  # of all files of a draft
LONGEST_VALUE = 1_900  # characters of one value of a head: the checker takes 2,000 in a line
GOES_ON = timedelta(minutes=10)  # how long an open page goes on with one entry of the history
PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".webp")

NUMBERED = re.compile(r"(\d{1,3})-([a-z0-9]+(?:-[a-z0-9]+)*)")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

# The fields of each kind of file, in the order in which they stand in its head.
FIELDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("course", "es"): ("title", "audience", "hours", "summary"),
    ("course", "en"): ("title", "summary"),
    ("module", "es"): ("title", "hours", "outcomes", "competencies", "notice"),
    ("module", "en"): ("title", "outcomes", "notice"),
    ("lesson", "es"): (
        "title", "minutes", "competencies", "notice", "skip", "reflection", "alternative", "sources",
    ),
    ("lesson", "en"): ("title", "notice", "skip", "reflection", "alternative", "sources"),
    ("questions", "es"): ("title", "pass", "attempts", "draw"),
    ("questions", "en"): ("title",),
}  # fmt: skip
LISTS = frozenset({"outcomes", "competencies", "sources"})


@dataclass(frozen=True, slots=True)
class Place:
    """What a path of a course folder is. `stem` is the name of a lesson's Spanish text without `.md`."""

    kind: str  # course | module | lesson | plain | questions | picture | other
    locale: str = "es"
    folder: str = ""
    stem: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of its head; a text in plain language has none."""
        return FIELDS.get((self.kind, self.locale), ())

    @property
    def is_text(self) -> bool:
        """Whether it is written in the browser."""
        return self.kind not in ("picture", "other")


def place_of(path: str) -> Place:
    """What the file at `path` is."""
    folder, _slash, name = path.rpartition("/")
    if name.lower().endswith(PICTURES):
        return Place("picture", folder=folder)
    if not name.endswith(".md") or "/" in folder:
        return Place("other", folder=folder)
    stem, locale = name.removesuffix(".md"), "es"
    if stem.endswith(".en"):
        stem, locale = stem.removesuffix(".en"), "en"
    if not folder:
        return Place("course", locale) if stem == "course" else Place("other")
    if NUMBERED.fullmatch(folder) is None:
        return Place("other", folder=folder)
    if stem == "module":
        return Place("module", locale, folder)
    if stem == "questions":
        return Place("questions", locale, folder)
    kind = "plain" if stem.endswith(".plain") else "lesson"
    stem = stem.removesuffix(".plain")
    return Place(kind, locale, folder, stem) if NUMBERED.fullmatch(stem) else Place("other", folder=folder)


def siblings(path: str, paths: Iterable[str]) -> list[str]:
    """The files that go where a lesson goes: its variants and translations, itself among them."""
    of = place_of(path)
    return [
        other
        for other in paths
        if (there := place_of(other)).kind in ("lesson", "plain") and (there.folder, there.stem) == (of.folder, of.stem)
    ]


@dataclass(slots=True)
class Line:
    """A lesson in the outline: its texts by (kind, locale)."""

    stem: str
    title: str = ""
    files: dict[tuple[str, str], Any] = field(default_factory=dict)


@dataclass(slots=True)
class Chapter:
    """A module in the outline."""

    folder: str
    title: str = ""
    files: dict[tuple[str, str], Any] = field(default_factory=dict)
    lessons: list[Line] = field(default_factory=list)
    pictures: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """A draft as its authors see it; `others` belong to no module."""

    files: dict[tuple[str, str], Any] = field(default_factory=dict)
    chapters: list[Chapter] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)
    title: str = ""

    @property
    def folders(self) -> list[str]:
        """The modules' folders, in order."""
        return [chapter.folder for chapter in self.chapters]

    def chapter(self, folder: str) -> Chapter | None:
        """The module of a folder."""
        return next((chapter for chapter in self.chapters if chapter.folder == folder), None)


def outline(files: Iterable[Any], titles: Mapping[str, str]) -> Outline:
    """Put files (anything with a `path`) in order; `titles` by path."""
    made, chapters = Outline(title=titles.get("course.md", "")), dict[str, Chapter]()
    lines: dict[tuple[str, str], Line] = {}
    for file in sorted(files, key=lambda one: one.path):
        place = place_of(file.path)
        if place.kind == "course":
            made.files["course", place.locale] = file
            continue
        if NUMBERED.fullmatch(place.folder) is None:
            made.others.append(file)
            continue
        chapter = chapters.setdefault(place.folder, Chapter(place.folder, place.folder))
        if place.kind in ("lesson", "plain"):
            line = lines.get((place.folder, place.stem))
            if line is None:
                line = lines[place.folder, place.stem] = Line(place.stem, place.stem)
                chapter.lessons.append(line)
            line.files[place.kind, place.locale] = file
            if (place.kind, place.locale) == ("lesson", "es"):
                line.title = titles.get(file.path) or place.stem
        elif place.kind in ("module", "questions"):
            chapter.files[place.kind, place.locale] = file
            if (place.kind, place.locale) == ("module", "es"):
                chapter.title = titles.get(file.path) or place.folder
        else:
            chapter.pictures.append(file)
    made.chapters = sorted(chapters.values(), key=lambda one: _order(one.folder))
    for chapter in made.chapters:
        chapter.lessons.sort(key=lambda one: _order(one.stem))
    return made


def _order(name: str) -> tuple[int, str]:
    found = NUMBERED.fullmatch(name)
    return (int(found[1]), found[2]) if found else (1_000, name)


def slug(words: str, most: int = 50) -> str:
    """Words as they stand in an address; empty when none of them can."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:most].strip("-")


def numbered(number: int, name: str) -> str:
    """A name with its number before it."""
    return f"{number:02}-{name}"


def unused(name: str, taken: Iterable[str]) -> str:
    """`name`, or the first of name-2, name-3, … that is not taken."""
    known = set(taken)
    return next(one for one in (name, *(f"{name}-{n}" for n in range(2, len(known) + 3))) if one not in known)


def renumbered(names: list[str], name: str, to: int) -> dict[str, str]:
    """The new names of numbered things when `name` goes to place `to` (from 0): only those that change, by the old ones."""
    order = [one for one in names if one != name]
    order.insert(max(0, min(to, len(order))), name)
    slugs = [_order(one)[1] for one in order]
    return {
        old: new for old, new in zip(order, map(numbered, range(1, len(order) + 1), slugs), strict=True) if old != new
    }


def goes_on(what: str, page: str, began: datetime, *, by_same: bool, sent_page: str, now: datetime) -> bool:
    """Whether what a page sends goes on with the newest entry of a file's history, instead of beginning another."""
    return what == "write" and by_same and page == sent_page != "" and timedelta(0) <= now - began < GOES_ON


def field_of(lines: Mapping[str, int], body_line: int, line: int) -> str:
    """The field in which a line of a file stands, of those that begin at `lines`; `body` for the text."""
    if line >= body_line or not lines:
        return "body"
    before = [(number, key) for key, number in lines.items() if number <= line]
    return max(before)[1] if before else "title"


def is_recent(at: datetime, now: datetime) -> bool:
    """Whether somebody who saved then may still be writing."""
    return timedelta(0) <= now - at < GOES_ON
