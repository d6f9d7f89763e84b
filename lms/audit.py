"""The audit trail: append-only, hash-chained per federation, without names.

Each entry's hash covers the entry before it, so that an edited, removed, inserted or reordered row breaks the chain at a
place that can be named (`lms.walk`). A cut or rewritten tail shows only against a head kept elsewhere (`lms.heads`).
"""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Table, bindparam, event, insert, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import Base, db, insert_once

INSTALL = UUID(int=0)  # the chain of what belongs to no federation
GENESIS = "0" * 64
# That somebody looked at another's record. As text, so that a query says it in the words of the index.
READS = "action IN ('file.read', 'legal-name.view')"


class AuditHead(Base):
    """Where a chain ends: the row that an append locks."""

    __tablename__ = "audit_heads"
    chain: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    hash: Mapped[str]


class AuditEntry(Base):
    """One deed: who (an opaque id), what, to which thing, with which facts. Triggers refuse UPDATE and DELETE."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        # One for each way of reading: about whom, by whom, of which kind, on which days. The newest comes first.
        Index("ix_audit_entries_chain_subject_number", "chain", "subject", "number"),
        Index("ix_audit_entries_chain_actor_id_number", "chain", "actor_id", "number"),
        Index("ix_audit_entries_chain_action_number", "chain", "action", "number"),
        Index("ix_audit_entries_chain_at_number", "chain", "at", "number"),
        # Who looked at a person's file: asked for by that person, and at each look.
        Index(
            "ix_audit_entries_sights",
            "subject",
            "at",
            sqlite_where=text(READS),
            postgresql_where=text(READS),
        ),
    )
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


class Unfit(ValueError):
    """A fact that has no place in the trail: a mistake of ours."""


# Canonical JSON. One encoder for all: making one took longer than its work.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode


def fingerprint(content: Any) -> str:
    """SHA-256 of the canonical JSON of `content`, in hex."""
    return hashlib.sha256(_encode(content).encode()).hexdigest()


def entry_hash(
    chain: str, number: int, at: str, actor_id: str, action: str, subject: str, facts: Any, previous: str
) -> str:
    """What an entry's hash covers; `at` as ISO text in UTC with microseconds, ids as text."""
    return fingerprint([chain, number, at, actor_id, action, subject, facts, previous])


# Ids, kinds, numbers, fingerprints. Neither a sentence nor a mail address passes, and hardly a name.
PLAIN = re.compile(r"[A-Za-z0-9_.:/+-]{0,80}")


def _plain(value: Any) -> Any:
    """`value` as JSON; raises Unfit for what is no id, kind, number or moment, at any depth."""
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            return {_plain(str(key)): _plain(one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(one) for one in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
        case datetime() | date():
            return value.isoformat()
    text = str(value)
    if not PLAIN.fullmatch(text):
        raise Unfit("a fact of the audit trail is an id, a kind, a number or a moment, never a text")
    return text


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

    `facts` are ids, kinds, numbers and moments, without names, mail addresses or free text of people: raises Unfit for a
    text. A fingerprint of something short or guessable is no better than the text itself: salt it with a random id.
    """
    db.session().info.setdefault("audit", []).append(
        {
            "chain": federation_id or INSTALL,
            "at": now.astimezone(UTC),
            "actor_id": actor_id,
            "action": _plain(action),
            "subject": _plain(subject),
            "facts": _plain(facts),
        }
    )


@event.listens_for(Session, "before_commit")
def _append(session: Session) -> None:
    """Chain what was recorded. Chains are taken in order of their id, so that two commits never wait for each other."""
    waiting = session.info.pop("audit", [])
    session.flush()
    for chain in sorted({entry["chain"] for entry in waiting}, key=str):
        entries = [entry for entry in waiting if entry["chain"] == chain]
        number, previous = lock_head(session, chain)
        for entry in entries:
            number += 1
            entry |= {"number": number, "previous": previous}
            entry["hash"] = previous = entry_hash(
                str(chain),
                number,
                entry["at"].isoformat(timespec="microseconds"),
                str(entry["actor_id"] or ""),
                entry["action"],
                entry["subject"],
                entry["facts"],
                previous,
            )
        session.execute(ADD, entries)
        session.execute(MOVE, {"of": chain, "to": number, "with": previous})


def lock_head(session: Session, chain: UUID) -> tuple[int, str]:
    """Number and hash of the chain's last entry; nobody else appends to it until the present transaction ends."""
    found = session.execute(LOCK, {"of": chain}).one_or_none()
    if found is None:  # two first entries of a chain at once: one makes the head, both then queue for it
        insert_once(AuditHead, {"chain": chain, "number": 0, "hash": GENESIS})
        found = session.execute(LOCK, {"of": chain}).one()
    return found[0], found[1]


def head(chain: UUID) -> tuple[int, str]:
    """Number and hash of the chain's last entry: keep them outside the database."""
    found = db.session.execute(select(AuditHead.number, AuditHead.hash).where(AuditHead.chain == chain)).one_or_none()
    return (found[0], found[1]) if found else (0, GENESIS)


def verify(chain: UUID, *kept: tuple[int, str]) -> Iterator[Any]:
    """Walk a chain and name each fault (`lms.walk`); `kept` are heads exported earlier, which must still lie on it."""
    from lms import walk  # reads what this module writes

    yield from walk.Walk(chain, kept)
