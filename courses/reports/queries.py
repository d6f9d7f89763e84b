"""Reads for reports: a few statements, however many people there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select

from courses.catalogue.models import CourseVersion, Lesson, Module
from courses.editions.models import EditionTrainer
from courses.editions.queries import completed
from courses.learning.models import Edition, Enrolment, LessonDone
from courses.reports.rules import Path
from lms.db import db
from lms.people.models import Service
from lms.people.profile.models import Workplace

MOST_EDITIONS = 200  # on a page, the newest
AT_ONCE = 5_000  # enrolments whose completion one statement judges


@dataclass(frozen=True, slots=True)
class Reported:
    """An edition, with whether the reader teaches it."""

    id: UUID
    federation_id: UUID
    name: str
    begins_on: date
    ends_on: date
    people: int
    version_id: UUID
    title: dict[str, Any]
    teacher_id: UUID | None  # the reader, if they teach it


_TEACHES = EditionTrainer.__table__.alias("teaches")
_REPORTED = (
    select(
        Edition.id, Edition.federation_id, Edition.name, Edition.begins_on, Edition.ends_on,
        select(func.count()).where(Enrolment.edition_id == Edition.id).scalar_subquery(),
        Edition.version_id, CourseVersion.title, _TEACHES.c.person_id,
    )
    .join(CourseVersion, CourseVersion.id == Edition.version_id)
    .outerjoin(
        _TEACHES, and_(_TEACHES.c.edition_id == Edition.id, _TEACHES.c.person_id == bindparam("reader"))
    )
)  # fmt: skip


def edition(edition_id: UUID, reader_id: UUID) -> Reported | None:
    """An edition, as this reader sees it."""
    row = db.session.execute(_REPORTED.where(Edition.id == edition_id), {"reader": reader_id}).one_or_none()
    return Reported(*row) if row else None


def editions(federation_id: UUID, reader_id: UUID, *, only_taught: bool) -> list[Reported]:
    """A federation's editions, the newest first; only those that the reader teaches, if so asked."""
    of = _REPORTED.where(Edition.federation_id == federation_id)
    if only_taught:
        of = of.where(_TEACHES.c.person_id.is_not(None))
    newest = of.order_by(Edition.ends_on.desc(), Edition.id.desc()).limit(MOST_EDITIONS)
    return [Reported(*row) for row in db.session.execute(newest, {"reader": reader_id})]


_PATHS = (
    select(
        Enrolment.id, Enrolment.edition_id, Enrolment.person_id, Enrolment.state, Enrolment.enrolled_at,
        func.count(LessonDone.lesson_id).label("lessons"),
        func.coalesce(func.sum(Lesson.minutes), 0).label("minutes"),
        func.max(LessonDone.done_at).label("last_at"),
        func.coalesce(func.max(Module.number), 0).label("module"),
    )
    .outerjoin(LessonDone, LessonDone.enrolment_id == Enrolment.id)
    .outerjoin(Lesson, Lesson.id == LessonDone.lesson_id)
    .outerjoin(Module, Module.id == Lesson.module_id)
    .group_by(Enrolment.id)
)  # fmt: skip


def _complete(ids: list[UUID]) -> set[UUID]:
    return {one for at in range(0, len(ids), AT_ONCE) for one in completed(ids[at : at + AT_ONCE])}


def paths(edition_id: UUID) -> list[Path]:
    """How far everybody in an edition is."""
    rows = db.session.execute(_PATHS.where(Enrolment.edition_id == edition_id)).all()
    complete = _complete([row.id for row in rows])
    return [
        Path(row.state, row.lessons, int(row.minutes), row.enrolled_at, row.last_at, row.module, row.id in complete)
        for row in rows
    ]


class LessonLine(NamedTuple):
    """A lesson of the edition's version, and how many did it."""

    module: int
    module_title: dict[str, Any]
    number: int
    title: dict[str, Any]
    done: int


def lessons(edition_id: UUID, version_id: UUID) -> list[LessonLine]:
    """The lessons of an edition in their order."""
    did = (
        select(LessonDone.lesson_id, func.count().label("done"))
        .join(Enrolment, Enrolment.id == LessonDone.enrolment_id)
        .where(Enrolment.edition_id == edition_id)
        .group_by(LessonDone.lesson_id)
        .subquery()
    )
    found = (
        select(Module.number, Module.title, Lesson.number, Lesson.title, func.coalesce(did.c.done, 0))
        .join(Module, Module.id == Lesson.module_id)
        .outerjoin(did, did.c.lesson_id == Lesson.id)
        .where(Module.version_id == version_id)
        .order_by(Module.number, Lesson.number)
    )
    return [LessonLine(*row) for row in db.session.execute(found)]


class ServiceLine(NamedTuple):
    """A service and its people in editions of a year: how many enrolled, began, completed; the minutes of each."""

    name: str | None  # None: people who have not said where they work
    people: set[UUID]
    begun: set[UUID]
    complete: set[UUID]
    minutes: list[int]


def services(federation_id: UUID, year: int) -> list[ServiceLine]:
    """By service, the people enrolled in editions that ran in this year."""
    in_year = and_(Edition.begins_on <= date(year, 12, 31), Edition.ends_on >= date(year, 1, 1))
    mine = (
        _PATHS.add_columns(Service.name.label("service"))
        .join(Edition, Edition.id == Enrolment.edition_id)
        .outerjoin(
            Workplace,
            and_(Workplace.person_id == Enrolment.person_id, Workplace.federation_id == Enrolment.federation_id),
        )
        .outerjoin(Service, Service.id == Workplace.service_id)
        .where(Edition.federation_id == federation_id, in_year)
        .group_by(Service.name)
    )
    rows = db.session.execute(mine).all()
    complete = _complete([row.id for row in rows])
    return list(_by_service(rows, complete))


def _by_service(rows: Any, complete: set[UUID]) -> Iterator[ServiceLine]:
    lines: dict[str | None, ServiceLine] = {}
    for row in rows:
        line = lines.setdefault(row.service, ServiceLine(row.service, set(), set(), set(), []))
        line.people.add(row.person_id)
        if row.lessons:
            line.begun.add(row.person_id)
            line.minutes.append(int(row.minutes))
        if row.id in complete:
            line.complete.add(row.person_id)
    yield from sorted(lines.values(), key=lambda line: (line.name is None, (line.name or "").casefold()))


def years(federation_id: UUID) -> tuple[int, int] | None:
    """The first and the last year in which there are editions."""
    first, last = db.session.execute(
        select(func.min(Edition.begins_on), func.max(Edition.ends_on)).where(Edition.federation_id == federation_id)
    ).one()
    return (first.year, last.year) if first else None
