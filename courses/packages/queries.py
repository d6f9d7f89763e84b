"""Packages as pages show them, and the windows that are open on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, func, select

from courses.catalogue.models import Course, CourseVersion, Lesson, Module
from courses.editions.models import EditionTrainer
from courses.learning.lesson_queries import EnrolmentKey
from courses.learning.models import Edition, Enrolment, LessonDone
from courses.packages.models import Package, PackageFile, PackageItem, PackageRecord
from lms.db import db
from lms.people.models import Person, SignIn


@dataclass(frozen=True, slots=True)
class Activity:
    """A part of a package as somebody's enrolment has it. `person_id` and `federation_id` serve the policy."""

    enrolment: EnrolmentKey
    lesson_id: UUID
    lesson_slug: str
    module_slug: str
    title: dict[str, Any]
    course_title: dict[str, Any]
    standard: str
    item: PackageItem
    record: PackageRecord | None
    done: bool

    @property
    def person_id(self) -> UUID:
        """For the policy."""
        return self.enrolment.person_id

    @property
    def federation_id(self) -> UUID:
        """For the policy."""
        return self.enrolment.federation_id


_KEY = (Enrolment.id, Enrolment.edition_id, Enrolment.person_id, Enrolment.federation_id)
_ACTIVITY = (
    select(*_KEY, Lesson.id, Lesson.slug, Module.slug, Lesson.title, CourseVersion.title, Package.standard)
    .add_columns(PackageItem, PackageRecord, LessonDone.lesson_id.is_not(None))
    .select_from(Enrolment)
    .join(Edition, Edition.id == Enrolment.edition_id)
    .join(CourseVersion, CourseVersion.id == Edition.version_id)
    .join(Module, and_(Module.version_id == CourseVersion.id, Module.slug == bindparam("module")))
    .join(Lesson, and_(Lesson.module_id == Module.id, Lesson.slug == bindparam("lesson")))
    .join(PackageItem, PackageItem.lesson_id == Lesson.id)
    .join(Package, Package.id == PackageItem.package_id)
    .outerjoin(
        PackageRecord, and_(PackageRecord.enrolment_id == Enrolment.id, PackageRecord.lesson_id == Lesson.id)
    )
    .outerjoin(LessonDone, and_(LessonDone.enrolment_id == Enrolment.id, LessonDone.lesson_id == Lesson.id))
    .where(Enrolment.id == bindparam("enrolment"))
)  # fmt: skip


def activity(enrolment_id: UUID, module: str, lesson: str) -> Activity | None:
    """A part of a package by the address of its lesson; one statement."""
    which = {"enrolment": enrolment_id, "module": module, "lesson": lesson}
    row = db.session.execute(_ACTIVITY, which).one_or_none()
    return Activity(EnrolmentKey(*row[:4]), *row[4:]) if row else None


@dataclass(frozen=True, slots=True)
class Window:
    """A record with who has it and whether their session, by which it was opened, still lives."""

    record: PackageRecord
    enrolment: EnrolmentKey
    standard: str
    item: PackageItem
    ended_at: datetime | None
    expires_at: datetime | None
    active: bool | None

    def lives(self, now: datetime) -> bool:
        """Whether whoever opened it is still signed in."""
        return self.ended_at is None and self.expires_at is not None and self.expires_at > now and bool(self.active)


_WINDOW = (
    select(PackageRecord, *_KEY, Package.standard, PackageItem, SignIn.ended_at, SignIn.expires_at, Person.active)
    .join(Enrolment, Enrolment.id == PackageRecord.enrolment_id)
    .join(PackageItem, PackageItem.lesson_id == PackageRecord.lesson_id)
    .join(Package, Package.id == PackageItem.package_id)
    .outerjoin(
        SignIn,
        and_(
            SignIn.id == PackageRecord.sign_in_id,
            SignIn.person_id == Enrolment.person_id,
            SignIn.federation_id == Enrolment.federation_id,
        ),
    )
    .outerjoin(Person, Person.id == SignIn.person_id)
    .where(PackageRecord.enrolment_id == bindparam("enrolment"), PackageRecord.lesson_id == bindparam("lesson"))
)


def window(enrolment_id: UUID, lesson_id: UUID) -> Window | None:
    """The window that was opened last on a part of a package; one statement."""
    row = db.session.execute(_WINDOW, {"enrolment": enrolment_id, "lesson": lesson_id}).one_or_none()
    return Window(row[0], EnrolmentKey(*row[1:5]), *row[5:]) if row else None


class Stored(NamedTuple):
    """A file of a package."""

    package_id: UUID
    number: int
    size: int


_FILE = (
    select(PackageFile.package_id, PackageFile.number, PackageFile.size)
    .join(PackageItem, PackageItem.package_id == PackageFile.package_id)
    .join(PackageRecord, PackageRecord.lesson_id == PackageItem.lesson_id)
    .join(SignIn, SignIn.id == PackageRecord.sign_in_id)
    .where(
        PackageRecord.enrolment_id == bindparam("enrolment"),
        PackageRecord.lesson_id == bindparam("lesson"),
        PackageRecord.window_id == bindparam("window"),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > bindparam("now"),
        PackageFile.path == bindparam("path"),
    )
)


def file(enrolment_id: UUID, lesson_id: UUID, window_id: UUID, path: str, now: datetime) -> Stored | None:
    """A file of the package on which a window is open, as long as it is the last and its session lives; one statement."""
    which = {"enrolment": enrolment_id, "lesson": lesson_id, "window": window_id, "path": path, "now": now}
    row = db.session.execute(_FILE, which).one_or_none()
    return Stored(*row) if row else None


class Brought(NamedTuple):
    """A package in the list of its federation."""

    id: UUID
    course_id: UUID
    slug: str
    title: dict[str, Any]
    audience: str
    standard: str
    number: int
    parts: int
    bytes: int
    brought_at: datetime


def brought(federation_id: UUID) -> list[Brought]:
    """The packages of a federation that are the newest version of their course, the latest first."""
    parts = (
        select(func.count())
        .select_from(PackageItem)
        .where(PackageItem.package_id == Package.id)
        .correlate(Package)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Package.id, Course.id, Course.slug, CourseVersion.title, Course.audience, Package.standard,
            CourseVersion.number, parts, Package.bytes, Package.brought_at,
        )
        .join(CourseVersion, CourseVersion.id == Package.version_id)
        .join(Course, Course.current_version_id == CourseVersion.id)
        .where(Package.federation_id == federation_id)
        .order_by(Package.brought_at.desc(), Package.id)
        .limit(500)
    )  # fmt: skip
    return [Brought(*row) for row in rows]


def editions(federation_id: UUID, trainer_id: UUID | None) -> dict[UUID, list[tuple[UUID, str]]]:
    """By course, the editions of packages: id and name, the latest first; with a trainer, those that they teach."""
    found = (
        select(CourseVersion.course_id, Edition.id, Edition.name)
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .join(Package, Package.version_id == CourseVersion.id)
        .where(Edition.federation_id == federation_id)
        .order_by(Edition.begins_on.desc(), Edition.id)
        .limit(500)
    )
    if trainer_id is not None:
        mine = (EditionTrainer.edition_id == Edition.id, EditionTrainer.person_id == trainer_id)
        found = found.where(exists().where(*mine))
    by_course: dict[UUID, list[tuple[UUID, str]]] = {}
    for course_id, edition_id, name in db.session.execute(found):
        by_course.setdefault(course_id, []).append((edition_id, name))
    return by_course


class Told(NamedTuple):
    """How far somebody is in a part of a package; what is None was not opened."""

    name: str
    lesson: dict[str, Any]
    number: int
    completion: str | None
    success: str | None
    score: int | None
    seconds: int | None
    updated_at: datetime | None


def told(edition_id: UUID) -> list[Told]:
    """Every part of the package of an edition for everybody in it, by name; one statement, at most 2,000 rows."""
    rows = db.session.execute(
        select(
            Person.name, Lesson.title, Lesson.number, PackageRecord.completion, PackageRecord.success,
            PackageRecord.score, PackageRecord.seconds + PackageRecord.session_seconds, PackageRecord.updated_at,
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(Module, Module.version_id == Edition.version_id)
        .join(Lesson, Lesson.module_id == Module.id)
        .join(PackageItem, and_(PackageItem.lesson_id == Lesson.id, PackageItem.tells))
        .outerjoin(
            PackageRecord, and_(PackageRecord.enrolment_id == Enrolment.id, PackageRecord.lesson_id == Lesson.id)
        )
        .where(Edition.id == edition_id, Enrolment.state != "left")
        .order_by(Person.name, Enrolment.id, Lesson.number)
        .limit(2_000)
    )  # fmt: skip
    return [Told(*row) for row in rows]
