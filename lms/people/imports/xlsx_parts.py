"""The parts of a workbook that grow with its rows, read piece by piece; the rest is left to openpyxl.

openpyxl keeps every shared text, and the empty shell of every row, until it has done. Here texts wait on disk and shells
are dropped, so that memory does not grow with the people listed.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import lru_cache
from typing import IO, Any, BinaryIO, cast
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from lms import storage

ROW, TEXT = (f"{{{SHEET_MAIN_NS}}}{name}" for name in ("row", "si"))
PIECES = (f"{{{SHEET_MAIN_NS}}}t", f"{{{SHEET_MAIN_NS}}}r/{{{SHEET_MAIN_NS}}}t")  # plain, or each with its look
PLACE = 8  # bytes that say where a text begins
REMEMBERED = 256  # texts: a role or a language stands in many rows


class SharedTexts:
    """The texts that cells name by number: one file of texts, one of where each begins; both vanish with the process."""

    def __init__(self, files: ExitStack) -> None:
        self._texts, self._places = (files.enter_context(storage.scratch()) for _ in range(2))
        self._count = self._end = 0
        self._read = lru_cache(REMEMBERED)(self._from_disk)

    def fill(self, source: IO[bytes]) -> None:
        """Take the texts in their order from a part of the workbook."""
        for element in ended(source, TEXT):
            text = "".join(piece.text or "" for path in PIECES for piece in element.iterfind(path))
            self._places.write(self._end.to_bytes(PLACE))
            self._end += self._texts.write(text.replace("x005F_", "").encode("utf-8", "surrogatepass"))
            self._count += 1
        self._places.write(self._end.to_bytes(PLACE))

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < self._count:
            raise IndexError(number)
        return self._read(number)

    def _from_disk(self, number: int) -> str:
        self._places.seek(number * PLACE)
        begins, ends = (int.from_bytes(self._places.read(PLACE)) for _ in range(2))
        self._texts.seek(begins)
        return self._texts.read(ends - begins).decode("utf-8", "surrogatepass")


class Reader(ExcelReader):
    """openpyxl's, with the texts on disk."""

    def __init__(self, file: BinaryIO, files: ExitStack) -> None:
        super().__init__(file, read_only=True, data_only=False, keep_links=False)
        files.callback(self.archive.close)
        self.shared_strings: Any = SharedTexts(files)

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings.fill(source)

    def rows(self, sheet: Any) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """(number, cells with column, value and data_type) of each row that the sheet has."""
        book: Any = self.wb
        with self.archive.open(sheet._worksheet_path) as source:
            yield from _Rows(
                source,
                self.shared_strings,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            ).parse()


class _Rows(WorkSheetParser):
    """Reads nothing of a sheet but its rows."""

    def parse(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        row: Any
        for row in ended(cast("IO[bytes]", self.source), ROW):
            yield self.parse_row(row)
            self.row_dimensions.clear()


def ended(source: IO[bytes], tag: str) -> Iterator[Element]:
    """Each element of this tag as it ends, whole. What has ended, and is part of none of these, is dropped."""
    above: list[Element] = []
    open_ones = 0
    for event, element in iterparse(source, ("start", "end"), forbid_dtd=True):
        wanted = element.tag == tag
        if event == "start":
            above.append(element)
            open_ones += wanted
            continue
        above.pop()
        if wanted:
            open_ones -= 1
            yield element
        if above and not open_ones:
            above[-1].remove(element)
