"""The copy of all that is held about a person: read from the registry, row by row, into a ZIP that fits any memory."""

import json
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, BinaryIO
from uuid import UUID

from flask import render_template
from sqlalchemy import delete, select, true, update

from lms import audit, jobs, storage
from lms.db import db, transaction
from lms.i18n import REGIONS
from lms.people import queries
from lms.people.messages import operations as messages
from lms.people.models import Person
from lms.people.privacy import reading
from lms.people.privacy.holdings import Asked, Holding, Side, held, theirs
from lms.people.privacy.models import Copy
from lms.people.privacy.refusals import CopyUnderWay
from lms.people.privacy.rules import COPY_DAYS
from lms.sealing import Unopenable
from lms.texts import speaking

BATCH = 200  # rows at a time
PIECE = 1 << 16
Line = Mapping[str, Any]


def key(copy_id: UUID) -> str:
    """Where a copy lies in the storage."""
    return f"copies/{copy_id}.zip"  # holdings.py knows it too


def ask(person_id: UUID, federation_id: UUID | None, *, now: datetime) -> Copy:
    """Ask for a copy; a job makes it after the commit. Raises CopyUnderWay."""
    # Two requests at once wait for each other at the person's row.
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    standing = select(Copy.id).where(Copy.person_id == person_id, Copy.state != "gone")
    if db.session.scalar(standing.limit(1)) is not None:
        raise CopyUnderWay
    copy = Copy(person_id=person_id, state="due", asked_at=now)
    db.session.add(copy)
    db.session.flush()
    audit.record("copy.ask", f"person:{person_id}", federation_id=federation_id, actor_id=person_id, now=now)
    jobs.add("privacy.copy", now, copy=copy.id)
    return copy


def of(person_id: UUID) -> list[Copy]:
    """A person's copies, the newest first."""
    return list(
        db.session.scalars(select(Copy).where(Copy.person_id == person_id).order_by(Copy.asked_at.desc()).limit(10))
    )


def one(copy_id: UUID) -> Copy | None:
    """A copy."""
    return db.session.get(Copy, copy_id)


def make(copy_id: UUID, *, now: datetime) -> None:
    """Write the copy's file and say that it is ready. Made again from the beginning when it was interrupted."""
    found = db.session.get(Copy, copy_id)
    if found is None or found.state != "due":
        return
    person = db.session.get_one(Person, found.person_id)
    asked, locale, federation_id = Asked(person.id, person.email), person.locale, None
    with storage.writing(key(copy_id)) as file, speaking(REGIONS.get(locale, locale)):
        write(file, asked, now)
        size = file.tell()
    db.session.rollback()
    with transaction() as session:
        ready: Any = session.execute(
            update(Copy)
            .where(Copy.id == copy_id, Copy.state == "due")
            .values(state="ready", ready_at=now, expires_at=now + timedelta(days=COPY_DAYS), size=size)
            .execution_options(synchronize_session=False)
        )
        if ready.rowcount == 1:
            messages.tell(asked.id, "copy-ready", federation_id=federation_id, now=now, days=COPY_DAYS)
    if ready.rowcount != 1:  # erased or made by another worker meanwhile
        kept = db.session.scalar(select(Copy.state).where(Copy.id == copy_id))
        if kept != "ready":
            storage.remove(key(copy_id))


def forget_expired(now: datetime) -> int:
    """Remove the files of copies whose days are over: how many."""
    old = db.session.scalars(select(Copy.id).where(Copy.state == "ready", Copy.expires_at < now).limit(100)).all()
    for copy_id in old:
        storage.remove(key(copy_id))
        with transaction() as session:
            session.execute(update(Copy).where(Copy.id == copy_id).values(state="gone"))
    return len(old)


def drop(copy: Copy, *, now: datetime) -> None:
    """Remove a copy before its days are over: its owner has it."""
    storage.remove(key(copy.id))
    db.session.execute(delete(Copy).where(Copy.id == copy.id))
    audit.record("copy.drop", f"person:{copy.person_id}", federation_id=None, actor_id=copy.person_id, now=now)


# --- The file ---------------------------------------------------------------------------------------------------------


def write(file: BinaryIO, asked: Asked, now: datetime) -> None:
    """The ZIP: a page to read, a JSON file for each topic, and the files themselves."""
    topics: dict[str, list[Holding]] = defaultdict(list)
    for holding in held():
        if any(side.shown for side in holding.sides):
            topics[holding.topic].append(holding)
    ordered = [topic for topic in reading.TOPICS if topic in topics]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _page(archive, asked, now, {topic: topics[topic] for topic in ordered})
        for topic in ordered:
            with archive.open(f"{topic}.json", "w", force_zip64=True) as part:
                _json(part, topic, topics[topic], asked, now)
        for holding in held():
            for name, stored in holding.files(asked) if holding.files else ():
                _file(archive, f"files/{name}", stored, partial(holding.unlocked, asked) if holding.unlocked else None)


def _file(archive: zipfile.ZipFile, name: str, stored: str, unlocked: Callable[[str], bytes] | None) -> None:
    try:
        if unlocked is not None:
            archive.writestr(name, unlocked(stored))
            return
        with storage.reading(stored) as source, archive.open(name, "w", force_zip64=True) as part:
            while piece := source.read(PIECE):
                part.write(piece)
    except (FileNotFoundError, Unopenable):
        return


def _json(part: Any, topic: str, found: list[Holding], asked: Asked, now: datetime) -> None:
    """{"topic", "made_at", "tables": {table: [row, …]}}, written row by row."""
    part.write(f'{{"topic": "{topic}", "made_at": "{now.isoformat()}", "tables": {{'.encode())
    for place, holding in enumerate(found):
        part.write(f'{", " if place else ""}"{holding.table.name}": ['.encode())
        for number, line in enumerate(lines(holding, asked)):
            text = json.dumps(line, ensure_ascii=False, default=_plain)
            part.write(f"{',' if number else ''}\n{text}".encode())
        part.write(b"]")
    part.write(b"}}\n")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


def _page(archive: zipfile.ZipFile, asked: Asked, now: datetime, topics: Mapping[str, list[Holding]]) -> None:
    head, _mark, foot = render_template("privacy/copy.html", now=now, mark="[[rows]]").partition("[[rows]]")
    with archive.open("index.html", "w", force_zip64=True) as part:
        part.write(head.encode())
        for topic, found in topics.items():
            part.write(reading.heading(topic).encode())
            for holding in found:
                began = False
                for line in lines(holding, asked):
                    if not began:
                        part.write(reading.subheading(holding.table.name).encode())
                        began = True
                    part.write(reading.line(line).encode())
        part.write(foot.encode())


def lines(holding: Holding, asked: Asked) -> Iterator[Line]:
    """The person's rows of a table, as the copy tells them: a row on the first of its sides that names the person."""
    earlier: list[Any] = []
    for side in holding.sides:
        if side.shown:
            here = theirs(holding, side, asked)
            yield from _rows(holding, side, asked, [here, *(clause.is_not(true()) for clause in earlier)])
            earlier.append(here)


def _rows(holding: Holding, side: Side, asked: Asked, clauses: list[Any]) -> Iterator[Line]:
    table, columns, joined = holding.table, [], holding.table
    for name, (column, model, wanted) in holding.looked_up.items():
        other = model.__table__.alias(f"of_{name}")  # type: ignore[union-attr]
        joined = joined.outerjoin(other, table.c[column] == next(iter(other.primary_key)))  # type: ignore[assignment]
        columns.append(other.c[wanted].label(f"looked_up_{name}"))
    keys = list(table.primary_key.columns)
    found = select(*table.c, *columns).select_from(joined).where(*clauses).order_by(*keys)
    for batch in db.session.execute(found.execution_options(yield_per=BATCH)).mappings().partitions(BATCH):
        called = queries.names(row[column] for row in batch for column in side.names if row[column])
        for row in batch:
            yield _told(holding, side, asked, row, called)


def _told(holding: Holding, side: Side, asked: Asked, row: Any, called: Mapping[UUID, str]) -> Line:
    told: dict[str, Any] = {}
    for column in side.shown:
        value = row[column]
        if value is not None and column in holding.opened:
            try:
                value = holding.opened[column](asked, value, row)
            except Unopenable:
                value = None
        told[column] = value
    told |= {name: row[f"looked_up_{name}"] for name in holding.looked_up}
    told |= {column: called.get(row[column]) for column in side.names}
    return told
