"""A file of people as rows under known headings, whatever it is."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from lms.people.imports import csv_files, rules, xlsx_files
from lms.people.imports.refusals import (
    FileEmpty,
    HeadingMissing,
    HeadingTwice,
    LockedWorkbook,
    NoRows,
    OldWorkbook,
    TooManyRows,
)


@dataclass(slots=True)
class Sheet:
    """`people` gives (number, {column: cell}) once; `unread` are headings of columns that we have no use for."""

    kind: str  # csv | xlsx
    encoding: str  # "" for xlsx
    people: Iterator[tuple[int, dict[str, str]]]
    unread: list[str] = field(default_factory=list)


@contextmanager
def open_sheet(file: BinaryIO) -> Iterator[Sheet]:
    """Recognise a file and its headings. Raises a FileRefused, here or while `people` are read."""
    kind, encoding, rows = _recognised(file)
    with closing(rows):
        first = next(rows, None)
        if first is None:
            raise FileEmpty
        headings = first[1]
        columns = _columns(headings)
        unread = [
            rules.shown(heading)
            for heading, column in zip(headings, columns, strict=True)
            if column is None and heading.strip()
        ]
        yield Sheet(kind, encoding, _people(rows, columns), unread[:20])


def _recognised(file: BinaryIO) -> tuple[str, str, Generator[tuple[int, list[str]], None, None]]:
    file.seek(0)
    head = file.read(len(xlsx_files.OLE))
    if not head:
        raise FileEmpty
    if head == xlsx_files.OLE:
        raise LockedWorkbook if xlsx_files.locked(file) else OldWorkbook
    if head.startswith(xlsx_files.ZIP):
        return "xlsx", "", xlsx_files.rows(file)
    encoding = csv_files.encoding_of(file)
    return "csv", encoding, csv_files.rows(file, encoding)


def _columns(headings: list[str]) -> list[str | None]:
    columns = rules.columns(headings)
    for column in rules.COLUMNS:
        if columns.count(column) > 1:
            raise HeadingTwice(column=column)
    for column in rules.NEEDED:
        if column not in columns:
            raise HeadingMissing(column=column)
    return columns


def _people(rows: Iterator[tuple[int, list[str]]], columns: list[str | None]) -> Iterator[tuple[int, dict[str, str]]]:
    count = 0
    for number, cells in rows:
        count += 1
        if count > rules.MOST_ROWS:
            raise TooManyRows(most=rules.MOST_ROWS)
        yield number, {column: cell for column, cell in zip(columns, cells, strict=False) if column is not None}
    if not count:
        raise NoRows
