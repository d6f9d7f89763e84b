"""Quizzes, attempts and their sheets, read."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, case, exists, func, or_, select

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
    federation_id: UUID | None = None  # where it was made


class Place(NamedTuple):
    """A quiz where it stands: in a module of a course, for an enrolled person. Titles by locale."""

    federation_id: UUID
    person_id: UUID
    enrolment_id: UUID
    quiz_id: UUID
    title: dict[str, Any]
    pass_mark: int
    attempts_allowed: int
    draw: int
    question_ids: list[str]
    module_slug: str
    module_number: int
    module_title: dict[str, Any]
    module_notice: dict[str, Any]
    course_title: dict[str, Any]


class Tried(NamedTuple):
    """An attempt in a list."""

    id: UUID
    number: int
    state: str
    pass_mark: int
    submitted_at: datetime | None
    score: int | None
    passed: bool | None


class Paper(NamedTuple):
    """An attempt with its sheet."""

    id: UUID
    federation_id: UUID
    person_id: UUID
    quiz_id: UUID
    number: int
    state: str
    pass_mark: int
    sheet: list[dict[str, Any]]
    submitted_at: datetime | None
    score: int | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A place, and what its person has tried there, the first attempt first."""

    place: Place
    attempts: list[Tried]

    @property
    def person_id(self) -> UUID:
        """For the policy."""
        return self.place.person_id

    @property
    def federation_id(self) -> UUID:
        """For the policy."""
        return self.place.federation_id

    @property
    def open(self) -> Tried | None:
        """The attempt that has begun and is not submitted."""
        return next((attempt for attempt in self.attempts if attempt.state == "open"), None)

    @property
    def submitted(self) -> list[Tried]:
        """The attempts that count."""
        return [attempt for attempt in self.attempts if attempt.state == "submitted"]

    @property
    def passed(self) -> bool:
        """Whether one of them has passed."""
        return any(attempt.passed for attempt in self.attempts)


@dataclass(frozen=True, slots=True)
class Sitting:
    """An attempt with all that its page shows beside the questions."""

    attempt: Paper
    place: Place

    @property
    def person_id(self) -> UUID:
        """For the policy."""
        return self.attempt.person_id

    @property
    def federation_id(self) -> UUID:
        """For the policy."""
        return self.attempt.federation_id


# Statements are built once, of tables: building them and mapping their rows to entities took longer than running them.
_attempts, _answers, _quizzes = Attempt.__table__.c, Answer.__table__.c, Quiz.__table__.c
_enrolments, _editions = Enrolment.__table__.c, Edition.__table__.c
_modules, _versions, _courses = Module.__table__.c, CourseVersion.__table__.c, Course.__table__.c

_TRIED = [_attempts[name] for name in Tried._fields]
_PAPER = [_attempts[name] for name in Paper._fields]
_PLACE = [
    _enrolments.federation_id, _enrolments.person_id, _enrolments.id,
    _quizzes.id, _quizzes.title, _quizzes.pass_mark, _quizzes.attempts_allowed, _quizzes.draw, _quizzes.question_ids,
    _modules.slug, _modules.number, _modules.title, _modules.notice, _versions.title,
]  # fmt: skip


def _places(*columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(Enrolment.__table__)
        .join(Edition.__table__, _editions.id == _enrolments.edition_id)
        .join(CourseVersion.__table__, _versions.id == _editions.version_id)
        .join(Module.__table__, _modules.version_id == _versions.id)
        .join(Quiz.__table__, _quizzes.module_id == _modules.id)
    )


_here = and_(_attempts.enrolment_id == _enrolments.id, _attempts.quiz_id == _quizzes.id)
_STANDINGS = (
    _places(*_PLACE, *_TRIED)
    .outerjoin(Attempt.__table__, _here)
    .where(_enrolments.id == bindparam("enrolment"))
    .order_by(_attempts.number)
)
STANDING_IN_MODULE = _STANDINGS.where(_modules.slug == bindparam("module"))
STANDING_AT_QUIZ = _STANDINGS.where(_quizzes.id == bindparam("quiz"))
SITTING = _places(*_PAPER, *_PLACE).join(Attempt.__table__, _here).where(_attempts.id == bindparam("attempt"))
PAPER = select(*_PAPER).where(_attempts.id == bindparam("attempt"))
PAPER_LOCKED = PAPER.with_for_update(key_share=True)
ANSWERS = select(_answers.position, _answers.chosen).where(_answers.attempt_id == bindparam("attempt"))


def standing(enrolment_id: UUID, module: str) -> Standing | None:
    """The quiz of a module (by its slug) of the course that somebody is enrolled in, with their attempts at it."""
    return _standing(STANDING_IN_MODULE, {"enrolment": enrolment_id, "module": module})


def standing_at(quiz_id: UUID, enrolment_id: UUID) -> Standing | None:
    """The same, by the id of the quiz."""
    return _standing(STANDING_AT_QUIZ, {"enrolment": enrolment_id, "quiz": quiz_id})


def _standing(statement: Any, which: dict[str, Any]) -> Standing | None:
    rows = db.session.execute(statement, which).all()
    if not rows:
        return None
    tried = [Tried(*row[len(_PLACE) :]) for row in rows]
    return Standing(Place(*rows[0][: len(_PLACE)]), [one for one in tried if one.id is not None])


def sitting(attempt_id: UUID) -> Sitting | None:
    """An attempt with its quiz and place."""
    row = db.session.execute(SITTING, {"attempt": attempt_id}).one_or_none()
    return Sitting(Paper(*row[: len(_PAPER)]), Place(*row[len(_PAPER) :])) if row else None


def attempt(attempt_id: UUID, *, lock: bool = False) -> Paper | None:
    """An attempt; with `lock`, no other transaction can submit or answer it until this one ends."""
    row = db.session.execute(PAPER_LOCKED if lock else PAPER, {"attempt": attempt_id}).one_or_none()
    return Paper(*row) if row else None


def answers(attempt_id: UUID) -> dict[int, list[str]]:
    """What was chosen, by position on the sheet."""
    rows = db.session.execute(ANSWERS, {"attempt": attempt_id})
    return {row.position: row.chosen for row in rows}


def items(sheet: Sequence[dict[str, Any]]) -> list[Item]:
    """A sheet as it is stored, as the rules take it."""
    return [Item(item["question"], item["kind"], tuple(item["choices"])) for item in sheet]


_OF_PERSON = (
    select(
        _courses.slug,
        _modules.number,
        _attempts.score,
        _attempts.passed,
        _attempts.submitted_at,
        _attempts.federation_id,
    )
    .where(
        _quizzes.id == _attempts.quiz_id,
        _modules.id == _quizzes.module_id,
        _versions.id == _modules.version_id,
        _courses.id == _versions.course_id,
        _attempts.person_id == bindparam("person"),
        _attempts.state == "submitted",
    )
    .order_by(_attempts.submitted_at)
)
_HERE = _attempts.federation_id == bindparam("federation")
SUBMITTED = _OF_PERSON.where(_HERE)
SUBMITTED_ALSO = _OF_PERSON.where(or_(_HERE, _attempts.enrolment_id.in_(bindparam("also", expanding=True))))


def best_scores(person_id: UUID, federation_id: UUID, *, also: Collection[UUID] = ()) -> dict[tuple[str, int], Best]:
    """A person's best submitted attempt per (course slug, module number), over all editions and versions of the course.

    In this federation, and in the enrolments `also` (elsewhere).
    """
    facts: dict[str, Any] = {"person": person_id, "federation": federation_id}
    rows = (
        db.session.execute(SUBMITTED_ALSO, facts | {"also": list(also)})
        if also
        else db.session.execute(SUBMITTED, facts)
    )
    best: dict[tuple[str, int], Best] = {}
    for slug, number, score, passed, at, where in rows:
        before = best.get((slug, number))
        count = before.attempts + 1 if before else 1
        if before is None or (passed, score) > (before.passed, before.score):
            best[slug, number] = Best(score, passed, count, at, where)
        else:
            best[slug, number] = replace(before, attempts=count)
    return best


_passed_quiz, _passed_module, _passed_version = (
    Quiz.__table__.alias(),
    Module.__table__.alias(),
    CourseVersion.__table__.alias(),
)
# An attempt counts for the module of its name in whatever version of the course it was made.
_PASSED = exists().where(
    _attempts.person_id == _enrolments.person_id,
    _attempts.federation_id == _enrolments.federation_id,
    _attempts.passed,
    _passed_quiz.c.id == _attempts.quiz_id,
    _passed_module.c.id == _passed_quiz.c.module_id,
    _passed_module.c.slug == _modules.slug,
    _passed_version.c.id == _passed_module.c.version_id,
    _passed_version.c.course_id == _versions.course_id,
)
PASSED_OF = (
    _places(_enrolments.id, func.count(), func.count().filter(_PASSED))
    .where(_enrolments.id.in_(bindparam("enrolments", expanding=True)))
    .group_by(_enrolments.id)
)


def passed_of(enrolment_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """By enrolment: how many of its version's quizzes its person has passed, and how many there are; in one statement."""
    rows: Iterable[Any] = db.session.execute(PASSED_OF, {"enrolments": list(enrolment_ids)})
    return {enrolment_id: (passed, quizzes) for enrolment_id, quizzes, passed in rows}


TRIES = 2  # after which a hand may help


def stuck(enrolment_ids: Collection[UUID]) -> dict[UUID, int]:
    """By enrolment, how many quizzes were handed in more than once without being passed, in one statement."""
    tried = (
        select(Attempt.enrolment_id)
        .where(Attempt.enrolment_id.in_(list(enrolment_ids)), Attempt.state == "submitted")
        .group_by(Attempt.enrolment_id, Attempt.quiz_id)
        .having(func.count() >= TRIES, func.max(case((Attempt.passed.is_(True), 1), else_=0)) == 0)
        .subquery()
    )
    found = select(tried.c.enrolment_id, func.count()).group_by(tried.c.enrolment_id)
    return {row[0]: row[1] for row in db.session.execute(found)}
