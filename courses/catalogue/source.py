"""A course as its authors keep it: a folder of Markdown, read into values, with file and line of whatever is wrong."""

import hashlib
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from courses.catalogue import beside, rules
from courses.catalogue.front_matter import Head, split
from lms import markup
from lms.media_blocks import Files

LOCALES = ("es", "en")
BESIDE = (".en.md", ".plain.md")  # texts that lie beside a Spanish one
NUMBERED = re.compile(r"(\d{1,3})-([a-z0-9]+(?:-[a-z0-9]+)*)")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MOST_BYTES = 250_000  # of one file
MOST_FILES = 1_000
MOST_COURSE = 100_000_000  # bytes of a course's files together

Texts = dict[str, Any]  # {locale: text or [text]}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in which file of the course and in which line."""

    file: str
    line: int
    sentence: Any

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


@dataclass(slots=True)
class LessonSource:
    """A lesson as it will be published."""

    number: int
    slug: str
    minutes: int
    competencies: list[str]
    texts: dict[str, Texts]  # title, html, plain, notice, skip, reflection, alternative, sources


@dataclass(slots=True)
class ModuleSource:
    """A module as it will be published; without lessons it is to come."""

    number: int
    slug: str
    minutes: int
    competencies: list[str]
    texts: dict[str, Texts]  # title, html, notice, outcomes
    lessons: list[LessonSource] = field(default_factory=list)


@dataclass(slots=True)
class CourseSource:
    """A course as it will be published. `digest` is that of its texts and drawings (the quizzes have their own versions)."""

    slug: str
    audience: str
    minutes: int
    digest: str
    texts: dict[str, Texts]  # title, summary, html
    modules: list[ModuleSource] = field(default_factory=list)


def read_course(folder: Path, competencies: Container[str] | None = None) -> tuple[CourseSource, list[Fault]]:
    """The course in `folder` and all that is wrong with it; it may be published only if nothing is.

    `competencies` are the codes of the framework in use; without them any code of that shape will do.
    """
    return _Reader(folder, competencies).course()


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a course folder by its path below it, but for hidden ones and links."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    named = {path.relative_to(folder): path for path in paths}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in named.items()
        if not any(part.startswith(".") for part in name.parts)
    }


def size_of(folder: Path) -> int:
    """How many bytes `files` would read."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _first_number(found: re.Match[str]) -> tuple[int, str]:
    return int(found[1]), found[2]


class _Reader:
    """Reads one course folder, gathering faults."""

    def __init__(self, folder: Path, competencies: Container[str] | None) -> None:
        self.folder, self.competencies = folder, competencies
        self.faults: list[Fault] = []
        self.read: dict[str, bytes] = {}
        self.beside: dict[Path, Files] = {}

    def course(self) -> tuple[CourseSource, list[Fault]]:
        slug = self.folder.name
        if not SLUG.fullmatch(slug) or len(slug) > 60:
            self._fault(
                self.folder, 1, _l("El nombre de la carpeta solo lleva minúsculas sin acentos, cifras y guiones.")
            )
        head, texts = self._texts(self.folder, "course", needed=("title", "summary"))
        audience = head.text("audience")
        if audience not in rules.AUDIENCES:
            words = ", ".join(rules.AUDIENCES)
            self._fault(
                head.file, head.line("audience"), _l("«audience» tiene que ser uno de estos: %(words)s.", words=words)
            )
        minutes = self._whole(head, "hours", 1, 1_000) * 60
        modules = [self._module(path, *numbered) for path, numbered in self._numbered(self.folder, folders=True)]
        if not modules:
            self._fault(self.folder / "course.md", 1, _l("El curso no tiene ningún módulo."))
        if size_of(self.folder) > MOST_COURSE:
            most = MOST_COURSE // 1_000_000
            self._fault(self.folder, 1, _l("Los archivos del curso ocupan más de %(most)s MB en total.", most=most))
        return CourseSource(slug, audience, minutes, self._digest(), texts, modules), self.faults

    def _module(self, folder: Path, number: int, slug: str) -> ModuleSource:
        head, texts = self._texts(folder, "module", needed=("title",), optional=("notice",), lists=("outcomes",))
        if not texts["outcomes"].get("es"):
            self._fault(head.file, head.line("outcomes"), _l("Al módulo le falta al menos un resultado en «outcomes»."))
        minutes = self._whole(head, "hours", 1, 200) * 60
        lessons = [self._lesson(path, *numbered) for path, numbered in self._numbered(folder, folders=False)]
        return ModuleSource(number, slug, minutes, self._codes(head), texts, lessons)

    def _lesson(self, path: Path, number: int, slug: str) -> LessonSource:
        head, texts = self._texts(
            path.parent,
            path.name.removesuffix(".md"),
            needed=("title", "reflection", "alternative"),
            optional=("notice", "skip"),
            lists=("sources",),
        )
        minutes = self._whole(head, "minutes", 1, 600)
        if texts["skip"] and not texts["notice"]:
            self._fault(
                head.file, head.line("skip"), _l("«skip» dice cómo rodear lo que anuncia «notice», y «notice» falta.")
            )
        texts["plain"] = self._plain(path)
        return LessonSource(number, slug, minutes, self._codes(head), texts)

    def _plain(self, lesson: Path) -> Texts:
        """The variants in plain language that lie beside a lesson: text without a head, in short sentences."""
        texts: Texts = {}
        for locale in LOCALES:
            path = lesson.with_suffix(".plain.md" if locale == "es" else f".plain.{locale}.md")
            if not path.is_file():
                continue
            text = self._text(path)
            folder = lesson.parent
            converted = markup.convert(text, locale=locale, pictures=self._pictures(folder), files=self._files(folder))
            for fault in converted.faults:
                self._fault(path, fault.line, fault.sentence)
            for line, words in rules.long_sentences(text):
                sentence = _l(
                    "Esta frase tiene %(words)s palabras. En lenguaje claro son %(most)s como mucho: pártela en dos.",
                    words=words,
                    most=rules.LONGEST_PLAIN,
                )
                self._fault(path, line, sentence)
            texts[locale] = converted.html
        return texts

    def _texts(
        self, folder: Path, name: str, *, needed: Iterable[str], optional: Iterable[str] = (), lists: Iterable[str] = ()
    ) -> tuple[Head, dict[str, Texts]]:
        """The Spanish head of a text, and its fields and HTML in each language that it comes in."""
        spanish: Head | None = None
        texts: dict[str, Texts] = {key: {} for key in (*needed, *optional, *lists, "html")}
        pictures = self._pictures(folder)
        for locale in LOCALES:
            path = folder / (f"{name}.md" if locale == "es" else f"{name}.{locale}.md")
            if locale != "es" and not path.is_file():
                continue
            head = self._head(path)
            spanish = spanish or head
            for key in (*needed, *optional):
                if value := head.text(key):
                    texts[key][locale] = value
                elif key in needed:
                    self._fault(path, head.line(key), _l("Falta «%(key)s».", key=key))
            for key in lists:
                if values := head.list(key):
                    texts[key][locale] = values
            converted = markup.convert(
                head.body, locale=locale, pictures=pictures, files=self._files(folder), first_line=head.body_line
            )
            for fault in converted.faults:
                self._fault(path, fault.line, fault.sentence)
            texts["html"][locale] = converted.html
        assert spanish is not None
        return spanish, texts

    def _head(self, path: Path) -> Head:
        head, faults = split(path, self._text(path))
        for line, sentence in faults:
            self._fault(path, line, sentence)
        return head

    def _text(self, path: Path) -> str:
        content = self._content(path)
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            self._fault(path, content[: error.start].count(b"\n") + 1, _l("El archivo no es texto UTF-8."))
            text = ""
        if content and any(ord(sign) < 32 and sign not in "\r\n\t" for sign in text):
            self._fault(path, 1, _l("El archivo tiene caracteres de control que no se pueden guardar."))
        return text

    def _content(self, path: Path) -> bytes:
        if path.is_symlink() or not path.is_file():
            self._fault(path, 1, _l("Falta este archivo."))
            return b""
        if path.stat().st_size > MOST_BYTES:
            self._fault(path, 1, _l("El archivo ocupa demasiado (%(most)s bytes como mucho).", most=MOST_BYTES))
            return b""
        content = path.read_bytes()
        self.read[self._name(path)] = content
        return content

    def _pictures(self, folder: Path) -> dict[str, bytes]:
        paths = sorted(folder.glob("*.svg")) if folder.is_dir() else []
        return {path.name: self._content(path) for path in paths[:MOST_FILES] if not path.is_symlink()}

    def _files(self, folder: Path) -> Files:
        """The other files of a folder, judged once."""
        if folder not in self.beside:
            files = {}
            for found in beside.found(folder):
                files[found.file.name] = found.file
                self.read[self._name(found.path)] = found.whole.encode()
                for line, sentence in found.faults:
                    self._fault(found.path, line, sentence)
            self.beside[folder] = files
        return self.beside[folder]

    def _numbered(self, folder: Path, *, folders: bool) -> list[tuple[Path, tuple[int, str]]]:
        """Module folders or lesson files, in the order of their numbers."""
        found: list[tuple[Path, tuple[int, str]]] = []
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
        for path in paths[:MOST_FILES]:
            if path.is_symlink() or path.is_dir() != folders or path.name.startswith((".", "_")):
                continue
            stem = path.name
            if not folders:
                if path.suffix != ".md" or path.name.endswith(BESIDE) or path.stem in ("course", "module", "questions"):
                    continue
                stem = path.stem
            match = NUMBERED.fullmatch(stem)
            if match is None or len(stem) > 60:
                sentence = _l("El nombre lleva un número, un guion y minúsculas sin acentos: 01-primera-leccion.")
                self._fault(path, 1, sentence)
                continue
            found.append((path, _first_number(match)))
        for (_one, (number, slug)), (path, (next_number, next_slug)) in pairwise(found):
            if number == next_number or slug == next_slug:
                self._fault(path, 1, _l("Otro elemento tiene ya este número o este nombre."))
        return sorted(found, key=lambda item: item[1])

    def _whole(self, head: Head, key: str, least: int, most: int) -> int:
        value = head.text(key)
        if value.isascii() and value.isdigit() and len(value) < 6 and least <= int(value) <= most:
            return int(value)
        sentence = _l(
            "«%(key)s» tiene que ser un número entero entre %(least)s y %(most)s.", key=key, least=least, most=most
        )
        self._fault(head.file, head.line(key), sentence)
        return least

    def _codes(self, head: Head) -> list[str]:
        codes = head.list("competencies")
        for code in codes:
            if not rules.is_competency_code(code):
                sentence = _l("«%(code)s» no es un código de competencia (como 1.2).", code=code[:40])
                self._fault(head.file, head.line("competencies"), sentence)
            elif self.competencies is not None and code not in self.competencies:
                sentence = _l("La competencia %(code)s no está en el marco de competencias.", code=code)
                self._fault(head.file, head.line("competencies"), sentence)
        return codes

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for name in sorted(self.read):
            digest.update(f"{name}\0{len(self.read[name])}\0".encode() + self.read[name])
        return digest.hexdigest()

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder.parent).as_posix()

    def _fault(self, path: Path, line: int, sentence: Any) -> None:
        self.faults.append(Fault(self._name(path), line, sentence))
