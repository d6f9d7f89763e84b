"""Sheets to print: made from a text, and from nothing else."""

from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader

from lms import markup, sheets

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_a_sheet_is_made_of_a_text_and_says_its_title_and_language(app: Flask) -> None:
    made = sheets.sheet("# Mi semana\n\n| Día | Antes |\n| --- | --- |\n| Lunes | &nbsp; |\n")
    root = PdfReader(BytesIO(made)).trailer["/Root"]
    assert root["/Lang"] == "es"
    assert root["/MarkInfo"]["/Marked"]  # tagged for screen readers
    assert "Mi semana" in PdfReader(BytesIO(made)).pages[0].extract_text()


def test_a_sheet_takes_no_html_and_fetches_nothing(app: Flask) -> None:
    for text in ("# A\n\n<img src=file:///etc/passwd>\n", "# A\n\n![x](https://example.org/x.png)\n"):
        with pytest.raises(markup.MarkupRefused):
            sheets.sheet(text)
    assert sheets.sheet("# <script>alert(1)</script>\n\nTexto.\n").startswith(b"%PDF")
