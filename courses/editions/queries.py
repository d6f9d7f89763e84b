"""What completes editions and who has, for as many enrolments as one likes in the same few statements."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import and_, bindparam, case, func, select

from courses.catalogue.models import CourseVersion, Lesson, Module
from courses.editions import rules
from courses.editions.models import Attendance, CompletionRule, EditionRule
from courses.learning.models import Edition, Enrolment, LessonDone, Meeting
from lms.db import db


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an enrolment is towards completing its edition, by the rule that holds for it."""

    enrolment_id: UUID
    rule: int  # its number; 0: the one that comes with the platform
    answers: list[rules.Answer]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return rules.complete(self.answers)


_enrolments, _editions, _versions = Enrolment.__table__.c, Edition.__table__.c, CourseVersion.__table__.c
_own, _usual = CompletionRule.__table__.alias("own"), CompletionRule.__table__.alias("usual")
_later = CompletionRule.__table__.alias("later")
_newest = (
    select(func.max(_later.c.number))
    .where(_later.c.federation_id == _editions.federation_id, _later.c.course_id == _versions.course_id, _later.c.usual)
    .scalar_subquery()
)
_lessons = (
    select(func.coalesce(func.sum(Module.lesson_count), 0))
    .where(Module.version_id == _editions.version_id)
    .scalar_subquery()
)
_done = (
    select(func.count())
    .select_from(LessonDone)
    .join(Lesson, Lesson.id == LessonDone.lesson_id)
    .join(Module, Module.id == Lesson.module_id)
    .where(LessonDone.enrolment_id == _enrolments.id, Module.version_id == _editions.version_id)
    .scalar_subquery()
)
_excused = (
    select(Attendance.meeting_id)
    .where(
        Attendance.enrolment_id == _enrolments.id, Attendance.meeting_id == Meeting.id, Attendance.state == "excused"
    )
    .correlate(Enrolment.__table__, Meeting.__table__)  # of this enrolment, two selects further out
    .exists()
)
_minutes = (
    select(func.coalesce(func.sum(Meeting.minutes), 0))
    .where(Meeting.edition_id == _enrolments.edition_id, Meeting.cancelled_at.is_(None), ~_excused)
    .scalar_subquery()
)
_present = (
    select(func.coalesce(func.sum(case((Attendance.state == "present", Meeting.minutes), else_=0)), 0))
    .select_from(Attendance)
    .join(Meeting, Meeting.id == Attendance.meeting_id)
    .where(
        Attendance.enrolment_id == _enrolments.id,
        Meeting.edition_id == _enrolments.edition_id,
        Meeting.cancelled_at.is_(None),
    )
    .scalar_subquery()
)
STANDINGS = (
    select(
        _enrolments.id,
        _own.c.number.label("own"),
        _own.c.demands.label("own_demands"),
        _usual.c.number.label("usual"),
        _usual.c.demands.label("usual_demands"),
        _lessons.label("lessons"),
        _done.label("lessons_done"),
        _minutes.label("minutes"),
        _present.label("minutes_present"),
    )
    .select_from(Enrolment.__table__)
    .join(Edition.__table__, _editions.id == _enrolments.edition_id)
    .join(CourseVersion.__table__, _versions.id == _editions.version_id)
    .outerjoin(EditionRule.__table__, EditionRule.__table__.c.edition_id == _editions.id)
    .outerjoin(_own, _own.c.id == EditionRule.__table__.c.rule_id)
    .outerjoin(
        _usual,
        and_(
            _usual.c.federation_id == _editions.federation_id,
            _usual.c.course_id == _versions.course_id,
            _usual.c.number == _newest,
        ),
    )
    .where(_enrolments.id.in_(bindparam("enrolments", expanding=True)))
)


def standings(enrolment_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """By enrolment, what its edition asks for and how much of it there is; two statements, however many they are."""
    if not enrolment_ids:
        return {}
    rows: list[Any] = list(db.session.execute(STANDINGS, {"enrolments": list(enrolment_ids)}))
    quizzes = current_app.extensions["lms_quizzes_passed"](enrolment_ids)
    found = {}
    for row in rows:
        number, demands = (row.own, row.own_demands) if row.own else (row.usual or 0, row.usual_demands or rules.USUAL)
        passed, there_are = quizzes.get(row.id, (0, 0))
        record = rules.Record(
            row.lessons, row.lessons_done, there_are, passed, int(row.minutes), int(row.minutes_present)
        )
        found[row.id] = Standing(row.id, number, rules.answers(demands, record))
    return found


def completed(enrolment_ids: Collection[UUID]) -> set[UUID]:
    """Which of these enrolments have completed their edition."""
    return {id_ for id_, standing in standings(enrolment_ids).items() if standing.complete}
