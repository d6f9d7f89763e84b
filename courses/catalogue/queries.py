"""What stands in the catalogue."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import aliased

from courses.catalogue.models import Course, CourseFile, CourseVersion, Lesson, Module
from lms.db import db
from lms.i18n import LOCALES


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


class ModuleText(NamedTuple):
    """A module as the course's page shows it. Texts are {locale: text}, outcomes {locale: [text]}."""

    number: int
    slug: str
    title: dict[str, Any]
    notice: dict[str, Any]
    outcomes: dict[str, Any]
    minutes: int
    lesson_count: int


_CARD = (
    Course.slug,
    Course.audience,
    CourseVersion.title,
    CourseVersion.summary,
    CourseVersion.minutes,
    CourseVersion.id,
)
# Built-in courses, and those of the reader's federation. Statements are built once: building one costs more than running it.
_MINE = or_(Course.federation_id.is_(None), Course.federation_id == bindparam("federation"))
_PUBLISHED = (
    select(*_CARD)
    .join(CourseVersion, CourseVersion.id == Course.current_version_id)
    .where(_MINE)
    .order_by(Course.audience, Course.slug)
)
_NEWEST = select(Course.id, Course.current_version_id).where(
    Course.slug == bindparam("slug"), Course.current_version_id.is_not(None), _MINE
)
_TEXT = (
    select(*_CARD, Course.id, CourseVersion.number, CourseVersion.html)
    .join(CourseVersion, CourseVersion.course_id == Course.id)
    .where(CourseVersion.id == bindparam("version"))
)
_MODULES = (
    select(
        Module.number, Module.slug, Module.title, Module.notice, Module.outcomes, Module.minutes, Module.lesson_count
    )
    .where(Module.version_id == bindparam("version"))
    .order_by(Module.number)
)  # fmt: skip


def published(federation_id: UUID | None = None) -> list[CourseCard]:
    """The newest version of each course, those for agents first."""
    return [CourseCard(*row) for row in db.session.execute(_PUBLISHED, {"federation": federation_id})]


PAGE = 24


def _page(language: str) -> Any:
    """Which courses stand on a page of the catalogue, found before their texts are read; `language`: that there is one in it."""
    which = (
        select(Course.id)
        .where(_MINE, Course.current_version_id.is_not(None))
        .where(or_(bindparam("audience") == "", Course.audience == bindparam("audience")))
        .order_by(Course.audience, Course.slug)
        .limit(PAGE + 1)
        .offset(bindparam("skipped"))
    )
    if language:
        version = aliased(CourseVersion)
        which = which.join(version, version.id == Course.current_version_id)
        which = which.where(version.title[language].as_string().is_not(None))
    found = which.subquery("found")
    return (
        select(*_CARD)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .join(found, found.c.id == Course.id)
        .order_by(Course.audience, Course.slug)
    )


_PAGES = {language: _page(language) for language in ("", *LOCALES)}


def catalogue_page(
    federation_id: UUID | None, *, audience: str = "", language: str = "", page: int = 1
) -> list[CourseCard]:
    """A page of the catalogue, those for agents first, and one course more where there is a next page; one statement."""
    which = {"federation": federation_id, "audience": audience, "skipped": (page - 1) * PAGE}
    return [CourseCard(*row) for row in db.session.execute(_PAGES[language], which)]


def course(slug: str, federation_id: UUID | None = None) -> CourseText | None:
    """The newest version of a course."""
    newest = db.session.execute(_NEWEST, {"slug": slug, "federation": federation_id}).one_or_none()
    return text(newest[1]) if newest else None


@lru_cache(64)
def text(version_id: UUID) -> CourseText:
    """A version's own page, kept once read: what was published never changes. Nobody may change what this gives."""
    return CourseText(*db.session.execute(_TEXT, {"version": version_id}).one())


@lru_cache(64)
def modules(version_id: UUID) -> tuple[ModuleText, ...]:
    """The modules of a version, in order; kept, as its text is."""
    return tuple(ModuleText(*row) for row in db.session.execute(_MODULES, {"version": version_id}))


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
    rows = db.session.execute(
        select(Course.slug, Course.current_version_id).where(_MINE), {"federation": federation_id}
    )
    return {slug: version_id for slug, version_id in rows if version_id is not None}


def files_of(slug: str) -> dict[str, bytes] | None:
    """The folder from which the newest version of a built-in course came: {path: content}; None if there is no such course."""
    course = select(Course.current_version_id).where(Course.slug == slug, Course.federation_id.is_(None))
    version_id = db.session.scalar(course)
    if version_id is None:
        return None
    rows = db.session.execute(select(CourseFile.path, CourseFile.content).where(CourseFile.version_id == version_id))
    return {path: bytes(content) for path, content in rows}
