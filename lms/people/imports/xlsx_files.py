"""Rows of an Excel workbook, after our own look at the archive: what it unpacks to is counted, never believed."""

import re
import warnings
from collections.abc import Generator
from contextlib import ExitStack
from datetime import date, datetime
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from lms.people.imports.refusals import (
    FileRefused,
    LockedWorkbook,
    NoRows,
    NoWorkbook,
    TooManyRows,
    WorkbookBroken,
    WorkbookTooLarge,
    WorkbookWithMacros,
)
from lms.people.imports.rules import MOST_ROWS, Formula

ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MOST_MEMBERS = 500
MOST_UNPACKED = 40_000_000  # bytes of all members; 25,000 people take about 12 MB
MOST_TAGS = 3_000_000  # of all members: each costs the reader more memory than disk
HIGHEST_RATIO = 200  # of a member larger than a piece; sheets of people reach about 25
MOST_COLUMNS = 50
LAST_ROW = 1_048_576  # of any sheet
PIECE = 65_536
DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)""")


def examine(file: BinaryIO) -> None:
    """Refuse an archive that is no workbook, or is made to fill memory or to reach outside."""
    file.seek(0)
    try:
        with ZipFile(file) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise WorkbookTooLarge
            names = [member.filename for member in members]
            if any(member.flag_bits & 1 for member in members):
                raise LockedWorkbook
            if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(names):
                raise NoWorkbook
            if any("vbaproject" in name.lower() for name in names):
                raise WorkbookWithMacros
            if len(set(names)) < len(names) or not all(map(_harmless, members)):
                raise WorkbookBroken
            _count(archive, members)
    except FileRefused:
        raise
    except (BadZipFile, OSError, ValueError, EOFError, RuntimeError, NotImplementedError, OverflowError) as error:
        raise WorkbookBroken from error
    except Exception as error:  # zlib.error and what else a made-up archive wakes
        raise WorkbookBroken from error


def _harmless(member: ZipInfo) -> bool:
    name = member.filename
    link = (member.external_attr >> 16) & 0o170000 == 0o120000
    outside = name.startswith(("/", "\\")) or ":" in name or ".." in name.replace("\\", "/").split("/")
    return not link and not outside and member.compress_type in (ZIP_STORED, ZIP_DEFLATED)


def _count(archive: ZipFile, members: list[ZipInfo]) -> None:
    total = tags = 0
    for member in members:
        is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
        size, tail = 0, b""
        with archive.open(member) as unpacked:
            while piece := unpacked.read(PIECE):
                if is_xml:
                    if not size and not _plain_xml(piece):
                        raise WorkbookBroken
                    if DTD.search(tail + piece):
                        raise WorkbookBroken
                    tail = piece[-16:]
                    tags += piece.count(b"<")
                size += len(piece)
                total += len(piece)
                too_dense = size > 2 * PIECE and size > HIGHEST_RATIO * max(member.compress_size, 1)
                if total > MOST_UNPACKED or tags > MOST_TAGS or too_dense:
                    raise WorkbookTooLarge


def _plain_xml(head: bytes) -> bool:
    """UTF-8, so that what is looked for can be found."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(b"<") or b"\0" in head[:64]:
        return False
    if not head.startswith(b"<?xml"):
        return True
    named = ENCODING.search(head.partition(b"?>")[0])
    return named is None or named[1].lower() in (b"utf-8", b"utf8", b"us-ascii")


def rows(file: BinaryIO) -> Generator[tuple[int, list[str]], None, None]:
    """(number, cells) of each row of the first visible sheet, empty ones left out; nothing is computed or fetched."""
    from lms.people.imports.xlsx_parts import Reader  # openpyxl: 20 MB that only a process which imports needs

    examine(file)
    file.seek(0)
    try:
        with ExitStack() as files, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of every ornament that it does not know
            reader = Reader(file, files)
            reader.read()
            sheet = next((one for one in reader.wb.worksheets if one.sheet_state == "visible"), None)
            if sheet is None:
                raise NoRows
            last = 0
            for number, cells in reader.rows(sheet):
                if number > LAST_ROW:
                    raise TooManyRows(most=MOST_ROWS)
                if number <= last:  # a row that stands again, or out of order, is not read
                    continue
                last = number
                texts = [""] * MOST_COLUMNS
                for cell in cells:
                    if cell["column"] <= MOST_COLUMNS:
                        texts[cell["column"] - 1] = _text(cell["value"], cell["data_type"])
                if any(texts):
                    yield number, texts
    except FileRefused:
        raise
    except Exception as error:  # openpyxl raises whatever a made-up workbook makes it stumble over
        raise WorkbookBroken from error


def _text(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "f":
        return Formula(getattr(value, "text", value) or "=")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def locked(file: BinaryIO) -> bool:
    """Whether an OLE file is a workbook with a password (rather than an old .xls)."""
    file.seek(0)
    tail = b""
    while piece := file.read(PIECE):
        if ENCRYPTED in tail + piece:
            return True
        tail = piece[-len(ENCRYPTED) :]
    return False
