"""Reading the trail: entries of one chain, newest first, and how far it was checked."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union_all

from lms import walk
from lms.audit import ENTRIES
from lms.db import db
from lms.people.models import Membership
from lms.people.trail.models import AuditCheck

PAGE = 50
COLUMNS = ENTRIES.c


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of one action, by or about a person, from a moment on and before another."""

    action: str | None = None
    person: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def dated(self) -> bool:
        """Whether moments narrow it down."""
        return self.since is not None or self.until is not None


def page(chain: UUID, wanted: Wanted, before: int | None = None) -> Sequence[Any]:
    """At most PAGE + 1 entries, newest first: those before the entry with the number `before`, if given."""
    return db.session.execute(_chosen(chain, wanted, before, PAGE + 1)).all()


@contextmanager
def everything(chain: UUID, wanted: Wanted) -> Iterator[Iterator[Any]]:
    """All entries, newest first, a few at a time, in one snapshot."""
    with walk.snapshot() as connection:
        rows = connection.execute(_chosen(chain, wanted, None, None), execution_options={"yield_per": 1000})
        with closing(rows):
            yield iter(rows)


def _chosen(chain: UUID, wanted: Wanted, before: int | None, limit: int | None) -> Select[Any]:
    """By number, as the chain goes; between two moments by moment, so that an index leads to them."""
    order = [COLUMNS.at.desc(), COLUMNS.number.desc()] if wanted.dated else [COLUMNS.number.desc()]
    found = select(ENTRIES).where(COLUMNS.chain == chain).order_by(*order).limit(limit)
    if wanted.action:
        found = found.where(COLUMNS.action == wanted.action)
    if wanted.since:
        found = found.where(COLUMNS.at >= wanted.since)
    if wanted.until:
        found = found.where(COLUMNS.at < wanted.until)
    if before is not None:
        found = found.where(_before(chain, before, by_moment=wanted.dated))
    if wanted.person is None:
        return found
    # Two walks along two indexes; an OR would walk along neither.
    by = found.where(COLUMNS.actor_id == wanted.person)
    about = found.where(
        COLUMNS.subject == f"person:{wanted.person}",
        or_(COLUMNS.actor_id.is_(None), COLUMNS.actor_id != wanted.person),
    )
    both = union_all(select(by.subquery()), select(about.subquery())).subquery()
    order = [both.c.at.desc(), both.c.number.desc()] if wanted.dated else [both.c.number.desc()]
    return select(both).order_by(*order).limit(limit)


def _before(chain: UUID, number: int, *, by_moment: bool) -> ColumnElement[bool]:
    if not by_moment:
        return COLUMNS.number < number
    other = ENTRIES.alias("other")
    moment = select(other.c.at).where(other.c.chain == chain, other.c.number == number).scalar_subquery()
    return or_(COLUMNS.at < moment, and_(COLUMNS.at == moment, COLUMNS.number < number))


def belonged(person_id: UUID, federation_id: UUID) -> bool:
    """Whether the person holds or held a role in the federation."""
    held = exists().where(Membership.person_id == person_id, Membership.federation_id == federation_id)
    return bool(db.session.scalar(select(held)))


def checked(chain: UUID) -> AuditCheck | None:
    """How far this chain was checked, if it was."""
    return db.session.get(AuditCheck, chain)


def first_fault() -> str | None:
    """Where the last checks found a fault, if any did: chain, entry and kind."""
    row = db.session.scalar(select(AuditCheck).where(AuditCheck.fault.is_not(None)).order_by(AuditCheck.chain).limit(1))
    return None if row is None else f"{row.chain} · entry {row.fault_number} · {row.fault}"
