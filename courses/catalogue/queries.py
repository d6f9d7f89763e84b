"""What stands in the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select

from courses.catalogue.models import Course, CourseVersion, Lesson, Module
from lms.db import db


@dataclass(frozen=True, slots=True)
class CourseCard:
    """A course as the catalogue lists it. Texts are {locale: text}."""

    slug: str
    audience: str
    title: dict[str, Any]
    summary: dict[str, Any]
    minutes: int
    version_id: UUID


@dataclass(frozen=True, slots=True)
class CourseText(CourseCard):
    """A course with the text of its own page."""

    course_id: UUID
    number: int
    html: dict[str, Any]


_CARD = (
    Course.slug,
    Course.audience,
    CourseVersion.title,
    CourseVersion.summary,
    CourseVersion.minutes,
    CourseVersion.id,
)


def _mine(federation_id: UUID | None) -> Any:
    """Built-in courses, and those of the reader's federation."""
    return or_(Course.federation_id.is_(None), Course.federation_id == federation_id)


def published(federation_id: UUID | None = None) -> list[CourseCard]:
    """The newest version of each course, those for agents first."""
    rows = db.session.execute(
        select(*_CARD)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .where(_mine(federation_id))
        .order_by(Course.audience, Course.slug)
    )
    return [CourseCard(*row) for row in rows]


def course(slug: str, federation_id: UUID | None = None) -> CourseText | None:
    """The newest version of a course."""
    row = db.session.execute(
        select(*_CARD, Course.id, CourseVersion.number, CourseVersion.html)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .where(Course.slug == slug, _mine(federation_id))
    ).one_or_none()
    return CourseText(*row) if row else None


def modules(version_id: UUID) -> Sequence[Module]:
    """The modules of a version, in order. Read only."""
    return db.session.scalars(select(Module).where(Module.version_id == version_id).order_by(Module.number)).all()


class LessonLine(NamedTuple):
    """A lesson in a list."""

    id: UUID
    module_id: UUID
    number: int
    slug: str
    title: dict[str, Any]
    minutes: int


def lessons(version_id: UUID, module_id: UUID | None = None) -> list[LessonLine]:
    """A version's lessons, or those of one of its modules, in order."""
    found = (
        select(Lesson.id, Lesson.module_id, Lesson.number, Lesson.slug, Lesson.title, Lesson.minutes)
        .join(Module, Module.id == Lesson.module_id)
        .where(Module.version_id == version_id)
        .order_by(Module.number, Lesson.number)
    )
    if module_id is not None:
        found = found.where(Module.id == module_id)
    return [LessonLine(*row) for row in db.session.execute(found)]


def version_ids(federation_id: UUID | None = None) -> dict[str, UUID]:
    """The newest version of each course, by slug."""
    rows = db.session.execute(select(Course.slug, Course.current_version_id).where(_mine(federation_id)))
    return {slug: version_id for slug, version_id in rows if version_id is not None}
