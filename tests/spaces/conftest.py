"""An edition with two learners and somebody who teaches it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from courses.editions.models import EditionTrainer
from courses.spaces.models import Post, Thread
from lms.db import transaction
from lms.people.messages.models import Message
from tests.learning.conftest import School
from tests.world import NOW, Browser, World


@dataclass
class Talk:
    """The people of an edition, and their browsers."""

    world: World
    edition: UUID
    one: UUID
    other: UUID
    trainer: UUID
    enrolment: UUID
    enrolment_of_other: UUID

    @property
    def page(self) -> str:
        """The address of the edition's conversations."""
        return f"/editions/{self.edition}/talk"

    def as_(self, person: UUID) -> Browser:
        """A browser of this person."""
        return self.world.browser(person)

    def begun(self, person: UUID, text: str = "Hola a todo el mundo", **more: Any) -> str:
        """Begin a conversation; its address."""
        answer = self.as_(person).post(self.page, {"title": "Un saludo", "text": text, "notice": "", **more})
        assert answer.status_code == 302, answer.text
        return answer.location

    def texts(self) -> list[str]:
        """All that stands said, in its order."""
        with self.world.database() as session:
            return list(session.scalars(select(Post.text).order_by(Post.thread_id, Post.number)))

    def told(self, person: UUID) -> list[str]:
        """The kinds of messages that this person got of talk."""
        with self.world.database() as session:
            kinds = session.scalars(select(Message.kind).where(Message.person_id == person).order_by(Message.id))
            return [kind for kind in kinds if kind.startswith(("talk", "hand"))]

    def post_ids(self) -> list[UUID]:
        """The ids of what was said, in its order."""
        with self.world.database() as session:
            return list(session.scalars(select(Post.id).order_by(Post.thread_id, Post.number)))

    def threads(self) -> list[Thread]:
        """All conversations."""
        with self.world.database() as session:
            found = list(session.scalars(select(Thread).order_by(Thread.id)))
            session.expunge_all()
            return found


@pytest.fixture
def talk(world: World, tmp_path: Path) -> Talk:
    school = School(world, tmp_path)
    edition = school.edition(school.course(modules=1, lessons=1))
    one, other = world.person("agent", name="Ana"), world.person("agent", name="Bea")
    trainer = world.person("trainer", name="Teo")
    first, second = school.enrol(one, edition), school.enrol(other, edition)
    with world.database() as session, transaction():
        session.add(
            EditionTrainer(edition_id=edition, person_id=trainer, federation_id=world.here, since=NOW, given_by=trainer)
        )
    return Talk(world, edition, one, other, trainer, first, second)
