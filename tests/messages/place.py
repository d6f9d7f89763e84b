"""What the tests of messages share."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from lms import clock
from lms.db import db, transaction
from lms.people.messages import operations, queries
from lms.people.messages.models import Message
from lms.people.models import Person
from tests.world import World


def tell(world: World, person: UUID, what: str = "algo", *, who: UUID | None = None, kind: str = "test") -> UUID:
    """Tell a person something of the kind of these tests; the message's id."""
    with world.database(), transaction():
        operations.tell(
            person, kind, federation_id=world.here, now=clock.now(), who=who or person, what=what, role="agent"
        )
    return messages(world, person)[0].id


def messages(world: World, person: UUID) -> list[Message]:
    """A person's messages, newest first."""
    with world.database() as session:
        found = queries.inbox(person)
        session.expunge_all()  # they outlive the session
        return found


def mail_states(world: World, person: UUID) -> list[str]:
    """What became of the mail of each message, oldest first."""
    with world.database():
        return list(
            db.session.scalars(select(Message.mail).where(Message.person_id == person).order_by(Message.id)).all()
        )


def choose(world: World, person: UUID, discretion: str = "discreet", **ways: str) -> None:
    """Choose how a person is told."""
    with world.database(), transaction():
        operations.choose(person, ways, discretion, now=clock.now())


def change(world: World, person: UUID, **columns: Any) -> None:
    """Set columns of a person."""
    with world.database(), transaction() as session:
        session.execute(update(Person).where(Person.id == person).values(**columns))
