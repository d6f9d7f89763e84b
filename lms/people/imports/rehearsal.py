"""The rehearsal: a file is read once, row by row; what is wrong goes to one kept file, the people to another."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import BinaryIO, TypeVar
from uuid import UUID

from lms import storage
from lms.people import queries as people
from lms.people import rules as people_rules
from lms.people.imports import queries, rules
from lms.people.imports.refusals import FileTooLarge, ImportNotWaiting
from lms.people.imports.rules import Finding, Row
from lms.people.imports.sheets import open_sheet
from lms.policy import ROLES

BATCH = 500  # rows of a statement
PIECE = 65_536
ItemT = TypeVar("ItemT")
Tell = Callable[[int], object]  # how many rows have been looked at


@dataclass(frozen=True, slots=True)
class Importer:
    """For whom rows are judged: the roles they may invite to, their own address ("" for the command line)."""

    federation_id: UUID
    allowed: tuple[str, ...]
    own_email: str


@dataclass(slots=True)
class Judgement:
    """What a rehearsal found. The people and the findings themselves are in files."""

    kind: str = ""
    encoding: str = ""
    unread: tuple[str, ...] = ()
    rows: int = 0
    bad_rows: int = 0
    findings: int = 0
    kept_digest: str = ""


def key(import_id: UUID, what: str) -> str:
    """Where a file of an import lies: upload | rows | findings | progress."""
    return f"imports/{import_id.hex}/{what}"


def importer(federation_id: UUID, by: UUID | None, now: datetime) -> Importer:
    """The one who imports, as they are at `now`; `by` None: the command line, which may invite to any role."""
    if by is None:
        return Importer(federation_id, ROLES, "")
    person = people.person(by)
    allowed = people_rules.invitable(people.roles_of(by, federation_id, now), ROLES)
    return Importer(federation_id, tuple(allowed), person.email if person else "")


def take(import_id: UUID, file: BinaryIO) -> tuple[str, int]:
    """Keep a file until it has been read: (SHA-256, bytes). Raises FileTooLarge, and then keeps nothing."""
    digest, size = hashlib.sha256(), 0
    with storage.writing(key(import_id, "upload")) as kept:
        while piece := file.read(PIECE):
            size += len(piece)
            if size > rules.MOST_BYTES:
                raise FileTooLarge
            digest.update(piece)
            kept.write(piece)
    return digest.hexdigest(), size


def judge(import_id: UUID, who: Importer, *, role: str, locale: str, now: datetime, tell: Tell = bool) -> Judgement:
    """Read the kept file to its end and judge each row. Writes nothing into the database. Raises a FileRefused."""
    seen: dict[bytes, int] = {}
    found = Judgement()
    digest = hashlib.sha256()
    with (
        storage.reading(key(import_id, "upload")) as file,
        storage.writing(key(import_id, "rows")) as rows,
        storage.writing(key(import_id, "findings")) as findings,
        open_sheet(file) as sheet,
    ):
        found.kind, found.encoding, found.unread = sheet.kind, sheet.encoding, tuple(sheet.unread)
        for batch in _batches(sheet.people, BATCH):
            good, wrong = [], []
            for number, cells in batch:
                row, faults = rules.judge(number, cells, allowed=who.allowed, role=role, locale=locale)
                if row is not None and (other := seen.setdefault(_mark(row), number)) != number:
                    faults = [Finding(number, "email", "duplicate", rules.shown(row.email), other)]
                if row is not None and not faults:
                    good.append(row)
                wrong += faults
            wrong += queries.standing(
                who.federation_id, good, allowed=who.allowed, own_email=who.own_email, now=now
            ) if good else []  # fmt: skip
            found.rows += len(batch)
            found.bad_rows += len({one.row for one in wrong})
            found.findings += len(wrong)
            findings.write(_lines(rules.in_order(wrong)))
            lines = _lines(good)
            digest.update(lines)
            rows.write(lines)
            tell(found.rows)
    found.kept_digest = digest.hexdigest()
    return found


def _mark(row: Row) -> bytes:
    """Sixteen bytes for an address and a role: what is kept of each row while a file is read."""
    return blake2b(f"{row.key}\n{row.role}".encode(), digest_size=16).digest()


def _lines(things: list[Row] | list[Finding]) -> bytes:
    return b"".join(json.dumps(astuple(thing)).encode() + b"\n" for thing in things)


def _batches(things: Iterator[ItemT], size: int) -> Iterator[list[ItemT]]:
    while batch := list(islice(things, size)):
        yield batch


def kept_rows(import_id: UUID, digest: str) -> Iterator[list[Row]]:
    """The people of a judged file, in batches. Raises ImportNotWaiting when they are gone or are not those judged."""
    try:
        with storage.reading(key(import_id, "rows")) as file:
            found = hashlib.sha256()
            while piece := file.read(PIECE):
                found.update(piece)
            if found.hexdigest() != digest:
                raise ImportNotWaiting
            file.seek(0)
            yield from _batches((Row(*json.loads(line)) for line in file), BATCH)
    except FileNotFoundError:
        raise ImportNotWaiting from None


def findings(import_id: UUID, first: int = 0, limit: int | None = None) -> Iterator[Finding]:
    """What was found wrong, from place `first` (from 0) on; nothing when the file is gone."""
    try:
        with storage.reading(key(import_id, "findings")) as file:
            for line in islice(file, first, None if limit is None else first + limit):
                yield Finding(*json.loads(line))
    except FileNotFoundError:
        return


def keep_findings(import_id: UUID, found: list[Finding]) -> None:
    """What was found wrong when the import was to be done."""
    storage.put(key(import_id, "findings"), _lines(rules.in_order(found)))


def forget(import_id: UUID, *which: str) -> None:
    """Remove files of an import; all of them unless told which."""
    for what in which or ("upload", "rows", "findings", "progress"):
        storage.remove(key(import_id, what))
