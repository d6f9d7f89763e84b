"""The lessons that people read, as their pages show them."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased

from courses.catalogue.models import CourseVersion, Lesson, Module
from courses.learning.models import Edition, Enrolment, LessonDone, Reflection
from courses.learning.queries import IS_DONE, LessonLine
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


# A row for each lesson of the module; what belongs to the page as a whole comes with the row of the lesson that is read.
_READ, _AROUND = aliased(Lesson), aliased(Module)
_LESSON_PAGE = (
    select(Lesson.number, Lesson.slug, Lesson.title, Lesson.minutes, IS_DONE)
    .add_columns(Enrolment.id, Enrolment.edition_id, Enrolment.person_id, Enrolment.federation_id)
    .add_columns(_AROUND.number, _AROUND.slug, _AROUND.title, CourseVersion.title)
    .add_columns(Reflection.text, Reflection.used_alternative, Reflection.revision)
    .add_columns(
        _READ.id, _READ.number, _READ.slug, _READ.title, _READ.html, _READ.notice, _READ.skip, _READ.reflection,
        _READ.alternative, _READ.sources, _READ.minutes, _READ.plain,
    )
    .select_from(Enrolment)
    .join(Edition, Edition.id == Enrolment.edition_id)
    .join(Module, and_(Module.version_id == Edition.version_id, Module.slug == bindparam("module")))
    .join(Lesson, Lesson.module_id == Module.id)
    .outerjoin(LessonDone, and_(LessonDone.enrolment_id == Enrolment.id, LessonDone.lesson_id == Lesson.id))
    .outerjoin(_READ, and_(_READ.id == Lesson.id, _READ.slug == bindparam("lesson")))
    .outerjoin(_AROUND, _AROUND.id == _READ.module_id)
    .outerjoin(CourseVersion, CourseVersion.id == _AROUND.version_id)
    .outerjoin(Reflection, and_(Reflection.enrolment_id == Enrolment.id, Reflection.lesson_id == _READ.id))
    .where(Enrolment.id == bindparam("enrolment"))
    .order_by(Lesson.number)
)  # fmt: skip


def lesson_page(enrolment_id: UUID, module_slug: str, lesson_slug: str) -> LessonPage | None:
    """A lesson of the version that the enrolment's edition keeps; one statement."""
    which = {"enrolment": enrolment_id, "module": module_slug, "lesson": lesson_slug}
    rows = db.session.execute(_LESSON_PAGE, which).all()
    read = next((row for row in rows if row[16] is not None), None)
    if read is None:
        return None
    return LessonPage(
        enrolment=EnrolmentKey(*read[5:9]),
        lesson=LessonText(*read[16:]),
        module=ModulePlace(*read[9:12]),
        course_title=read[12],
        reflection=Kept(*read[13:16]) if read[15] is not None else None,
        lines=[LessonLine(*row[:5]) for row in rows],
    )
