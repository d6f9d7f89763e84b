"""What a workbook takes while it is read: as much for many people as for few."""

import io
import tracemalloc
from collections import deque
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from xlsxwriter import Workbook

from lms.people.imports import xlsx_files
from lms.people.imports.refusals import WorkbookBroken
from tests.imports.place import repacked

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def app(make_app: Any) -> Flask:
    return make_app()


def listed(count: int) -> io.BytesIO:
    """A workbook of `count` people, each with two texts of their own."""
    file = io.BytesIO()
    with Workbook(file, {"strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number in range(count):
            sheet.write_row(number, 0, [f"Persona {number}", f"persona.{number}@demo.test", "agente"])
            sheet.set_row(number, 20)
    return file


def with_sheet(file: io.BytesIO, before: bytes, after: bytes) -> io.BytesIO:
    """The workbook with these bytes in its first sheet replaced."""
    name = "xl/worksheets/sheet1.xml"
    with ZipFile(file) as archive:
        xml = archive.read(name)
    assert before in xml
    return io.BytesIO(repacked(file.getvalue(), {name: xml.replace(before, after)}))


def highest(file: io.BytesIO) -> int:
    """Bytes at the highest while its rows are read and let go."""
    tracemalloc.start()
    deque(xlsx_files.rows(file), maxlen=0)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_four_times_the_people_take_no_more_memory(app: Flask) -> None:
    with app.app_context():
        few, many = listed(1_000), listed(4_000)
        highest(few)
        assert highest(many) - highest(few) < 300_000  # kept, they would take a million


def test_texts_in_pieces_are_read_whole_and_a_row_that_stands_again_is_not_read(app: Flask) -> None:
    file = io.BytesIO()
    with Workbook(file) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.write_rich_string(0, 0, "Ana ", bold, "María", " Ñ")
        sheet.write(1, 0, "ana")
    again = with_sheet(file, b'r="2"', b'r="1"')
    with app.app_context():
        assert [cells[0] for _number, cells in xlsx_files.rows(file)] == ["Ana María Ñ", "ana"]
        assert [cells[0] for _number, cells in xlsx_files.rows(again)] == ["Ana María Ñ"]


@pytest.mark.parametrize("number", [b"7", b"-1"])
def test_a_cell_that_names_a_text_that_is_not_there_is_refused(app: Flask, number: bytes) -> None:
    file = listed(1)
    wrong = with_sheet(file, b"<v>0</v>", b"<v>%s</v>" % number)
    with app.app_context(), pytest.raises(WorkbookBroken):
        list(xlsx_files.rows(wrong))
