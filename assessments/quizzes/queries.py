"""Quizzes, attempts and their sheets, read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from assessments.bank.models import QuestionVersion
from assessments.quizzes.models import Answer, Attempt, Quiz
from assessments.quizzes.rules import Item
from courses.catalogue.models import Course, CourseVersion, Module
from courses.learning.models import Edition, Enrolment
from lms.db import db


@dataclass(frozen=True, slots=True)
class Best:
    """The best submitted attempt at a module's quiz; `attempts` counts all submitted ones. Score in hundredths of a per cent."""

    score: int
    passed: bool
    attempts: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A quiz where it stands: in a module of a course, for an enrolled person. Titles by locale."""

    federation_id: UUID
    person_id: UUID
    enrolment: Enrolment
    quiz: Quiz
    module_slug: str
    module_number: int
    module_title: dict[str, Any]
    module_notice: dict[str, Any]
    course_title: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sitting:
    """An attempt with all that its page shows."""

    federation_id: UUID
    person_id: UUID
    attempt: Attempt
    place: Place


def _places(*more: Any) -> Any:
    return (
        select(Enrolment, Quiz, Module.slug, Module.number, Module.title, Module.notice, CourseVersion.title, *more)
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .join(Module, Module.version_id == CourseVersion.id)
        .join(Quiz, Quiz.module_id == Module.id)
    )


def _place(row: Sequence[Any]) -> Place:
    enrolment, quiz, *texts = row[:7]
    return Place(enrolment.federation_id, enrolment.person_id, enrolment, quiz, *texts)


def place(enrolment_id: UUID, module: str) -> Place | None:
    """The quiz of a module (by its slug) of the course that somebody is enrolled in."""
    row = db.session.execute(_places().where(Enrolment.id == enrolment_id, Module.slug == module)).one_or_none()
    return _place(row) if row else None


def sitting(attempt_id: UUID) -> Sitting | None:
    """An attempt with its quiz and place."""
    statement = _places(Attempt).join(Attempt, (Attempt.enrolment_id == Enrolment.id) & (Attempt.quiz_id == Quiz.id))
    row: Any = db.session.execute(statement.where(Attempt.id == attempt_id)).one_or_none()
    if row is None:
        return None
    found = row[-1]
    return Sitting(found.federation_id, found.person_id, found, _place(row))


def attempt(attempt_id: UUID, *, lock: bool = False) -> Attempt | None:
    """An attempt; with `lock`, no other transaction can submit or answer it until this one ends."""
    statement = select(Attempt).where(Attempt.id == attempt_id)
    return db.session.scalar(statement.with_for_update(key_share=True) if lock else statement)


def attempts(quiz_id: UUID, enrolment_id: UUID) -> list[Attempt]:
    """The attempts of an enrolment at a quiz, the first one first."""
    return list(
        db.session.scalars(
            select(Attempt)
            .where(Attempt.quiz_id == quiz_id, Attempt.enrolment_id == enrolment_id)
            .order_by(Attempt.number)
        )
    )


def versions(ids: Iterable[UUID | str]) -> dict[str, QuestionVersion]:
    """Question versions by their id as text, as sheets name them."""
    wanted = [UUID(str(id_)) for id_ in ids]
    found = db.session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(wanted)))
    return {str(version.id): version for version in found}


def answers(attempt_id: UUID) -> dict[int, list[str]]:
    """What was chosen, by position on the sheet."""
    rows = db.session.execute(select(Answer.position, Answer.chosen).where(Answer.attempt_id == attempt_id))
    return {row.position: row.chosen for row in rows}


def unanswered(attempt: Attempt) -> int:
    """How many questions of the sheet have no answer."""
    return len(attempt.sheet) - sum(bool(chosen) for chosen in answers(attempt.id).values())


def items(sheet: Sequence[dict[str, Any]]) -> list[Item]:
    """A sheet as it is stored, as the rules take it."""
    return [Item(item["question"], item["kind"], tuple(item["choices"])) for item in sheet]


def best_scores(person_id: UUID, federation_id: UUID) -> dict[tuple[str, int], Best]:
    """A person's best submitted attempt per (course slug, module number), over all editions and versions of the course."""
    rows: Any = db.session.execute(
        select(Course.slug, Module.number, Attempt.score, Attempt.passed, Attempt.submitted_at)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Module, Module.id == Quiz.module_id)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Attempt.person_id == person_id, Attempt.federation_id == federation_id, Attempt.state == "submitted")
        .order_by(Attempt.submitted_at)
    ).all()
    best: dict[tuple[str, int], Best] = {}
    for slug, number, score, passed, at in rows:
        before = best.get((slug, number))
        count = before.attempts + 1 if before else 1
        if before is None or (passed, score) > (before.passed, before.score):
            best[slug, number] = Best(score, passed, count, at)
        else:
            best[slug, number] = Best(before.score, before.passed, count, before.at)
    return best
