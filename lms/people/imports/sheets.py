"""A file of people as rows under known headings, whatever it is."""

from collections.abc import Iterator
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


def open_sheet(file: BinaryIO) -> Sheet:
    """Recognise a file and its headings. Raises a FileRefused, here or while `people` are read."""
    file.seek(0)
    head = file.read(len(xlsx_files.OLE))
    if not head:
        raise FileEmpty
    if head == xlsx_files.OLE:
        raise LockedWorkbook if xlsx_files.locked(file) else OldWorkbook
    if head.startswith(xlsx_files.ZIP):
        kind, encoding = "xlsx", ""
        rows = xlsx_files.rows(file)
    else:
        kind, encoding = "csv", csv_files.encoding_of(file)
        rows = csv_files.rows(file, encoding)
    first = next(rows, None)
    if first is None:
        raise FileEmpty
    headings = [str(cell) for cell in first[1]]
    columns = rules.columns(headings)
    for column in rules.COLUMNS:
        if columns.count(column) > 1:
            raise HeadingTwice(column=column)
    for column in rules.NEEDED:
        if column not in columns:
            raise HeadingMissing(column=column)
    unread = [
        rules.shown(heading)
        for heading, column in zip(headings, columns, strict=True)
        if column is None and heading.strip()
    ]
    return Sheet(kind, encoding, _people(rows, columns), unread[:20])


def _people(rows: Iterator[tuple[int, list[str]]], columns: list[str | None]) -> Iterator[tuple[int, dict[str, str]]]:
    count = 0
    for number, cells in rows:
        count += 1
        if count > rules.MOST_ROWS:
            raise TooManyRows(most=rules.MOST_ROWS)
        yield number, {column: cell for column, cell in zip(columns, cells, strict=False) if column is not None}
    if not count:
        raise NoRows
