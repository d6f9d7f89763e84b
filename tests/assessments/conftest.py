"""A course with a quiz, and people enrolled in it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from assessments.bank.models import Question, QuestionVersion
from assessments.bank.operations import import_questions
from assessments.bank.queries import wordings
from assessments.quizzes import operations, queries
from assessments.quizzes.models import Attempt, Quiz
from courses.catalogue.models import Course, CourseVersion, Module
from courses.learning.models import Edition, Enrolment
from lms.db import transaction
from lms.ids import new_id
from tests.world import NOW, World

QUESTIONS = """---
title: Comprueba lo aprendido
pass: 75
attempts: 2
draw: 4
---

## caso · situation
competency: 1.1

Una **situación**.

- [40] A medias.
  > SECRETO a medias.
- [100] Lo mejor.
  > SECRETO lo mejor.
- [0] Lo peor.
  > SECRETO lo peor.

## una · single
competency: 1.2

Una buena.

- [ ] Una mala.
  > SECRETO mala.
- [x] Una buena.
  > SECRETO buena.

## frase · boolean
competency: 1.2

Una frase.

- [x] Verdadero
  > SECRETO verdadero.
- [ ] Falso
  > SECRETO falso.

## varias · multiple
competency: 8.1

Varias buenas.

- [x] Primera.
  > SECRETO primera.
- [ ] Segunda.
  > SECRETO segunda.
- [x] Tercera.
  > SECRETO tercera.
"""


def write_questions(folder: Path, text: str = QUESTIONS) -> Path:
    """A course folder whose first module has these questions."""
    module = folder / "01-bienvenida"
    module.mkdir(parents=True, exist_ok=True)
    (module / "questions.md").write_text(text, encoding="utf-8")
    return folder


def add_course(session: Any, slug: str = "un-curso") -> CourseVersion:
    """A course of one module, without its quiz."""
    course = Course(id=new_id(), slug=slug, audience="agent")
    session.add(course)
    session.flush()
    version = CourseVersion(
        id=new_id(),
        course_id=course.id,
        number=1,
        digest="0" * 64,
        title={"es": "Un curso"},
        summary={"es": ""},
        html={"es": ""},
        minutes=60,
        published_at=NOW,
    )
    session.add(version)
    session.flush()
    session.add(
        Module(
            version_id=version.id,
            number=1,
            slug="bienvenida",
            title={"es": "Bienvenida"},
            html={},
            notice={},
            outcomes={},
            competencies=[],
            minutes=60,
            lesson_count=1,
        )
    )
    session.flush()
    return version


@dataclass
class School:
    """A course with a quiz of four questions in `world`, and an edition of it in each federation."""

    world: World
    folder: Path
    version_id: UUID
    quiz_id: UUID
    editions: dict[UUID, UUID]

    def enrol(self, person_id: UUID, federation: UUID | None = None) -> UUID:
        """The id of this person's enrolment."""
        federation = federation or self.world.here
        with self.world.database(), transaction() as session:
            enrolment = Enrolment(
                federation_id=federation, edition_id=self.editions[federation], person_id=person_id, enrolled_at=NOW
            )
            session.add(enrolment)
            session.flush()
            return enrolment.id

    def learner(self) -> tuple[UUID, UUID]:
        """A new agent and their enrolment."""
        person_id = self.world.person("agent")
        return person_id, self.enrol(person_id)

    def start(self, enrolment_id: UUID, seed: int = 7) -> UUID:
        """The id of the enrolment's open attempt."""
        with self.world.database(), transaction() as session:
            enrolment = session.get_one(Enrolment, enrolment_id)
            return operations.start(self.quiz_id, enrolment, now=NOW, seed=seed).id

    def attempt(self, attempt_id: UUID) -> Attempt:
        """The attempt as it is now."""
        with self.world.database() as session:
            attempt = session.get_one(Attempt, attempt_id)
            session.expunge(attempt)
            return attempt

    def answers(self, attempt_id: UUID) -> dict[int, list[str]]:
        """What is kept, by position."""
        with self.world.database():
            return queries.answers(attempt_id)

    def best(self, attempt_id: UUID, positions: range | None = None) -> dict[int, list[str]]:
        """Answers that deserve full marks, by position."""
        sheet = self.attempt(attempt_id).sheet
        with self.world.database():
            words = wordings(item["question"] for item in sheet)
            best = {}
            for position in positions or range(len(sheet)):
                scores = words[sheet[position]["question"]].scores()
                best[position] = [key for key, score in scores.items() if score == max(scores.values())]
        return best

    def save(self, attempt_id: UUID, person_id: UUID, given: dict[int, list[str]]) -> None:
        """Keep answers."""
        with self.world.database(), transaction():
            operations.save_answers(attempt_id, person_id, given, now=NOW)

    def submit(self, attempt_id: UUID, person_id: UUID) -> Attempt:
        """Submit the attempt."""
        with self.world.database(), transaction():
            return operations.submit(attempt_id, person_id, now=NOW)

    def reword(self, text: str) -> None:
        """Import another text of the questions."""
        write_questions(self.folder, text)
        with self.world.database(), transaction() as session:
            import_questions(session.get_one(CourseVersion, self.version_id), self.folder, now=NOW)

    def versions_of(self, name: str) -> list[QuestionVersion]:
        """The versions of a question, the first one first."""
        with self.world.database() as session:
            found = list(
                session.scalars(
                    select(QuestionVersion)
                    .join(Question, Question.id == QuestionVersion.question_id)
                    .where(Question.name == name)
                    .order_by(QuestionVersion.number)
                )
            )
            session.expunge_all()
            return found


@pytest.fixture
def school(world: World, tmp_path: Path) -> School:
    folder = write_questions(tmp_path / "un-curso")
    with world.database(), transaction() as session:
        version = add_course(session)
        import_questions(version, folder, now=NOW)
        editions = {}
        for federation in (world.here, world.elsewhere):
            edition = Edition(
                federation_id=federation,
                version_id=version.id,
                name="Primavera",
                begins_on=date(2026, 3, 1),
                ends_on=date(2026, 6, 1),
                seats=30,
            )
            session.add(edition)
            session.flush()
            editions[federation] = edition.id
        quiz = session.scalars(select(Quiz)).one()
        return School(world, folder, version.id, quiz.id, editions)
