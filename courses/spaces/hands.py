"""Who in an edition might be glad of a hand: not who is behind. In a few statements, however many people there are."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import current_app
from sqlalchemy import and_, case, func, select

from courses.editions.models import Attendance
from courses.editions.queries import completed
from courses.learning.models import Edition, Enrolment, LessonDone, Meeting
from courses.spaces.models import Thread
from courses.spaces.rules import MISSED, Signs, reasons
from lms.db import db
from lms.people.called import Called
from lms.people.models import Person

MOST = 200  # people on a page: those with the weightiest reasons


class Learner(NamedTuple):
    """Somebody in an edition, why a hand may help, and whether there is a conversation already."""

    enrolment_id: UUID
    name: Called
    reasons: list[str]
    last_at: datetime | None
    written: bool


def might_help(edition_id: UUID, now: datetime) -> list[Learner]:
    """Those in an edition who are not in a pause and for whom there is a reason; who asked comes first."""
    last = select(func.max(LessonDone.done_at)).where(LessonDone.enrolment_id == Enrolment.id).scalar_subquery()
    asked = case((and_(Thread.closed_at.is_(None), Thread.last_by == Enrolment.person_id), 1), else_=0)
    rows = db.session.execute(
        select(
            Enrolment.id, Person.name, Person.pronouns, Enrolment.enrolled_at, Edition.begins_on,
            last.label("last_at"), asked.label("asked"), Thread.id.label("thread"),
        )
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Thread, and_(Thread.enrolment_id == Enrolment.id, Thread.kind == "hand"))
        .where(Enrolment.edition_id == edition_id, Enrolment.state == "active")
    ).all()  # fmt: skip
    ids = [row.id for row in rows]
    complete, stuck, missed = completed(ids), _stuck(ids), _missed(edition_id, now)
    found = []
    for row in rows:
        signs = Signs(
            asked=bool(row.asked), enrolled_at=row.enrolled_at, begins_at=_morning(row.begins_on, now),
            last_at=row.last_at, complete=row.id in complete, stuck=stuck.get(row.id, 0),
            missed=missed.get(row.id, ()),
        )  # fmt: skip
        if why := reasons(signs, now):
            found.append(Learner(row.id, Called(row.name, row.pronouns), why, row.last_at, row.thread is not None))
    found.sort(key=lambda one: ("asked" not in one.reasons, -len(one.reasons), one.name.casefold()))
    return found[:MOST]


def _morning(day: Any, now: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)


def _stuck(ids: list[UUID]) -> dict[UUID, int]:
    """By enrolment, how many quizzes were tried more than once and not passed. The quizzes know."""
    ask = current_app.extensions.get("lms_quizzes_stuck")
    return ask(ids) if ask and ids else {}


def _missed(edition_id: UUID, now: datetime) -> dict[UUID, tuple[bool, ...]]:
    """By enrolment, of the last meetings that were held, the newest first: whether the person was absent without excuse."""
    held = (
        select(Meeting.id, Meeting.starts_at)
        .where(Meeting.edition_id == edition_id, Meeting.cancelled_at.is_(None), Meeting.starts_at < now)
        .order_by(Meeting.starts_at.desc())
        .limit(MISSED)
        .subquery()
    )
    rows = db.session.execute(
        select(Attendance.enrolment_id, Attendance.state)
        .join(held, held.c.id == Attendance.meeting_id)
        .order_by(held.c.starts_at.desc())
    )
    found: dict[UUID, tuple[bool, ...]] = {}
    for enrolment_id, state in rows:
        found[enrolment_id] = (*found.get(enrolment_id, ()), state == "absent")
    return found


class Written(NamedTuple):
    """A learner to whom whoever teaches writes."""

    enrolment_id: UUID
    person_id: UUID
    name: Called


def learner(edition_id: UUID, enrolment_id: UUID) -> Written | None:
    """A learner of the edition."""
    row = db.session.execute(
        select(Enrolment.id, Enrolment.person_id, Person.name, Person.pronouns)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.id == enrolment_id, Enrolment.edition_id == edition_id, Enrolment.state != "left")
    ).one_or_none()
    return Written(row.id, row.person_id, Called(row.name, row.pronouns)) if row else None


def edition_of(enrolment_id: UUID) -> UUID | None:
    """The edition of an enrolment."""
    return db.session.scalar(select(Enrolment.edition_id).where(Enrolment.id == enrolment_id))
