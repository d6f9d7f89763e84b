"""Blocks of a lesson that are more than text: sound, video, a sheet to download, the care plan, a document to accept.

Files lie in the lesson's own folder; here they are known by what `courses.catalogue` has found out about them. A block begins
with lines `key: value`, and the rest is Markdown. docs/content.md describes how each is written.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from lms.filetypes import Kind

KINDS = ("audio", "video", "download", "care", "acknowledge")
KEYS = {
    "audio": ("src",),
    "video": ("src", "captions"),
    "download": ("src",),
    "care": (),
    "acknowledge": ("document",),
}
USES = {"audio": ("sound", "film"), "video": ("film",), "download": ("sheet", "picture"), "captions": ("captions",)}
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_PAIR = re.compile(r"([a-z]+):[ \t]*(.*?)[ \t]*")
_DOCUMENT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
TRANSCRIPT = {"es": "Lo que se oye, por escrito", "en": "What is heard, in writing"}
DOWNLOAD = {"es": "Descargar", "en": "Download"}
CAPTIONS = {"es": ("es", "Español"), "en": ("en", "English")}
PLAN = {"es": "Abrir mi plan de cuidado", "en": "Open my care plan"}
READ = {"es": "Leer el texto y aceptarlo", "en": "Read the text and accept it"}


@dataclass(frozen=True, slots=True)
class File:
    """A file that lies beside a text: its kind by content, its size in bytes, and the fingerprint in its address."""

    name: str
    kind: Kind | None
    size: int
    digest: str
    width: int = 0  # of a picture
    height: int = 0

    @property
    def address(self) -> str:
        """Where it is served: the address changes with the content."""
        return f"/media/{self.digest}/{self.name}"


Files = Mapping[str, File]
Convert = Callable[[str], str]
Note = Callable[[int, Any], None]


def render(kind: str, title: str, lines: list[str], locale: str, files: Files, convert: Convert, note: Note) -> str:
    """The HTML of a block, but for its title. `note(line, sentence)` takes what is wrong, lines from 0."""
    given, begins = _given(lines, KEYS[kind], note)
    text = "\n".join([""] * begins + lines[begins:])
    if kind == "care":
        return convert(text) + f'<section id="care-plan"><p><a href="/care">{_in(PLAN, locale)}</a></p></section>'
    if kind == "acknowledge":
        return convert(text) + _document(given, locale, note)
    file = _file(kind, "src", given, files, note)
    if kind == "download":
        return convert(text) + (_sheet(file, locale) if file else "")
    if not any(line.strip() for line in lines[begins:]):
        note(0, _l("Falta la transcripción: lo que se oye, por escrito, dentro del bloque."))
    captions = _file("captions", "captions", given, files, note) if kind == "video" else None
    player = _player(kind, title, file, captions, locale) if file else ""
    said = f'<details class="transcript"><summary>{_in(TRANSCRIPT, locale)}</summary>{convert(text)}</details>'
    return player + said


def _in(words: Mapping[str, Any], locale: str) -> Any:
    return words.get(locale, words["es"])


def _given(lines: list[str], known: tuple[str, ...], note: Note) -> tuple[dict[str, tuple[int, str]], int]:
    """{key: (line, value)} of the lines at the top, and where the text begins."""
    given: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines):
        found = _PAIR.fullmatch(line)
        if found is None or (found[1] not in known and found[1] not in ("src", "captions", "document")):
            return given, number
        if found[1] in given or found[1] not in known:
            note(number, _l("La clave «%(key)s» no va aquí, o está dos veces.", key=found[1]))
        given[found[1]] = number, found[2]
    return given, len(lines)


def _file(use: str, key: str, given: Mapping[str, tuple[int, str]], files: Files, note: Note) -> File | None:
    if key not in given or not given[key][1]:
        note(0, _l("Al bloque le falta «%(key)s: archivo».", key=key))
        return None
    line, name = given[key]
    if not NAME.fullmatch(name) or ".." in name:
        note(
            line,
            _l(
                "«%(name)s» no sirve: escribe solo el nombre de un archivo de esta carpeta, en minúsculas y sin acentos.",
                name=name[:80],
            ),
        )
        return None
    file = files.get(name)
    if file is None:
        note(line, _l("No hay ningún archivo «%(name)s» en esta carpeta.", name=name))
        return None
    if file.kind is None or file.kind.use not in USES[use]:
        note(line, _l("«%(name)s» no es un archivo que se pueda poner en este bloque.", name=name))
        return None
    return file


def _player(kind: str, title: str, file: File, captions: File | None, locale: str) -> str:
    # Nothing is loaded before somebody presses play.
    track = ""
    if captions is not None:
        language, label = _in(CAPTIONS, locale)
        track = Markup('<track kind="captions" srclang="{}" label="{}" src="{}" default>').format(
            language, label, captions.address
        )
    more = Markup(" playsinline") if kind == "video" else ""
    player = Markup('<{0} controls preload="none"{1} aria-label="{2}" src="{3}">{4}</{0}>')
    return str(player.format(kind, more, title, file.address, track))


def _sheet(file: File, locale: str) -> str:
    assert file.kind is not None
    size = f"{max(1, round(file.size / 1000))} kB" if file.size < 1_000_000 else f"{file.size / 1_000_000:.1f} MB"
    words = f"{_in(DOWNLOAD, locale)} {file.name}"
    return f'<p><a href="{file.address}">{words}</a> ({file.kind.words}, {size})</p>'


def _document(given: Mapping[str, tuple[int, str]], locale: str, note: Note) -> str:
    line, kind = given.get("document", (0, ""))
    if not _DOCUMENT.fullmatch(kind) or kind.startswith("consent"):
        note(line, _l("Di qué texto se acepta, por ejemplo «document: code-of-ethics»."))
        return ""
    # Whether the reader has accepted it is filled in for each (courses.learning.living).
    link = f'<a href="/account/documents/{kind}">{_in(READ, locale)}</a>'
    return f'<section id="accept-{kind}"><p>{link}</p></section>'
