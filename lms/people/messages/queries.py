"""Reads of messages. Each takes the person whose they are."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.db import db
from lms.people import queries as people
from lms.people.messages.kinds import GROUPS, KINDS
from lms.people.messages.models import Discretion, Message, Wish
from lms.people.models import Membership, Person, in_force

PAGE = 30


def inbox(person_id: UUID, before: UUID | None = None) -> list[Message]:
    """A page of a person's messages, newest first, and one more, which tells that there are older ones."""
    found = select(Message).where(Message.person_id == person_id)
    if before is not None:
        found = found.where(Message.id < before)
    return list(db.session.scalars(found.order_by(Message.id.desc()).limit(PAGE + 1)))


def one(person_id: UUID, message_id: UUID) -> Message | None:
    """A message of this person's."""
    return db.session.scalar(select(Message).where(Message.id == message_id, Message.person_id == person_id))


def told(person_id: UUID, kind: str, fact: str, value: str) -> bool:
    """Whether the person has a message of this kind in which this fact has this value."""
    found = db.session.scalars(select(Message.facts).where(Message.person_id == person_id, Message.kind == kind))
    return any(facts.get(fact) == value for facts in found)


def names_in(messages: Iterable[Any]) -> dict[UUID, str]:
    """The chosen names of the people whom these messages (with kind and facts) are about, in one statement at most."""
    return people.names(
        UUID(message.facts[fact])
        for message in messages
        if message.kind in KINDS
        for fact in KINDS[message.kind].people
        if message.facts.get(fact)
    )


def discretion(person_id: UUID) -> str:
    """How discreet this person's mails are to be."""
    return db.session.scalar(select(Discretion.level).where(Discretion.person_id == person_id)) or "discreet"


def ways(person_id: UUID) -> dict[str, str]:
    """How a person wants to hear of each group."""
    rows = db.session.execute(select(Wish.group, Wish.way).where(Wish.person_id == person_id))
    return {name: group.usual for name, group in GROUPS.items()} | {row.group: row.way for row in rows}


def wishes(person_ids: Collection[UUID]) -> dict[tuple[UUID, str], str]:
    """How these people want to hear of a group, where that is not the usual way: {(person, group): way}."""
    rows = db.session.execute(select(Wish.person_id, Wish.group, Wish.way).where(Wish.person_id.in_(person_ids)))
    return {(row.person_id, row.group): row.way for row in rows}


def last_mail(person_id: UUID) -> str | None:
    """What became of the newest mail that was handed over: `sent` or `refused`; None if there has been none."""
    return db.session.scalar(
        select(Message.mail)
        .where(Message.person_id == person_id, Message.mail.in_(("sent", "refused")))
        .order_by(Message.id.desc())
        .limit(1)
    )


def holders(federation_id: UUID, role: str, now: datetime) -> list[UUID]:
    """Those who hold a role (any, for `""`) at `now`, each once."""
    found = select(Membership.person_id).where(Membership.federation_id == federation_id, in_force(Membership, now))
    if role:
        found = found.where(Membership.role == role)
    return list(db.session.scalars(select(Person.id).where(Person.id.in_(found), Person.active).order_by(Person.id)))
