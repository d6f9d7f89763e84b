"""Markdown becomes HTML that cannot do harm, in bounded time."""

import base64
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from lms import drawings, markup

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><title>T</title><path d="M0 0h9"/></svg>'


def test_blocks_become_boxes_with_a_title() -> None:
    html = markup.render("/// scene | En la sala\n**Lola:** Hola.\n///\n\n/// remember\nDos cosas.\n///")
    assert (
        html.count('<div class="scene"><p class="block-title">En la sala</p><p><strong>Lola:</strong> Hola.</p></div>')
        == 1
    )
    assert '<div class="remember"><p class="block-title">Para llevarte</p>' in html
    assert "To take along" in markup.render("/// remember\nTwo things.\n///", locale="en")


def test_what_looks_like_a_block_inside_code_is_code() -> None:
    html = markup.render("```\n/// scene | T\n<b>\n```")
    assert "<code>" in html
    assert "/// scene" in html
    assert "&lt;b&gt;" in html


def test_headings_have_ids_of_their_own() -> None:
    html = markup.render("## Qué es\n\n### Qué es\n\n## ¿?")
    assert re.findall(r'id="([^"]*)"', html) == ["t-que-es", "t-que-es-2", "t-seccion"]


def test_a_drawing_becomes_a_picture_that_brings_its_paper_and_its_size() -> None:
    html = markup.render("![Una línea](linea.svg)", pictures={"linea.svg": SVG})
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert found
    svg = base64.b64decode(found[1]).decode()
    assert drawings.PAPER in svg
    assert all(part in html for part in ('alt="Una línea"', 'width="20"', 'height="10"'))


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>*{display:none}</style>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<details open ontoggle=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&#x0a;script:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    "![x](https://evil.example/a.png)",
    '![x](a.svg "t\\" onerror=alert(1)")',
    '[x](https://a.example "\\" onmouseover=alert(1)")',
    "/// scene | <img src=x onerror=alert(1)>\nx\n///",
    '/// scene" onclick="alert(1) | T\nx\n///',
    "```html\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "## <script>alert(1)</script>",
    "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x02klzzwxh:0000\x03<b onclick=x>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
]


class _Looks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in markup.TAGS:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.found.append(name)
            if name == "href" and not re.match(r"(https?:|mailto:|tel:|#|/[^/\\])", value or "#"):
                self.found.append(value)
            if name == "src" and not value.startswith("data:image/svg+xml;base64,"):
                self.found.append(value)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_survives(payload: str) -> None:
    looks = _Looks()
    looks.feed(markup.convert(payload, pictures={"a.svg": SVG}).html)
    assert looks.found == []


@pytest.mark.parametrize("address", ["data:text/html,x", "javascript:alert(1)", "//evil.example", "/\\\\evil.example"])
def test_the_last_line_of_defence_holds_alone(address: str) -> None:
    assert "href" not in markup._cleaned(f'<a href="{address}">x</a>')
    assert "src" not in markup._cleaned(f'<img src="{address}" onerror="alert(1)">')


BIG = {
    "a megabyte of [": "[" * 1_000_000,
    "a megabyte of *": "*" * 1_000_000,
    "paragraphs of [": ("[" * 150 + "\n\n") * 300,
    "backticks": ("`" * 250 + "\n\n") * 200,
    "quotes in quotes": ">" * 3_000 + " x",
    "lists in lists": "- " * 1_900 + "x",
    "numbers in numbers": "1. " * 1_300 + "x",
    "lists that climb": "\n".join(" " * n + "- x" for n in range(500)),
    "a line without end": "a" * 50_000,
}


@pytest.mark.parametrize("name", BIG)
def test_what_would_be_slow_or_deep_is_refused_unconverted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "_Place", None)  # converting would fail
    converted = markup.convert(BIG[name])
    assert converted.html == ""
    assert converted.faults


def test_render_raises_the_first_fault() -> None:
    with pytest.raises(markup.MarkupRefused) as refused:
        markup.render("Bien.\n\n<b>Mal</b>")
    assert refused.value.faults[0].line == 3
    assert "HTML" in str(refused.value)


BAD_DRAWINGS = {
    "a script": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script></svg>',
    "a handler": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="alert(1)"/>',
    "foreign content": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><foreignObject/></svg>',
    "a style": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><style>@import "x"</style></svg>',
    "an outside reference": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><use href="https://x.example/#a"/></svg>',
    "an outside paint": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="url(https://x.example)"/></svg>',
    "entities": b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>',
    "no size": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "a size of nan": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan nan"/>',
    "no svg": b"<html/>",
    "no xml": b"\xff\xfe\x00",
    "too much": b"<svg" + b" " * drawings.MOST_BYTES,
}


@pytest.mark.parametrize("name", BAD_DRAWINGS)
def test_a_drawing_that_could_do_something_is_refused(name: str) -> None:
    with pytest.raises(drawings.DrawingRefused):
        drawings.standing_alone(BAD_DRAWINGS[name])
    converted = markup.convert("![x](a.svg)", pictures={"a.svg": BAD_DRAWINGS[name]})
    assert converted.faults
    assert "src=" not in converted.html or 'src=""' in converted.html
