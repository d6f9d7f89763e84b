"""Editions, and how far people are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, select

from courses.catalogue.models import Course, CourseVersion, Lesson, Module
from courses.learning.models import Edition, Enrolment, LessonDone, Reflection
from lms.db import db

MOST_EDITIONS = 200  # on a page, the newest


@dataclass(frozen=True, slots=True)
class LessonPlace:
    """Where a lesson is, with the parts of its address."""

    module_slug: str
    lesson_slug: str
    module_number: int
    lesson_number: int
    module_title: dict[str, Any]
    lesson_title: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ModuleProgress:
    """How many of a module's lessons are done. Without lessons it is to come."""

    number: int
    slug: str
    title: dict[str, Any]
    minutes: int
    lessons: int
    done: int
    module_id: UUID


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
    modules: list[ModuleProgress] = field(default_factory=list)

    @property
    def lessons(self) -> int:
        """All lessons that there are."""
        return sum(module.lessons for module in self.modules)

    @property
    def done(self) -> int:
        """The lessons done."""
        return sum(module.done for module in self.modules)


def progress(person_id: UUID, federation_id: UUID) -> list[CourseProgress]:
    """How far the person is in each edition, the latest enrolment first; two statements, however many there are."""
    found = _enrolments().where(Enrolment.person_id == person_id, Enrolment.federation_id == federation_id)
    return _progress(db.session.execute(found.order_by(Enrolment.enrolled_at.desc(), Enrolment.id)))


def enrolment_progress(enrolment_id: UUID) -> CourseProgress | None:
    """How far one enrolment is; two statements."""
    found = _progress(db.session.execute(_enrolments().where(Enrolment.id == enrolment_id)))
    return found[0] if found else None


def _enrolments() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Enrolment.id, Enrolment.person_id, Enrolment.federation_id, Edition.id, Edition.name, Edition.ends_on,
            Enrolment.enrolled_at, Course.slug, CourseVersion.title, CourseVersion.id,
            Module.slug, Lesson.slug, Module.number, Lesson.number, Module.title, Lesson.title,
        )
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .outerjoin(Lesson, Lesson.id == Enrolment.last_lesson_id)
        .outerjoin(Module, Module.id == Lesson.module_id)
    )  # fmt: skip


def _progress(rows: Iterable[Any]) -> list[CourseProgress]:
    found = [CourseProgress(*row[:10], last_lesson=LessonPlace(*row[10:]) if row[10] else None) for row in rows]
    if not found:
        return []
    by_enrolment = {course.enrolment_id: course.modules for course in found}
    done = (
        select(LessonDone.enrolment_id, Lesson.module_id, func.count().label("lessons"))
        .join(Lesson, Lesson.id == LessonDone.lesson_id)
        .where(LessonDone.enrolment_id.in_(by_enrolment))
        .group_by(LessonDone.enrolment_id, Lesson.module_id)
        .subquery()
    )
    modules: Iterable[Any] = db.session.execute(
        select(
            Enrolment.id, Module.number, Module.slug, Module.title, Module.minutes, Module.lesson_count,
            func.coalesce(done.c.lessons, 0), Module.id,
        )
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(Module, Module.version_id == Edition.version_id)
        .outerjoin(done, and_(done.c.enrolment_id == Enrolment.id, done.c.module_id == Module.id))
        .where(Enrolment.id.in_(by_enrolment))
        .order_by(Module.number)
    )  # fmt: skip
    for row in modules:
        by_enrolment[row[0]].append(ModuleProgress(*row[1:]))
    return found


def enrolment(enrolment_id: UUID) -> Enrolment | None:
    """An enrolment."""
    return db.session.get(Enrolment, enrolment_id)


@dataclass(frozen=True, slots=True)
class LessonLine:
    """A lesson in a list."""

    number: int
    slug: str
    title: dict[str, Any]
    minutes: int
    done: bool
    module_id: UUID


@dataclass(frozen=True, slots=True)
class ModulePlace:
    """The module that a lesson is in."""

    id: UUID
    number: int
    slug: str
    title: dict[str, Any]
    lesson_count: int


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A lesson as one enrolment reads it; its reflection is that of the enrolment's person and goes to nobody else."""

    enrolment: Enrolment
    lesson: Lesson
    module: ModulePlace
    course_title: dict[str, Any]
    reflection: Reflection | None
    lines: list[LessonLine]  # the module's lessons

    @property
    def person_id(self) -> UUID:
        """For the policy."""
        return self.enrolment.person_id

    @property
    def federation_id(self) -> UUID:
        """For the policy."""
        return self.enrolment.federation_id

    @property
    def before(self) -> LessonLine | None:
        """The lesson before this one in the module."""
        return next((line for line in self.lines if line.number == self.lesson.number - 1), None)

    @property
    def after(self) -> LessonLine | None:
        """The lesson after this one in the module."""
        return next((line for line in self.lines if line.number == self.lesson.number + 1), None)


def lesson_page(enrolment_id: UUID, module_slug: str, lesson_slug: str) -> LessonPage | None:
    """A lesson of the version that the enrolment's edition keeps; two statements."""
    row = db.session.execute(
        select(Enrolment, Lesson, Reflection, CourseVersion.title)
        .add_columns(Module.id, Module.number, Module.slug, Module.title, Module.lesson_count)
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .join(Module, and_(Module.version_id == Edition.version_id, Module.slug == module_slug))
        .join(Lesson, and_(Lesson.module_id == Module.id, Lesson.slug == lesson_slug))
        .outerjoin(Reflection, and_(Reflection.enrolment_id == Enrolment.id, Reflection.lesson_id == Lesson.id))
        .where(Enrolment.id == enrolment_id)
    ).one_or_none()
    if row is None:
        return None
    enrolment, lesson, reflection, course_title, *module = row
    place = ModulePlace(*module)
    return LessonPage(enrolment, lesson, place, course_title, reflection, lesson_lines(enrolment_id, place.id))


def lesson_lines(enrolment_id: UUID, module_id: UUID | None = None) -> list[LessonLine]:
    """The lessons of a module, or of the whole course, in order, with what this enrolment has done."""
    found = (
        select(Lesson.number, Lesson.slug, Lesson.title, Lesson.minutes, LessonDone.done_at, Lesson.module_id)
        .select_from(Enrolment)
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(Module, Module.version_id == Edition.version_id)
        .join(Lesson, Lesson.module_id == Module.id)
        .outerjoin(LessonDone, and_(LessonDone.enrolment_id == Enrolment.id, LessonDone.lesson_id == Lesson.id))
        .where(Enrolment.id == enrolment_id)
        .order_by(Module.number, Lesson.number)
    )
    if module_id is not None:
        found = found.where(Module.id == module_id)
    return [
        LessonLine(number, slug, title, minutes, done_at is not None, of)
        for number, slug, title, minutes, done_at, of in db.session.execute(found)
    ]


def edition(edition_id: UUID) -> Edition | None:
    """An edition."""
    return db.session.get(Edition, edition_id)


class EditionLine(NamedTuple):
    """An edition with its course."""

    edition: Edition
    course_slug: str
    course_title: dict[str, Any]


def editions(federation_id: UUID) -> list[EditionLine]:
    """A federation's editions: the open ones first, those that end last before the others."""
    found = (
        select(Edition, Course.slug.label("course_slug"), CourseVersion.title.label("course_title"))
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Edition.federation_id == federation_id)
        .order_by(Edition.open.desc(), Edition.ends_on.desc(), Edition.id.desc())
        .limit(MOST_EDITIONS)
    )
    return [EditionLine(*row) for row in db.session.execute(found)]


class Offer(NamedTuple):
    """An edition, and the person's enrolment in it if there is one."""

    edition: Edition
    enrolment_id: UUID | None


def open_editions(course_id: UUID, federation_id: UUID, person_id: UUID, today: date) -> list[Offer]:
    """A course's editions that one can enrol in, and those that the person is in."""
    found = (
        select(Edition, Enrolment.id.label("enrolment_id"))
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .outerjoin(Enrolment, and_(Enrolment.edition_id == Edition.id, Enrolment.person_id == person_id))
        .where(CourseVersion.course_id == course_id, Edition.federation_id == federation_id)
        .where(and_(Edition.open.is_(True), Edition.ends_on >= today) | Enrolment.id.is_not(None))
        .order_by(Edition.begins_on, Edition.id)
        .limit(MOST_EDITIONS)
    )
    return [Offer(*row) for row in db.session.execute(found)]


def course_of(edition_id: UUID) -> str | None:
    """The slug of the course that an edition is of."""
    return db.session.scalar(
        select(Course.slug)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(Edition, Edition.version_id == CourseVersion.id)
        .where(Edition.id == edition_id)
    )
