"""Reads of messages. Each takes the person whose they are."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from lms.db import db
from lms.people import queries as people
from lms.people.messages.kinds import KINDS
from lms.people.messages.models import Discretion, Message

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


def names_in(messages: Iterable[Message]) -> dict[UUID, str]:
    """The chosen names of the people whom these messages are about, in one statement (none, when they are about nobody)."""
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
