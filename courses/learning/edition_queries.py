"""Editions: a federation's, and those that a course's page offers."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from courses.catalogue.models import Course, CourseVersion
from courses.learning.models import Edition, Enrolment
from lms.db import db
from lms.people.models import Federation

MOST_EDITIONS = 200  # on a page, the newest


def edition(edition_id: UUID) -> Edition | None:
    """An edition."""
    return db.session.get(Edition, edition_id)


class EditionLine(NamedTuple):
    """An edition with its course."""

    edition: Edition
    course_slug: str
    course_title: dict[str, Any]
    outdated: bool  # its course has a newer version


_EDITIONS = (
    select(Edition, Course.slug, CourseVersion.title, Course.current_version_id != Edition.version_id)
    .join(CourseVersion, CourseVersion.id == Edition.version_id)
    .join(Course, Course.id == CourseVersion.course_id)
    .where(Edition.federation_id == bindparam("federation"))
    .order_by(Edition.open.desc(), Edition.ends_on.desc(), Edition.id.desc())
    .limit(MOST_EDITIONS)
)


def editions(federation_id: UUID) -> list[EditionLine]:
    """A federation's editions: the open ones first, those that end last before the others."""
    return [EditionLine(*row) for row in db.session.execute(_EDITIONS, {"federation": federation_id})]


class Offer(NamedTuple):
    """An edition as the course's page offers it, and the person's enrolment in it if there is one."""

    id: UUID
    name: str
    begins_on: date
    ends_on: date
    seats: int
    seats_taken: int
    enrolment_id: UUID | None


_OFFERS = (
    select(
        Edition.id, Edition.name, Edition.begins_on, Edition.ends_on, Edition.seats, Edition.seats_taken, Enrolment.id
    )
    .join(CourseVersion, CourseVersion.id == Edition.version_id)
    .outerjoin(
        Enrolment,
        and_(Enrolment.edition_id == Edition.id, Enrolment.person_id == bindparam("person"), Enrolment.state != "left"),
    )
    .where(CourseVersion.course_id == bindparam("course"), Edition.federation_id == bindparam("federation"))
    .where(and_(Edition.open.is_(True), Edition.ends_on >= bindparam("today")) | Enrolment.id.is_not(None))
    .order_by(Edition.begins_on, Edition.id)
    .limit(MOST_EDITIONS)
)  # fmt: skip


def open_editions(course_id: UUID, federation_id: UUID, person_id: UUID, today: date) -> list[Offer]:
    """A course's editions that one can enrol in, and those that the person is in."""
    which = {"course": course_id, "federation": federation_id, "person": person_id, "today": today}
    return [Offer(*row) for row in db.session.execute(_OFFERS, which)]


class OpenEdition(NamedTuple):
    """An edition that is open to everybody, for those who are not in."""

    id: UUID
    federation_id: UUID
    federation: str
    name: str
    begins_on: date
    ends_on: date
    seats_left: int
    course_slug: str
    course_title: dict[str, Any]


_FOR_EVERYBODY = (
    select(
        Edition.id, Edition.federation_id, Federation.name, Edition.name, Edition.begins_on, Edition.ends_on,
        Edition.seats - Edition.seats_taken, Course.slug, CourseVersion.title,
    )
    .join(CourseVersion, CourseVersion.id == Edition.version_id)
    .join(Course, Course.id == CourseVersion.course_id)
    .join(Federation, Federation.id == Edition.federation_id)
    .where(Edition.for_everybody.is_(True), Edition.open.is_(True), Edition.ends_on >= bindparam("today"))
    .order_by(Edition.begins_on, Edition.id)
    .limit(MOST_EDITIONS)
)  # fmt: skip


def for_everybody(edition_id: UUID, today: date) -> OpenEdition | None:
    """An edition, if anybody may ask for a seat in it."""
    row = db.session.execute(_FOR_EVERYBODY.where(Edition.id == edition_id), {"today": today}).one_or_none()
    return OpenEdition(*row) if row else None


def all_for_everybody(course_id: UUID, today: date) -> list[OpenEdition]:
    """A course's editions, of any federation, in which anybody may ask for a seat."""
    rows = db.session.execute(_FOR_EVERYBODY.where(CourseVersion.course_id == course_id), {"today": today})
    return [OpenEdition(*row) for row in rows]


def course_of(edition_id: UUID) -> str | None:
    """The slug of the course that an edition is of."""
    return db.session.scalar(
        select(Course.slug)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(Edition, Edition.version_id == CourseVersion.id)
        .where(Edition.id == edition_id)
    )
