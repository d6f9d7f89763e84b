"""The audit trail: append-only, hash-chained per federation, without names.

Each entry's hash covers the entry before it, so that an edited, removed, inserted or reordered row breaks the chain at a
place that can be named. A cut tail shows only against a head that was kept elsewhere: `head()` exports it.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CheckConstraint, Table, bindparam, event, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import Base, db, insert_once

INSTALL = UUID(int=0)  # the chain of what belongs to no federation
GENESIS = "0" * 64


class AuditHead(Base):
    """Where a chain ends: the row that an append locks."""

    __tablename__ = "audit_heads"
    chain: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    hash: Mapped[str]


class AuditEntry(Base):
    """One deed: who (an opaque id), what, to which thing, with which facts. Triggers refuse UPDATE and DELETE."""

    __tablename__ = "audit_entries"
    __table_args__ = (CheckConstraint("number > 0", name="number_positive"),)
    chain: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    action: Mapped[str]
    subject: Mapped[str]  # "kind:id"
    facts: Mapped[dict[str, Any]]
    previous: Mapped[str]
    hash: Mapped[str]


# On the tables rather than their classes: what is appended is never looked at again in the same session.
HEADS, ENTRIES = cast(Table, AuditHead.__table__), cast(Table, AuditEntry.__table__)
LOCK = select(HEADS.c.number, HEADS.c.hash).where(HEADS.c.chain == bindparam("of")).with_for_update()
ADD = insert(ENTRIES)
MOVE = update(HEADS).where(HEADS.c.chain == bindparam("of")).values(number=bindparam("to"), hash=bindparam("with"))


@dataclass(frozen=True, slots=True)
class Finding:
    """What `verify` found wrong, and where."""

    chain: UUID
    number: int
    fault: str  # edited | missing | reordered | cut | head
    detail: str


def fingerprint(content: Any) -> str:
    """SHA-256 of the canonical JSON of `content`, in hex."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _hash(entry: dict[str, Any]) -> str:
    at: datetime = entry["at"]
    return fingerprint(
        [
            str(entry["chain"]),
            entry["number"],
            at.isoformat(timespec="microseconds"),
            str(entry["actor_id"] or ""),
            entry["action"],
            entry["subject"],
            entry["facts"],
            entry["previous"],
        ]
    )


def record(
    action: str,
    subject: str,
    *,
    federation_id: UUID | None,
    actor_id: UUID | None,
    now: datetime,
    **facts: Any,
) -> None:
    """Note a deed; it is written, with its place in the chain, just before the present transaction commits.

    `facts` are plain JSON values without names, mail addresses or free text of people.
    """
    db.session().info.setdefault("audit", []).append(
        {
            "chain": federation_id or INSTALL,
            "at": now,
            "actor_id": actor_id,
            "action": action,
            "subject": subject,
            "facts": json.loads(json.dumps(facts, default=str)),
        }
    )


@event.listens_for(Session, "before_commit")
def _append(session: Session) -> None:
    """Chain what was recorded. Chains are taken in order of their id, so that two commits never wait for each other."""
    waiting = session.info.pop("audit", [])
    session.flush()
    for chain in sorted({entry["chain"] for entry in waiting}, key=str):
        entries = [entry for entry in waiting if entry["chain"] == chain]
        number, previous = _lock_head(session, chain)
        for entry in entries:
            number += 1
            entry |= {"number": number, "previous": previous}
            entry["hash"] = previous = _hash(entry)
        session.execute(ADD, entries)
        session.execute(MOVE, {"of": chain, "to": number, "with": previous})


def _lock_head(session: Session, chain: UUID) -> tuple[int, str]:
    found = session.execute(LOCK, {"of": chain}).one_or_none()
    if found is None:  # two first entries of a chain at once: one makes the head, both then queue for it
        insert_once(AuditHead, {"chain": chain, "number": 0, "hash": GENESIS})
        found = session.execute(LOCK, {"of": chain}).one()
    return found[0], found[1]


def head(chain: UUID) -> tuple[int, str]:
    """Number and hash of the chain's last entry: keep them outside the database."""
    found = db.session.execute(select(AuditHead.number, AuditHead.hash).where(AuditHead.chain == chain)).one_or_none()
    return (found[0], found[1]) if found else (0, GENESIS)


def chains() -> list[UUID]:
    """Every chain there is."""
    return list(db.session.scalars(select(AuditHead.chain).order_by(AuditHead.chain)))


def verify(chain: UUID, kept_head: tuple[int, str] | None = None) -> Iterator[Finding]:
    """Walk a chain and name each fault; `kept_head` is a head exported earlier, which must still lie on the chain."""
    previous, expected, kept_seen = GENESIS, 1, kept_head is None or kept_head == (0, GENESIS)
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.number))
    for row in rows.yield_per(1000):
        if row.number != expected:
            yield Finding(chain, expected, "missing", f"{expected}–{row.number - 1}")
        elif row.previous != previous:
            yield Finding(chain, row.number, "reordered", "does not follow the entry before it")
        if row.hash != _hash({c.key: getattr(row, c.key) for c in AuditEntry.__table__.columns}):
            yield Finding(chain, row.number, "edited", f"{row.action} {row.subject}")
        if kept_head == (row.number, row.hash):
            kept_seen = True
        previous, expected = row.hash, row.number + 1
    number, last = head(chain)
    if (number, last) != (expected - 1, previous):
        yield Finding(chain, number, "cut", f"the chain ends at {expected - 1}, its head says {number}")
    if not kept_seen and kept_head is not None:
        yield Finding(chain, kept_head[0], "head", "the head kept elsewhere does not lie on this chain")
