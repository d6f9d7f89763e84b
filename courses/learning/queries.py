"""How far people are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select

from courses.catalogue.models import Course, CourseVersion, Lesson, Module
from courses.learning.models import Edition, Enrolment, LessonDone, Meeting
from lms import clock
from lms.db import db
from lms.people.federations.agreements import recognising


@dataclass(frozen=True, slots=True)
class LessonPlace:
    """Where a lesson is, with the parts of its address."""

    module_slug: str
    lesson_slug: str
    module_number: int
    lesson_number: int
    module_title: dict[str, Any]
    lesson_title: dict[str, Any]


class LessonLine(NamedTuple):
    """A lesson in a list."""

    number: int
    slug: str
    title: dict[str, Any]
    minutes: int
    done: bool


class ModuleProgress(NamedTuple):
    """How many of a module's lessons are done. Without lessons it is to come."""

    number: int
    slug: str
    title: dict[str, Any]
    minutes: int
    lessons: int
    done: int
    module_id: UUID
    lines: Sequence[LessonLine] = ()  # its lessons, where the query says that it reads them


@dataclass(frozen=True, slots=True)
class CourseProgress:
    """How far a person is in an edition. `person_id` and `federation_id` serve the policy."""

    enrolment_id: UUID
    person_id: UUID
    federation_id: UUID
    edition_id: UUID
    edition_name: str
    ends_on: date
    enrolled_at: datetime
    course_slug: str
    course_title: dict[str, Any]
    version_id: UUID
    last_lesson: LessonPlace | None
    modules: list[ModuleProgress]
    state: str = "active"
    due_on: date | None = None  # the day that they set themselves
    next_meeting: datetime | None = None  # of the edition; read with the desk

    @property
    def lessons(self) -> int:
        """All lessons that there are."""
        return sum(module.lessons for module in self.modules)

    @property
    def done(self) -> int:
        """The lessons done."""
        return sum(module.done for module in self.modules)

    @property
    def complete(self) -> bool:
        """There are lessons, and all are done."""
        return 0 < self.lessons <= self.done


# Statements are built once: building one costs more than running it.
_PLACES = (
    select(
        Enrolment.id, Enrolment.person_id, Enrolment.federation_id, Edition.id, Edition.name, Edition.ends_on,
        Enrolment.enrolled_at, Course.slug, CourseVersion.title, CourseVersion.id,
        Module.slug, Lesson.slug, Module.number, Lesson.number, Module.title, Lesson.title,
        Enrolment.state, Enrolment.due_on,
    )
    .join(Edition, Edition.id == Enrolment.edition_id)
    .join(CourseVersion, CourseVersion.id == Edition.version_id)
    .join(Course, Course.id == CourseVersion.course_id)
    .outerjoin(Lesson, Lesson.id == Enrolment.last_lesson_id)
    .outerjoin(Module, Module.id == Lesson.module_id)
)  # fmt: skip
_PLACE = _PLACES.where(Enrolment.id == bindparam("enrolment"))
# Of tables, since it is read with every desk.
_enrolments, _editions = Enrolment.__table__, Edition.__table__
_lessons, _lessons_done = Lesson.__table__, LessonDone.__table__
_meetings = Meeting.__table__
_NEXT_MEETING = (
    select(func.min(_meetings.c.starts_at))
    .where(
        _meetings.c.edition_id == _editions.c.id,
        _meetings.c.cancelled_at.is_(None),
        _meetings.c.starts_at > bindparam("moment"),
    )
    .scalar_subquery()
)
_OF_PERSON = (
    select(
        _enrolments.c.id,
        _enrolments.c.person_id,
        _enrolments.c.federation_id,
        _enrolments.c.edition_id,
        _editions.c.name,
        _editions.c.ends_on,
        _enrolments.c.enrolled_at,
        _editions.c.version_id,
        _enrolments.c.last_lesson_id,
        _lessons.c.module_id,
        func.count(_lessons_done.c.lesson_id).label("done"),
        _enrolments.c.state,
        _enrolments.c.due_on,
        _NEXT_MEETING.label("next_meeting"),
    )
    .select_from(
        _enrolments.join(_editions, _editions.c.id == _enrolments.c.edition_id)
        .outerjoin(_lessons_done, _lessons_done.c.enrolment_id == _enrolments.c.id)
        .outerjoin(_lessons, _lessons.c.id == _lessons_done.c.lesson_id)
    )
    .where(_enrolments.c.person_id == bindparam("person"))
    .group_by(_enrolments.c.id, _editions.c.id, _lessons.c.module_id)
    .order_by(_enrolments.c.enrolled_at.desc(), _enrolments.c.id)
)
_HERE = _enrolments.c.federation_id == bindparam("federation")
_STANDING = _OF_PERSON.where(_HERE)
_WITH_RECOGNISED = _OF_PERSON.where(or_(_HERE, _enrolments.c.federation_id.in_(recognising("courses"))))
IS_DONE = LessonDone.lesson_id.is_not(None)
_MODULES_AND_LESSONS = (
    select(Module.number, Module.slug, Module.title, Module.minutes, Module.lesson_count, Module.id)
    .add_columns(Lesson.number, Lesson.slug, Lesson.title, Lesson.minutes, IS_DONE)
    .select_from(Enrolment)
    .join(Edition, Edition.id == Enrolment.edition_id)
    .join(Module, Module.version_id == Edition.version_id)
    .outerjoin(Lesson, Lesson.module_id == Module.id)
    .outerjoin(LessonDone, and_(LessonDone.enrolment_id == Enrolment.id, LessonDone.lesson_id == Lesson.id))
    .where(Enrolment.id == bindparam("enrolment"))
    .order_by(Module.number, Lesson.number)
)


@dataclass(frozen=True, slots=True)
class Version:
    """What of a published version every reader's progress needs."""

    course_slug: str
    title: dict[str, Any]
    modules: tuple[tuple[Any, ...], ...]  # number, slug, title, minutes, lessons, id
    places: dict[UUID, LessonPlace]  # of its lessons


@lru_cache(64)
def version(version_id: UUID) -> Version:
    """A version, kept once read: what was published never changes. Nobody may change what this gives."""
    slug, title = db.session.execute(
        select(Course.slug, CourseVersion.title).join(Course).where(CourseVersion.id == version_id)
    ).one()
    modules = db.session.execute(
        select(Module.number, Module.slug, Module.title, Module.minutes, Module.lesson_count, Module.id)
        .where(Module.version_id == version_id)
        .order_by(Module.number)
    ).all()
    lessons = db.session.execute(
        select(Lesson.id, Module.slug, Lesson.slug, Module.number, Lesson.number, Module.title, Lesson.title)
        .join(Module, Module.id == Lesson.module_id)
        .where(Module.version_id == version_id)
    )
    return Version(slug, title, tuple(map(tuple, modules)), {row[0]: LessonPlace(*row[1:]) for row in lessons})


def progress(person_id: UUID, federation_id: UUID, *, recognised_at: datetime | None = None) -> list[CourseProgress]:
    """How far the person is in each edition, the latest enrolment first; one statement, however many there are.

    With `recognised_at`, also in the federations whose courses this one recognised at that moment.
    """
    facts: dict[str, Any] = {"person": person_id, "federation": federation_id, "moment": clock.now()}
    rows: Iterable[Any] = (
        db.session.execute(_STANDING, facts)
        if recognised_at is None
        else db.session.execute(_WITH_RECOGNISED, facts | {"now": recognised_at})
    )
    found = []
    for _enrolment, group in groupby(rows, itemgetter(0)):
        lines: list[Any] = list(group)
        done = {line.module_id: line.done for line in lines}
        of = version(lines[0].version_id)
        found.append(
            CourseProgress(
                enrolment_id=lines[0].id,
                person_id=lines[0].person_id,
                federation_id=lines[0].federation_id,
                edition_id=lines[0].edition_id,
                edition_name=lines[0].name,
                ends_on=lines[0].ends_on,
                enrolled_at=lines[0].enrolled_at,
                course_slug=of.course_slug,
                course_title=of.title,
                version_id=lines[0].version_id,
                last_lesson=of.places.get(lines[0].last_lesson_id),
                modules=[
                    ModuleProgress(*facts, done=done.get(module_id, 0), module_id=module_id)
                    for *facts, module_id in of.modules
                ],
                state=lines[0].state,
                due_on=lines[0].due_on,
                next_meeting=lines[0].next_meeting,
            )
        )
    return found


def enrolment_progress(enrolment_id: UUID) -> CourseProgress | None:
    """How far one enrolment is, with the lessons of each module; two statements."""
    which = {"enrolment": enrolment_id}
    place = db.session.execute(_PLACE, which).one_or_none()
    if place is None:
        return None
    modules = []
    for module_id, group in groupby(db.session.execute(_MODULES_AND_LESSONS, which), itemgetter(5)):
        rows = list(group)
        lines = [LessonLine(*row[6:]) for row in rows if row[6] is not None]
        done = sum(line.done for line in lines)
        modules.append(ModuleProgress(*rows[0][:5], done=done, module_id=module_id, lines=lines))
    return _course(place, modules)


def enrolment_place(enrolment_id: UUID) -> CourseProgress | None:
    """In which course and edition an enrolment is, and where it was left, without the modules; one statement."""
    place = db.session.execute(_PLACE, {"enrolment": enrolment_id}).one_or_none()
    return _course(place, []) if place else None


def _course(place: Any, modules: list[ModuleProgress]) -> CourseProgress:
    last = LessonPlace(*place[10:16]) if place[10] else None
    return CourseProgress(*place[:10], last_lesson=last, modules=modules, state=place.state, due_on=place.due_on)


def enrolment(enrolment_id: UUID) -> Enrolment | None:
    """An enrolment."""
    return db.session.get(Enrolment, enrolment_id)
