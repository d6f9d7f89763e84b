"""Markdown made into safe HTML, once, when a text is published (docs/content.md describes the dialect).

Three lines of defence: caps on size and on the signs that make Python-Markdown slow, faults with their line for authors
(raw HTML, odd links, headings out of order), and nh3 on what comes out. A picture is an SVG drawing of our own; it becomes
an <img> with a data: address, in which no script runs and nothing is loaded, on a paper ground that is legible in the dark.
"""

import base64
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import nh3
from flask_babel import lazy_gettext as _l
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markupsafe import escape

from lms import drawings, exercises, media_blocks
from lms.errors import Refusal
from lms.markup_caps import Fault, beyond_caps, fenced, raw_html
from lms.media_blocks import Files

MOST_FAULTS = 50  # that are named at once
BOXES = ("scene", "example", "activity", "discuss", "remember")
BLOCKS = (*BOXES, *exercises.KINDS, *media_blocks.KINDS)
REMEMBER = {"es": "Para llevarte", "en": "To take along"}
SCHEMES = {"https", "http", "mailto", "tel"}
TAGS = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "img", "div", "hr", "br",
    "section", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "audio", "video", "track",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "loading"},
    "audio": {"src", "controls", "preload", "aria-label"},
    "video": {"src", "controls", "preload", "aria-label", "playsinline"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "ol": {"start"},
    "section": {"id"},
}
CLASSES = {
    "div": set(BLOCKS),
    "p": {"block-title"},
    "section": {"scenario-step"},
    "ul": {"ways"},
    "details": {"way", "transcript"},
}

_FILE = re.compile(rf"/media/[0-9a-f]{{32}}/{media_blocks.NAME.pattern}")
_OPENING = re.compile(r"^///\s*([\w-]+)\s*(?:\|\s*(.*?)\s*)?$")


@dataclass(frozen=True, slots=True)
class Converted:
    """The HTML, which is safe whatever the faults are; and the faults, in order of their lines."""

    html: str
    faults: list[Fault]


class MarkupRefused(Refusal):
    """A text cannot be published as it is. The sentence is that of its first fault."""

    code = "markup-refused"

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults

    def __str__(self) -> str:
        return str(self.faults[0].sentence)


def render(
    text: str, *, locale: str = "es", pictures: Mapping[str, bytes] | None = None, files: Files | None = None
) -> str:
    """`text` as safe HTML. `pictures` are the drawings that it may show, by file name, `files` the other files beside it.

    Raises MarkupRefused.
    """
    converted = convert(text, locale=locale, pictures=pictures, files=files)
    if converted.faults:
        raise MarkupRefused(converted.faults)
    return converted.html


def convert(
    text: str,
    *,
    locale: str = "es",
    pictures: Mapping[str, bytes] | None = None,
    files: Files | None = None,
    first_line: int = 1,
) -> Converted:
    """`text` as safe HTML, with all that is wrong in it; `first_line` is the number of its first line in its file.

    A text beyond the caps is not converted at all: its HTML is empty.
    """
    lines = text.splitlines()
    if too_much := list(beyond_caps(text, lines)):
        return Converted("", _numbered(too_much, first_line))
    faults = list(raw_html(lines))
    html: list[str] = []
    place, count, talks = _Place(lines, pictures or {}, files or {}), 0, 0
    for part in _parts(lines, locale, faults):
        place.begins = part.line
        if part.kind in exercises.KINDS:
            count += 1
            note = place.noting(part.line)
            inner = exercises.render(part.kind, count, part.lines, locale, place.convert, note)
        elif part.kind in media_blocks.KINDS:
            note = place.noting(part.line)
            inner = media_blocks.render(part.kind, part.title, part.lines, locale, place.files, place.convert, note)
        else:
            inner = place.convert("\n".join(part.lines))
        if part.kind == "discuss":  # where the place to talk about it is filled in (courses.learning.living)
            talks += 1
            inner += f'<section id="discuss-{talks}"></section>'
        if part.kind:
            inner = f'<div class="{part.kind}"><p class="block-title">{escape(part.title)}</p>{inner}</div>'
        html.append(inner)
    place.judge_anchors(html)
    return Converted(_cleaned("\n".join(html)), _numbered(faults + place.faults, first_line))


def _numbered(faults: list[Fault], first_line: int) -> list[Fault]:
    moved = [Fault(fault.line + first_line - 1, fault.sentence) for fault in faults]
    return sorted(moved, key=lambda fault: fault.line)


@dataclass(slots=True)
class _Part:
    """Lines that belong together: a block (`kind`), or what stands between blocks."""

    line: int
    kind: str
    title: str
    lines: list[str]


def _parts(lines: list[str], locale: str, faults: list[Fault]) -> Iterator[_Part]:
    part, fence = _Part(1, "", "", []), ""
    for number, line in enumerate(lines, 1):
        fence, inside = fenced(fence, line)
        if inside or not line.startswith("///"):
            part.lines.append(line)
            continue
        yield part
        if line.strip() == "///":
            if not part.kind:
                faults.append(Fault(number, _l("Aquí se cierra un bloque que no estaba abierto.")))
            part = _Part(number + 1, "", "", [])
            continue
        if part.kind:
            faults.append(
                Fault(number, _l("Un bloque no puede empezar dentro de otro. Cierra antes el primero con ///."))
            )
        kind, title = _opened(line, number, locale, faults)
        part = _Part(number + 1, kind, title, [])
    if part.kind:
        faults.append(Fault(part.line - 1, _l("Falta cerrar este bloque con una línea ///.")))
    yield part


def _opened(line: str, number: int, locale: str, faults: list[Fault]) -> tuple[str, str]:
    """Kind and title of the block that `line` opens; an unknown one is noted and shown as an example."""
    found = _OPENING.match(line)
    kind, title = (found[1], found[2] or "") if found else ("", "")
    if kind not in BLOCKS:
        faults.append(
            Fault(
                number, _l("No hay bloques de la clase «%(kind)s». Usa %(known)s.", kind=kind, known=", ".join(BLOCKS))
            )
        )
        kind = "example"
    if kind == "remember" and not title:
        title = REMEMBER.get(locale, REMEMBER["es"])
    elif not title:
        faults.append(Fault(number, _l("A este bloque le falta el título: /// %(kind)s | Título.", kind=kind)))
    return kind, title


class _Place(Treeprocessor):
    """Converts the parts of one text; looks at every heading, link and picture on the way."""

    def __init__(self, lines: list[str], pictures: Mapping[str, bytes], files: Files) -> None:
        super().__init__()
        self.lines, self.pictures, self.files = lines, pictures, files
        self.faults: list[Fault] = []
        self.anchors: list[str] = []
        self.level, self.ids, self.begins = 1, set(), 1
        self.markdown = Markdown(extensions=["tables", "sane_lists", "fenced_code"], output_format="html")
        self.markdown.preprocessors.deregister("html_block")
        self.markdown.inlinePatterns.deregister("html")
        self.markdown.treeprocessors.register(self, "place", 5)  # after inline patterns

    def convert(self, text: str) -> str:
        """A part's HTML."""
        try:
            return self.markdown.reset().convert(text)
        except RecursionError:
            self._fault("", _l("Hay demasiados niveles de citas o de listas. Simplifica la estructura."))
            return ""

    def noting(self, begins: int) -> exercises.Note:
        """Takes what an exercise that begins at this line finds wrong."""

        def note(line: int, sentence: Any) -> None:
            if len(self.faults) < MOST_FAULTS:
                self.faults.append(Fault(begins + line, sentence))

        return note

    def run(self, root: ElementTree.Element) -> None:
        """Judge the tree of one part."""
        for element in root.iter():
            if re.fullmatch(r"h[1-6]", element.tag):
                self._heading(element)
            elif element.tag == "a":
                self._link(element)
            elif element.tag == "img":
                self._picture(element)

    def _fault(self, needle: str, sentence: Any) -> None:
        """Note a fault at the first line of the part in which `needle` stands (but for blanks)."""
        if len(self.faults) >= MOST_FAULTS:
            return
        needle = _squeezed(needle)
        found = (n for n, line in enumerate(self.lines[self.begins - 1 :], self.begins) if needle in _squeezed(line))
        self.faults.append(Fault(next(found, self.begins), sentence))

    def _heading(self, element: ElementTree.Element) -> None:
        level, words = int(element.tag[1]), "".join(element.itertext())
        if level == 1 or level > 4 or level > self.level + 1:
            self._fault(
                "#" * level, _l("Los títulos van en orden: empiezan con ## y no se saltan ningún nivel (hasta ####).")
            )
        self.level = level
        plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
        base = name = "t-" + (re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "seccion")
        number = 1
        while name in self.ids:
            number += 1
            name = f"{base}-{number}"
        self.ids.add(name)
        element.set("id", name)

    def judge_anchors(self, html: list[str]) -> None:
        """A link within the text leads to a heading of it (`#t-…`) or to a step of a scenario (`#s1-…`)."""
        self.begins = 1
        there = {found for piece in html for found in re.findall(r'id="([^"]+)"', piece)}
        for anchor in self.anchors:
            if anchor not in there:
                sentence = _l("Este enlace lleva a «#%(name)s», que no está en el texto.", name=anchor[:80])
                self._fault(f"#{anchor}", sentence)

    def _link(self, element: ElementTree.Element) -> None:
        href = _plain(element.get("href", ""))
        if href.startswith("#"):
            self.anchors.append(href[1:])
        if not _allowed(href):
            element.set("href", "")
            self._fault(href, _l("Este enlace no se admite. Usa una dirección https, mailto o tel."))

    def _picture(self, element: ElementTree.Element) -> None:
        name, words = _plain(element.get("src", "")), element.get("alt", "").strip()
        element.set("src", "")
        if not words:
            self._fault(f"]({name}", _l("A la imagen le falta la descripción: ![Qué se ve](dibujo.svg)."))
        file = self.files.get(name)
        if file is not None and file.kind is not None and file.kind.use == "picture":
            for key, value in (("src", file.address), ("width", file.width), ("height", file.height)):
                element.set(key, str(value))
            element.set("loading", "lazy")
            return
        if name not in self.pictures:
            self._fault(f"]({name}", _l("No hay ninguna imagen «%(name)s» en esta carpeta.", name=name[:80]))
            return
        try:
            drawing = drawings.standing_alone(self.pictures[name])
        except drawings.DrawingRefused as refused:
            self._fault(f"]({name}", refused.sentence)
            return
        element.set("src", "data:image/svg+xml;base64," + base64.b64encode(drawing.svg).decode())
        element.set("width", str(drawing.width))
        element.set("height", str(drawing.height))


def _plain(value: str) -> str:
    """An attribute as a browser would read it, without Python-Markdown's stand-ins for escaped signs."""
    value = re.sub("\x02(\\d+)\x03", lambda found: chr(int(found[1])), value)
    return re.sub("\x02amp\x03", "&", value)


def _squeezed(value: str) -> str:
    return re.sub(r"[\x00-\x20]", "", value)


def _allowed(href: str) -> bool:
    squeezed = _squeezed(href)
    if squeezed.startswith("#"):
        return True
    try:
        parts = urlsplit(squeezed)
    except ValueError:
        return False
    return parts.scheme in SCHEMES or (squeezed.startswith("/") and not squeezed.startswith(("//", "/\\")))


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Last look at each attribute that nh3 lets through."""
    if name == "src":
        drawn = tag == "img" and value.startswith("data:image/svg+xml;base64,")
        return value if drawn or _FILE.fullmatch(value) else None
    if (tag, name) == ("a", "href"):
        return value if _allowed(value) else None
    return value


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes=SCHEMES | {"data"},
        attribute_filter=_attribute,
        link_rel="noopener noreferrer",
        clean_content_tags={"script", "style"},
    )
