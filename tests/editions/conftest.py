"""An edition with a teacher, learners and meetings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from courses.catalogue.models import Lesson, Module
from courses.editions import operations, seats
from courses.editions.models import EditionTrainer
from courses.editions.operations import Plan
from courses.learning.models import Edition, Enrolment, LessonDone, WaitingPlace
from lms.audit import AuditEntry
from lms.db import transaction
from lms.people.messages.models import Message
from tests.learning.conftest import School
from tests.world import NOW, World


@dataclass(frozen=True)
class Class(School):
    """A school in which editions have seats, meetings and people."""

    people: dict[str, UUID] = field(default_factory=dict)

    @contextmanager
    def deed(self) -> Iterator[Any]:
        """A transaction in the database of the world."""
        with self.world.database(), transaction() as session:
            yield session

    def agents(self, *names: str) -> list[UUID]:
        """New agents, in one transaction."""
        made = self.world.people(dict.fromkeys(names, ("agent", self.world.here)))
        self.people.update(made)
        return [made[name] for name in names]

    def teacher(self, edition: UUID) -> UUID:
        """A trainer who teaches the edition."""
        person = self.world.person("trainer")
        with self.deed() as session:
            session.add(
                EditionTrainer(
                    edition_id=edition, person_id=person, federation_id=self.world.here, since=NOW, given_by=person
                )
            )
        return person

    def meeting(self, edition: UUID, *, days: int = 1, hours: float = 0, minutes: int = 60, what: str = "Uno") -> UUID:
        """A meeting of the edition, so many days after NOW."""
        starts_at = NOW + timedelta(days=days, hours=hours)
        with self.deed():
            given = Plan(what, starts_at.date(), starts_at, minutes, "online", "", "")
            return operations.plan(edition, given, federation_id=self.world.here, by=UUID(int=1), now=NOW).id

    def wait(self, person: UUID, edition: UUID) -> None:
        """Join the queue."""
        with self.deed():
            seats.wait(person, edition, federation_id=self.world.here, now=NOW)

    def leave(self, enrolment: UUID, now: datetime = NOW) -> None:
        """Leave the edition."""
        with self.deed() as session:
            found = session.get(Enrolment, enrolment)
            seats.leave(found, by=found.person_id, now=now)

    def study(self, enrolment: UUID, share: float = 1) -> None:
        """Do this share of the lessons."""
        with self.deed() as session:
            lessons = session.scalars(
                select(Lesson.id)
                .join(Module)
                .join(Edition, Edition.version_id == Module.version_id)
                .join(Enrolment, Enrolment.edition_id == Edition.id)
                .where(Enrolment.id == enrolment)
                .order_by(Module.number, Lesson.number)
            ).all()
            for lesson_id in lessons[: int(len(lessons) * share)]:
                session.add(LessonDone(enrolment_id=enrolment, lesson_id=lesson_id, done_at=NOW))

    def seats_of(self, edition: UUID) -> tuple[int, int, list[tuple[str, str]]]:
        """Seats taken, people inside, and the queue as (name, state)."""
        names = {id_: name for name, id_ in self.people.items()}
        with self.world.database() as session:
            inside = session.scalars(
                select(Enrolment.id).where(Enrolment.edition_id == edition, Enrolment.state != "left")
            ).all()
            queue = session.execute(
                select(WaitingPlace.person_id, WaitingPlace.state)
                .where(WaitingPlace.edition_id == edition)
                .order_by(WaitingPlace.number)
            )
            found = session.get(Edition, edition)
            return found.seats_taken, len(inside), [(names.get(row[0], "?"), row[1]) for row in queue]

    def told(self, person: UUID) -> list[str]:
        """The kinds of messages that a person got."""
        with self.world.database() as session:
            return list(
                session.scalars(
                    select(Message.kind).where(Message.person_id == person).order_by(Message.at, Message.id)
                )
            )

    def deeds(self, *actions: str) -> list[str]:
        """The deeds of these kinds in the trail, in order."""
        with self.world.database() as session:
            found = session.scalars(
                select(AuditEntry.action).where(AuditEntry.action.in_(actions)).order_by(AuditEntry.number)
            )
            return list(found)


@pytest.fixture
def room(world: World, tmp_path: Path) -> Class:
    """A school with nothing in it yet."""
    return Class(world, tmp_path)


@pytest.fixture
def edition(room: Class) -> UUID:
    """An edition with one seat, of a course with two lessons."""
    return room.edition(room.course(modules=1, lessons=2), seats=1, begins_on=date(2026, 1, 1))
