"""Rows of a CSV, read piece by piece, however it was written: separator and encoding are recognised."""

import codecs
import csv
import io
from collections.abc import Generator, Iterator
from typing import BinaryIO

from lms.people.imports import rules
from lms.people.imports.refusals import FileEmpty, FileUnreadable, LineTooLong, QuotesBroken

SEPARATORS = (";", ",", "\t")
LONGEST_LINE = 20_000  # characters
PIECE = 65_536
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def encoding_of(file: BinaryIO) -> str:
    """How the text was written: UTF-8, UTF-16, else what Windows writes in western Europe, else Latin-1."""
    file.seek(0)
    head = file.read(4096)
    for bom, name in BOMS:
        if head.startswith(bom):
            return name
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 8:  # western text in UTF-16 without a mark: every second byte is zero
        return "utf-16-be" if even > odd else "utf-16-le"
    return next((name for name in ("utf-8", "cp1252") if _decodes(file, name)), "latin-1")


def _decodes(file: BinaryIO, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    file.seek(0)
    try:
        while piece := file.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise LineTooLong(row=number)
        yield line


def _separator(line: str) -> str:
    """That which gives the most headings we know; of two alike, the one that gives more columns."""

    def worth(separator: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([line], delimiter=separator, strict=True), [])
        except csv.Error:
            cells = line.split(separator)
        return sum(name is not None for name in rules.columns(cells)), len(cells)

    return max(SEPARATORS, key=worth)


def rows(file: BinaryIO, encoding: str) -> Generator[tuple[int, list[str]], None, None]:
    """(number, cells) of each row, empty ones left out. Raises a FileRefused for what cannot be read."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield from _rows(_lines(text))
    except UnicodeDecodeError:
        raise FileUnreadable from None
    finally:
        text.detach()  # the file stays open: whoever opened it closes it


def _rows(lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    number, first = 0, ""
    for first in lines:
        number += 1
        if first.lower().startswith("sep=") and number == 1:  # Excel's own, which it does not show as a row
            number = 0
            continue
        if first.strip(" \t\r\n;,"):
            break
    else:
        raise FileEmpty
    if "\0" in first:
        raise FileUnreadable
    reader = csv.reader(_with(first, lines), delimiter=_separator(first), strict=True)
    number -= 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise QuotesBroken(row=number) from None
        if any(cell.strip() for cell in cells):
            yield number, cells


def _with(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
