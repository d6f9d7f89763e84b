"""Opening and closing editions, enrolling, and what a learner does in a lesson."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import and_, exists, func, or_, select, update

import courses.learning.messages  # noqa: F401 (registers what is told here)
from courses.catalogue.models import Course, CourseVersion, Lesson, Module
from courses.learning import rules
from courses.learning.happenings import Happening
from courses.learning.happenings import tell as say
from courses.learning.lesson_queries import EnrolmentKey
from courses.learning.models import Edition, Enrolment, LessonDone, Reflection, WaitingPlace
from courses.learning.refusals import (
    CourseUnknown,
    DatesReversed,
    EditionClosed,
    EditionEnded,
    EditionOver,
    EditionTooLong,
    EditionUnknown,
    LessonUnknown,
    OnlyForInvited,
    ReflectionStale,
    ReflectionTooLong,
    SeatsOdd,
    SeatsTaken,
    WrongAudience,
)
from courses.learning.rules import Writing
from lms import audit
from lms.db import db, insert_once
from lms.ids import new_id
from lms.people import queries as people
from lms.people.messages.operations import tell

_DATES = {"reversed": DatesReversed, "over": EditionOver, "long": EditionTooLong}
_ENROLLING = {"audience": WrongAudience, "closed": EditionClosed, "ended": EditionEnded}


def open_edition(
    federation_id: UUID,
    version_id: UUID,
    name: str,
    *,
    begins_on: date,
    ends_on: date,
    seats: int,
    by: UUID | None,
    now: datetime,
    for_everybody: bool = False,
) -> Edition:
    """A new edition of a published course, open to those whom the course is for, or to everybody.

    Raises CourseUnknown, DatesReversed, EditionOver, EditionTooLong, SeatsOdd, OnlyForInvited.
    """
    if wrong := rules.why_not_open(begins_on, ends_on, now.date()):
        raise _DATES[wrong]
    if not 1 <= seats <= rules.MOST_SEATS:
        raise SeatsOdd(most=rules.MOST_SEATS)
    mine = or_(Course.federation_id.is_(None), Course.federation_id == federation_id)
    known = select(Course.audience).join(CourseVersion, Course.id == CourseVersion.course_id)
    audience = db.session.scalar(known.where(CourseVersion.id == version_id, mine))
    if audience is None:
        raise CourseUnknown
    if for_everybody and rules.role_for_everybody(audience) is None:
        raise OnlyForInvited
    edition = Edition(
        id=new_id(),
        federation_id=federation_id,
        version_id=version_id,
        name=name,
        begins_on=begins_on,
        ends_on=ends_on,
        seats=seats,
        seats_taken=0,
        open=True,
        for_everybody=for_everybody,
    )
    db.session.add(edition)
    db.session.flush()
    _record(
        "edition.open", edition.id, federation_id, by, now, version=version_id, seats=seats, everybody=for_everybody
    )
    return edition


def set_open(edition_id: UUID, open: bool, *, federation_id: UUID, by: UUID, now: datetime) -> bool:
    """Open or close the enrolment; whoever is in stays in and goes on. False if it was so already."""
    changed: Any = db.session.execute(
        update(Edition)
        .where(Edition.id == edition_id, Edition.federation_id == federation_id, Edition.open.is_(not open))
        .values(open=open)
    )
    if changed.rowcount == 1:
        _record("edition.reopen" if open else "edition.close", edition_id, federation_id, by, now)
    return changed.rowcount == 1


def set_for_everybody(edition_id: UUID, yes: bool, *, federation_id: UUID, by: UUID, now: datetime) -> bool:
    """Let in whoever asks, or only those who have been invited. False if it was so already. Raises OnlyForInvited."""
    audience = db.session.scalar(
        select(Course.audience)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(Edition, Edition.version_id == CourseVersion.id)
        .where(Edition.id == edition_id)
    )
    if yes and rules.role_for_everybody(audience or "") is None:
        raise OnlyForInvited
    mine = (Edition.id == edition_id, Edition.federation_id == federation_id)
    changed: Any = db.session.execute(
        update(Edition).where(*mine, Edition.for_everybody.is_(not yes)).values(for_everybody=yes)
    )
    if changed.rowcount == 1:
        _record("edition.to-everybody" if yes else "edition.to-invited", edition_id, federation_id, by, now)
    return changed.rowcount == 1


def enrol(person_id: UUID, edition_id: UUID, *, federation_id: UUID, now: datetime) -> Enrolment:
    """Enrol a person of the federation; whoever is in already gets their enrolment again, and whoever left comes back to theirs.

    A seat that was offered to them is theirs, even if the edition takes nobody else. Raises EditionUnknown, WrongAudience,
    EditionEnded, EditionClosed, SeatsTaken, and what houses above this one look at first (`lms_before_enrolling`).
    """
    found = db.session.execute(
        select(Edition.open, Edition.ends_on, Course.audience, Enrolment, WaitingPlace.state.label("offer"))
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .outerjoin(Enrolment, and_(Enrolment.edition_id == Edition.id, Enrolment.person_id == person_id))
        .outerjoin(WaitingPlace, and_(_queue(edition_id, person_id), WaitingPlace.state == "offered"))
        .where(Edition.id == edition_id, Edition.federation_id == federation_id)
    ).one_or_none()
    if found is None:
        raise EditionUnknown
    if found.Enrolment is not None and found.Enrolment.state != "left":
        return found.Enrolment
    member = people.member(federation_id, person_id)
    roles = frozenset(membership.role for membership in member.roles) if member else frozenset()
    is_open = found.open or found.offer is not None
    if reason := rules.why_not_enrol(found.audience, roles, open=is_open, ends_on=found.ends_on, today=now.date()):
        raise _ENROLLING[reason]
    # The edition first, as everybody who deals with its seats: otherwise two could wait for each other.
    db.session.execute(select(Edition.id).where(Edition.id == edition_id).with_for_update(key_share=True))
    for look in current_app.extensions["lms_before_enrolling"]:
        look(person_id, edition_id, federation_id=federation_id, now=now)
    return _seated(person_id, edition_id, federation_id, now)


def _queue(edition_id: UUID, person_id: UUID) -> Any:
    return and_(WaitingPlace.edition_id == edition_id, WaitingPlace.person_id == person_id)


def _seated(person_id: UUID, edition_id: UUID, federation_id: UUID, now: datetime) -> Enrolment:
    values = {
        "id": new_id(),
        "federation_id": federation_id,
        "edition_id": edition_id,
        "person_id": person_id,
        "enrolled_at": now,
    }
    mine = (Enrolment.edition_id == edition_id, Enrolment.person_id == person_id)
    if insert_once(Enrolment, values) or _come_back(mine):
        name = claim_seat(edition_id, person_id)
        enrolment_id = db.session.scalar(select(Enrolment.id).where(*mine))
        _record("edition.enrol", edition_id, federation_id, person_id, now, enrolment=enrolment_id)
        say(Happening("enrolled", person_id, federation_id, now, enrolment_id=enrolment_id))
        tell(person_id, "enrolled", federation_id=federation_id, now=now, enrolment=enrolment_id, edition=name)
    return db.session.execute(select(Enrolment).where(*mine).execution_options(populate_existing=True)).scalar_one()


def _come_back(mine: tuple[Any, ...]) -> bool:
    """Whether they had left, and are in again: what they did is still theirs."""
    back: Any = db.session.execute(
        update(Enrolment)
        .where(*mine, Enrolment.state == "left")
        .values(state="active")
        .execution_options(synchronize_session=False)
    )
    return back.rowcount == 1


def claim_seat(edition_id: UUID, person_id: UUID) -> str:
    """Take a seat: the one that was offered to this person, or a free one for which nobody waits; the edition's name.

    The seat is claimed, not counted: of two who want the last one, one changes the row. Raises SeatsTaken.
    """
    offered: Any = db.session.execute(
        update(WaitingPlace)
        .where(_queue(edition_id, person_id), WaitingPlace.state == "offered")
        .values(state="gone", expires_at=None)
        .execution_options(synchronize_session=False)
    )
    if offered.rowcount == 1:
        return db.session.execute(select(Edition.name).where(Edition.id == edition_id)).scalar_one()
    queued = exists().where(WaitingPlace.edition_id == edition_id, WaitingPlace.state == "waiting")
    name = db.session.scalar(
        update(Edition)
        .where(Edition.id == edition_id, Edition.seats_taken < Edition.seats, ~queued)
        .values(seats_taken=Edition.seats_taken + 1)
        .returning(Edition.name)
        .execution_options(synchronize_session=False)
    )
    if name is None:
        raise SeatsTaken
    return name


def mark_done(enrolment: Enrolment | EnrolmentKey, lesson_id: UUID, *, now: datetime) -> None:
    """Note that a lesson is done (again: nothing happens), and that the learner goes on after it.

    Raises LessonUnknown when the lesson is not of the edition's version.
    """
    in_module = _lesson_ids(enrolment.edition_id, lesson_id)
    if insert_once(LessonDone, {"enrolment_id": enrolment.id, "lesson_id": lesson_id, "done_at": now}):
        who = (enrolment.person_id, enrolment.federation_id)
        say(Happening("lesson-done", *who, now, enrolment_id=enrolment.id, lesson_id=lesson_id))
    after = in_module.index(lesson_id) + 1
    _leave_at(enrolment, in_module[after] if after < len(in_module) else lesson_id)


def _lesson_ids(edition_id: UUID, lesson_id: UUID) -> list[UUID]:
    """The lessons, in order, of the module that a lesson of this edition belongs to."""
    module = (
        select(Lesson.module_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(Edition, Edition.version_id == Module.version_id)
        .where(Lesson.id == lesson_id, Edition.id == edition_id)
        .scalar_subquery()
    )
    found = db.session.scalars(select(Lesson.id).where(Lesson.module_id == module).order_by(Lesson.number)).all()
    if not found:
        raise LessonUnknown
    return list(found)


def _leave_at(enrolment: Enrolment | EnrolmentKey, lesson_id: UUID) -> None:
    db.session.execute(update(Enrolment).where(Enrolment.id == enrolment.id).values(last_lesson_id=lesson_id))


def save_reflection(
    enrolment: Enrolment | EnrolmentKey,
    lesson_id: UUID,
    text: str | None,
    *,
    used_alternative: bool | None,
    now: datetime,
    writing: Writing | None = None,
) -> None:
    """Keep a private reflection. What is None stays as it was; `writing` says which page sent it (None: whoever comes last).

    Raises LessonUnknown, ReflectionTooLong, and ReflectionStale when newer text is kept: then nothing is changed.
    """
    if text is not None and len(text) > rules.LONGEST_REFLECTION:
        raise ReflectionTooLong(length=len(text), most=rules.LONGEST_REFLECTION)
    _lesson_ids(enrolment.edition_id, lesson_id)
    given = {"text": text, "used_alternative": used_alternative}
    values: dict[str, Any] = {key: value for key, value in given.items() if value is not None} | {"updated_at": now}
    if writing is not None:
        values |= {"page": writing.page, "sequence": writing.sequence}
    where = (Reflection.enrolment_id == enrolment.id, Reflection.lesson_id == lesson_id)
    replaced: Any = db.session.execute(
        update(Reflection).where(*where, *_replaceable(writing)).values(revision=Reflection.revision + 1, **values)
    )
    if replaced.rowcount == 0:
        first = {"text": "", "used_alternative": False, "revision": 1, "page": "", "sequence": 0} | values
        place = {"id": new_id(), "enrolment_id": enrolment.id, "lesson_id": lesson_id}
        if not _is_blank(first, where) and not insert_once(Reflection, place | first):
            raise ReflectionStale
    _leave_at(enrolment, lesson_id)


def _replaceable(writing: Writing | None) -> tuple[Any, ...]:
    """`rules.may_replace` as a condition on the row: the row is claimed, not looked at and then written."""
    if writing is None:
        return ()
    own = and_(Reflection.page == writing.page, Reflection.sequence <= writing.sequence)
    other = and_(Reflection.page != writing.page, Reflection.revision == writing.base)
    return (or_(own, other),)


def _is_blank(first: dict[str, Any], where: tuple[Any, ...]) -> bool:
    """Whether nothing was written and nothing is kept: then no row is made."""
    if first["text"] or first["used_alternative"]:
        return False
    return not db.session.scalar(select(func.count()).select_from(Reflection).where(*where))


def _record(action: str, edition_id: UUID, federation_id: UUID, by: UUID | None, now: datetime, **facts: Any) -> None:
    audit.record(action, f"edition:{edition_id}", federation_id=federation_id, actor_id=by, now=now, **facts)
