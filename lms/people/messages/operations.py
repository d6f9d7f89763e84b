"""Telling people something, and what they do with it. Call inside `transaction()`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select, update

from lms import audit, jobs
from lms.db import db
from lms.errors import Refusal
from lms.ids import new_id
from lms.people.messages import queries
from lms.people.messages.kinds import GROUPS, KINDS
from lms.people.messages.models import Discretion, Message, Wish
from lms.people.models import Person


class NobodyToTell(Refusal):
    """Nobody else holds the role."""

    code = "nobody-to-tell"
    sentence = _l("Ahora mismo nadie más tiene ese papel. Elige otro; lo escrito sigue aquí.")
    field = "role"


MOST_AT_ONCE = 20  # mails that leave soon after the commit; more are left to the next sweep
TELL = insert(Message.__table__)  # type: ignore[arg-type]


def tell(person_id: UUID, kind: str, *, federation_id: UUID | None, now: datetime, **facts: Any) -> None:
    """Tell a person something: a line in their inbox, and a mail as they wish. `facts`: ids and short plain values."""
    tell_all({person_id: facts}, kind, federation_id=federation_id, now=now)


def tell_all(
    receivers: Mapping[UUID, Mapping[str, Any]], kind: str, *, federation_id: UUID | None, now: datetime
) -> None:
    """Tell several people, each with their own facts, in one statement however many they are.

    Raises KeyError for a kind that no topic has registered.
    """
    KINDS[kind]
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
        db.session.execute(TELL, told)
        if len(told) <= MOST_AT_ONCE:
            jobs.gather_soon("mail")


def announce(federation_id: UUID, role: str, subject: str, text: str, *, by: UUID, now: datetime) -> int:
    """Tell everybody who holds a role in the federation (any role: `""`), but not oneself: how many. Raises NobodyToTell."""
    ids = [person_id for person_id in queries.holders(federation_id, role, now) if person_id != by]
    if not ids:
        raise NobodyToTell
    facts = {"who": by, "subject": subject, "text": text}
    tell_all(dict.fromkeys(ids, facts), "announcement", federation_id=federation_id, now=now)
    audit.record(
        "announcement.make", f"federation:{federation_id}", federation_id=federation_id, actor_id=by, now=now,
        role=role, count=len(ids),
    )  # fmt: skip
    return len(ids)


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


def choose(person_id: UUID, ways: Mapping[str, str], discretion: str, *, now: datetime) -> None:
    """How a person wants to be told: a way for each group, and how discreet mail is to be. What is usual leaves no row."""
    if not _held(person_id):
        return
    db.session.execute(delete(Discretion).where(Discretion.person_id == person_id))
    if discretion != "discreet":
        db.session.execute(insert(Discretion).values(person_id=person_id, level=discretion))
    _wish(person_id, ways)
    audit.record("messages.choose", f"person:{person_id}", federation_id=None, actor_id=person_id, now=now)


def stop(person_id: UUID, group: str, *, now: datetime) -> None:
    """No more mail of this group (or, for `digest`, of those that the digest gathers): the inbox alone from now on.

    Nothing happens, and nothing is said, when there is no such person or group.
    """
    if not _held(person_id):
        return
    mine = (Wish.person_id == person_id,)
    chosen = {wish.group: wish.way for wish in db.session.scalars(select(Wish).where(*mine))}
    ways = {name: chosen.get(name, known.usual) for name, known in GROUPS.items()}
    stopped = {name for name, way in ways.items() if name == group or (group == "digest" and way == "digest")}
    db.session.expunge_all()
    _wish(person_id, ways | dict.fromkeys(stopped, "inbox"))
    audit.record("messages.stop", f"person:{person_id}", federation_id=None, actor_id=person_id, now=now, group=group)


def _held(person_id: UUID) -> bool:
    """Lock the person, so that of two choices at once the later stands whole; False if there is none."""
    found = select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)
    return db.session.scalar(found) is not None


def _wish(person_id: UUID, ways: Mapping[str, str]) -> None:
    db.session.execute(delete(Wish).where(Wish.person_id == person_id))
    rows = [
        {"person_id": person_id, "group": name, "way": way}
        for name, way in ways.items()
        if name in GROUPS and way != GROUPS[name].usual
    ]
    if rows:
        db.session.execute(insert(Wish), rows)
