"""Telling people something, and what they do with it. Call inside `transaction()`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from lms import jobs
from lms.db import db
from lms.ids import new_id
from lms.people.messages.kinds import KINDS
from lms.people.messages.models import Message

MOST_AT_ONCE = 20  # mails that leave right after the commit; more are left to the next sweep


def tell(person_id: UUID, kind: str, *, federation_id: UUID | None, now: datetime, **facts: Any) -> None:
    """Tell a person something: a line in their inbox, and a mail as they wish. `facts`: ids and short plain values."""
    tell_all({person_id: facts}, kind, federation_id=federation_id, now=now)


def tell_all(
    receivers: Mapping[UUID, Mapping[str, Any]], kind: str, *, federation_id: UUID | None, now: datetime
) -> None:
    """Tell several people, each with their own facts, in two statements however many they are.

    Raises KeyError for a kind that no topic has registered.
    """
    group = KINDS[kind].group
    told = [
        {
            "id": new_id(),
            "person_id": person_id,
            "federation_id": federation_id,
            "kind": kind,
            "facts": {name: str(value) for name, value in facts.items()},
            "at": now,
            "mail": "due",
        }
        for person_id, facts in receivers.items()
    ]
    if told:
        db.session.execute(insert(Message), told)
        payloads = [{"message": message["id"], "group": group} for message in told]
        ring = len(told) <= MOST_AT_ONCE
        jobs.add_all("mail.message", now, payloads, ring=ring)


def mark_read(person_id: UUID, ids: Iterable[UUID], *, now: datetime) -> int:
    """Note that a person has read these messages of theirs: how many were unread."""
    return _read(person_id, Message.id.in_(list(ids)), now)


def mark_all_read(person_id: UUID, newest: UUID, *, now: datetime) -> int:
    """Note that a person has read everything up to the message `newest`; what came later stays unread."""
    return _read(person_id, Message.id <= newest, now)


def _read(person_id: UUID, which: Any, now: datetime) -> int:
    changed: Any = db.session.execute(
        update(Message)
        .where(Message.person_id == person_id, Message.read_at.is_(None), which)
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )
    return changed.rowcount
