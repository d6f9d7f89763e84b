"""SVG drawings of our own, checked and made to stand alone inside an <img>."""

import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from flask_babel import lazy_gettext as _l

MOST_BYTES = 60_000
SVG = "http://www.w3.org/2000/svg"
# A drawing in an <img> doesn't see the page's colours: it brings its paper and its ink.
PAPER, INK = "#fffdf9", "#22251f"
TAGS = {
    "svg", "title", "desc", "defs", "g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon", "text",
    "tspan", "use", "linearGradient", "stop",
}  # fmt: skip
REFERENCE = re.compile(r"#[\w-]+|url\(#[\w-]+\)")


class DrawingRefused(ValueError):
    """The drawing cannot be shown; `sentence` says why."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Drawing:
    """A checked drawing: its bytes, and its size in CSS pixels."""

    svg: bytes
    width: int
    height: int


def standing_alone(content: bytes) -> Drawing:
    """Check an SVG (no script, style, link or outside reference), and give it paper and ink. Raises DrawingRefused."""
    if len(content) > MOST_BYTES:
        raise DrawingRefused(_l("El dibujo ocupa demasiado (%(most)s bytes como mucho).", most=MOST_BYTES))
    try:
        text = content.decode("utf-8")
        if "<!" in text.replace("<!--", ""):
            raise ValueError("a document type")  # without one there are no entities to expand or to load
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise DrawingRefused(_l("El dibujo no es un SVG que se pueda leer.")) from error
    if root.tag != f"{{{SVG}}}svg":
        raise DrawingRefused(_l("El dibujo no es un SVG que se pueda leer."))
    for element in root.iter():
        _check(element)
    return _dressed(root)


def _check(element: ElementTree.Element) -> None:
    tag = str(element.tag).removeprefix(f"{{{SVG}}}")
    if tag not in TAGS:
        raise DrawingRefused(_l("En el dibujo no se admite «%(what)s».", what=tag[:40]))
    for name, value in element.attrib.items():
        local = name.rpartition("}")[2].lower()
        outside = local == "href" and not REFERENCE.fullmatch(value)
        if (
            local.startswith("on")
            or local == "style"
            or outside
            or ("url(" in value and not REFERENCE.fullmatch(value))
        ):
            raise DrawingRefused(_l("En el dibujo no se admite «%(what)s».", what=local[:40]))


def _dressed(root: ElementTree.Element) -> Drawing:
    try:
        x, y, width, height = (float(part) for part in root.get("viewBox", "").replace(",", " ").split())
    except ValueError as error:
        raise DrawingRefused(_l("Al dibujo le falta su medida (viewBox).")) from error
    if not (1 <= width <= 4000 and 1 <= height <= 4000):
        raise DrawingRefused(_l("Al dibujo le falta su medida (viewBox)."))
    root.set("color", INK)
    for name, value in (("width", width), ("height", height)):
        root.set(name, f"{value:g}")
    ground = {"x": f"{x:g}", "y": f"{y:g}", "width": f"{width:g}", "height": f"{height:g}", "rx": "8"}
    root.insert(0, ElementTree.Element(f"{{{SVG}}}rect", ground | {"fill": PAPER, "stroke": "none"}))
    ElementTree.register_namespace("", SVG)
    return Drawing(ElementTree.tostring(root), round(width), round(height))
