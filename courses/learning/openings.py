"""Editions that are open to everybody, as those who let people in see them (`lms.people.entry.openings`)."""

from datetime import datetime
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from courses.catalogue.models import Course, CourseVersion
from courses.learning import operations, rules
from courses.learning.models import Edition, Enrolment
from courses.learning.refusals import NotForEverybody
from lms.db import db
from lms.people.entry.openings import Opening


def opening(edition_id: UUID) -> Opening | None:
    """An edition, and the role that its course gives; None when there is no such edition, or its course gives none."""
    row = db.session.execute(
        select(Edition.federation_id, Edition.name, CourseVersion.title, Course.audience)
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Edition.id == edition_id)
    ).one_or_none()
    role = rules.role_for_everybody(row.audience) if row else None
    return Opening(edition_id, row.federation_id, row.name, row.title, role) if row and role else None


def enrol(person_id: UUID, opening: Opening, *, now: datetime) -> None:
    """Enrol somebody who has just come in. Raises NotForEverybody when the federation has closed that door meanwhile."""
    still = select(Edition.for_everybody).where(Edition.id == opening.edition_id)
    if not db.session.scalar(still):
        raise NotForEverybody
    operations.enrol(person_id, opening.edition_id, federation_id=opening.federation_id, now=now)


def home(person_id: UUID, opening: Opening) -> str | None:
    """The course home of somebody who is in the edition."""
    mine = (Enrolment.edition_id == opening.edition_id, Enrolment.person_id == person_id)
    found = db.session.scalar(select(Enrolment.id).where(*mine))
    return url_for("learning.edition", enrolment_id=found) if found else None
