"""The lessons that people read, as their pages show them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from courses.catalogue.models import CourseVersion, Lesson, Module
from courses.learning.models import Edition, Enrolment, LessonDone, Reflection
from courses.learning.queries import LessonLine
from lms.db import db


class EnrolmentKey(NamedTuple):
    """Whose enrolment it is, and in what."""

    id: UUID
    edition_id: UUID
    person_id: UUID
    federation_id: UUID


class ModulePlace(NamedTuple):
    """The module that a lesson is in."""

    number: int
    slug: str
    title: dict[str, Any]


class LessonText(NamedTuple):
    """A lesson that is read. Texts are {locale: text}, sources {locale: [text]}."""

    id: UUID
    number: int
    slug: str
    title: dict[str, Any]
    html: dict[str, Any]
    notice: dict[str, Any]
    skip: dict[str, Any]
    reflection: dict[str, Any]
    alternative: dict[str, Any]
    sources: dict[str, Any]
    minutes: int
    plain: dict[str, Any]


class Kept(NamedTuple):
    """The reflection that is kept."""

    text: str
    used_alternative: bool
    revision: int


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A lesson as one enrolment reads it; its reflection is that of the enrolment's person and goes to nobody else."""

    enrolment: EnrolmentKey
    lesson: LessonText
    module: ModulePlace
    course_title: dict[str, Any]
    reflection: Kept | None
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
    def line(self) -> LessonLine:
        """The lesson in the list."""
        return self.lines[self.lesson.number - 1]

    @property
    def before(self) -> LessonLine | None:
        """The lesson before this one in the module."""
        return self.lines[self.lesson.number - 2] if self.lesson.number > 1 else None

    @property
    def after(self) -> LessonLine | None:
        """The lesson after this one in the module."""
        return self.lines[self.lesson.number] if self.lesson.number < len(self.lines) else None


@dataclass(frozen=True, slots=True)
class Published:
    """What of a lesson's page was published with its version."""

    lesson: LessonText
    module: ModulePlace
    course_title: dict[str, Any]
    places: tuple[tuple[Any, ...], ...]  # number, slug, title, minutes of each of the module's lessons


_WHERE = (CourseVersion.id == bindparam("version"), Module.slug == bindparam("module"))
_TEXT = (
    select(
        Lesson.id, Lesson.number, Lesson.slug, Lesson.title, Lesson.html, Lesson.notice, Lesson.skip, Lesson.reflection,
        Lesson.alternative, Lesson.sources, Lesson.minutes, Lesson.plain,
        Module.number, Module.slug, Module.title, CourseVersion.title,
    )
    .join(Module, Module.id == Lesson.module_id)
    .join(CourseVersion, CourseVersion.id == Module.version_id)
    .where(*_WHERE, Lesson.slug == bindparam("lesson"))
)  # fmt: skip
_AROUND = (
    select(Lesson.number, Lesson.slug, Lesson.title, Lesson.minutes)
    .join(Module, Module.id == Lesson.module_id)
    .join(CourseVersion, CourseVersion.id == Module.version_id)
    .where(*_WHERE)
    .order_by(Lesson.number)
)


@lru_cache(128)
def published(version_id: UUID, module_slug: str, lesson_slug: str) -> Published:
    """A lesson, kept once read: what was published never changes. Nobody may change what this gives. There is one, or it raises."""
    which = {"version": version_id, "module": module_slug}
    text: Any = db.session.execute(_TEXT, which | {"lesson": lesson_slug}).one()
    around = db.session.execute(_AROUND, which)
    return Published(LessonText(*text[:12]), ModulePlace(*text[12:15]), text[15], tuple(map(tuple, around)))


# A row for each lesson of the module, with what differs from one reader to the next. Of tables: as entities, it took longer
# to map than to read.
_enrolments, _editions, _done = Enrolment.__table__.c, Edition.__table__.c, LessonDone.__table__.c
_modules, _lessons, _kept = Module.__table__.c, Lesson.__table__.c, Reflection.__table__.c
_READING = (
    select(
        _enrolments.id,
        _enrolments.edition_id,
        _enrolments.person_id,
        _enrolments.federation_id,
        _editions.version_id,
        _lessons.slug,
        _done.lesson_id.is_not(None),
        _kept.text,
        _kept.used_alternative,
        _kept.revision,
    )
    .select_from(
        Enrolment.__table__.join(Edition.__table__, _editions.id == _enrolments.edition_id)
        .join(Module.__table__, and_(_modules.version_id == _editions.version_id, _modules.slug == bindparam("module")))
        .join(Lesson.__table__, _lessons.module_id == _modules.id)
        .outerjoin(LessonDone.__table__, and_(_done.enrolment_id == _enrolments.id, _done.lesson_id == _lessons.id))
        .outerjoin(
            Reflection.__table__,
            and_(
                _kept.enrolment_id == _enrolments.id,
                _kept.lesson_id == _lessons.id,
                _lessons.slug == bindparam("lesson"),
            ),
        )
    )
    .where(_enrolments.id == bindparam("enrolment"))
    .order_by(_lessons.number)
)


def lesson_page(enrolment_id: UUID, module_slug: str, lesson_slug: str) -> LessonPage | None:
    """A lesson of the version that the enrolment's edition keeps; one statement, and two more when it is first read here."""
    which = {"enrolment": enrolment_id, "module": module_slug, "lesson": lesson_slug}
    rows = db.session.execute(_READING, which).all()
    read = next((row for row in rows if row[5] == lesson_slug), None)
    if read is None:
        return None
    known = published(read[4], module_slug, lesson_slug)
    return LessonPage(
        enrolment=EnrolmentKey(*read[:4]),
        lesson=known.lesson,
        module=known.module,
        course_title=known.course_title,
        reflection=Kept(*read[7:]) if read[9] is not None else None,
        lines=[LessonLine(*place, done=row[6]) for place, row in zip(known.places, rows, strict=True)],
    )
