"""What is looked at before somebody enrols: what has to come before a course, and who teaches the edition."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import and_, func, select

from courses.catalogue.models import Course, CourseVersion
from courses.catalogue.rules import in_language
from courses.editions import queries, rules
from courses.editions.models import CompletionRule, EditionRule, EditionTrainer, Prerequisite
from courses.editions.refusals import BeforeThis, TeachesThis
from courses.learning.models import Edition, Enrolment
from lms import i18n
from lms.audit import INSTALL
from lms.db import db, insert_once
from lms.ids import new_id
from lms.texts import gettext as _


def audience_of(version_id: UUID) -> str:
    """For whom the course of a version is."""
    return db.session.execute(
        select(Course.audience)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(CourseVersion.id == version_id)
    ).scalar_one()


def look(person_id: UUID, edition_id: UUID, *, federation_id: UUID, now: datetime) -> None:
    """Refuse whoever lacks what comes before, or teaches there. Fixes the edition's rule of completion, once it has people.

    Raises BeforeThis, TeachesThis.
    """
    teaches_not(person_id, edition_id)
    if lacking := missing(person_id, edition_id, federation_id=federation_id, now=now):
        raise BeforeThis(missing=", ".join(lacking))
    pin_rule(edition_id, now=now)


def teaches_not(person_id: UUID, edition_id: UUID) -> None:
    """Raises TeachesThis for whoever teaches the edition: nobody notes their own attendance."""
    both = (EditionTrainer.edition_id == edition_id, EditionTrainer.person_id == person_id)
    if db.session.scalar(select(EditionTrainer.since).where(*both)) is not None:
        raise TeachesThis


def missing(person_id: UUID, edition_id: UUID, *, federation_id: UUID, now: datetime) -> list[str]:
    """What has to come before the edition's course and has not, in words."""
    current = CourseVersion.__table__.alias("current")
    needed: list[Any] = list(
        db.session.execute(
            select(Prerequisite.needs_id, current.c.title)
            .join(CourseVersion, CourseVersion.course_id == Prerequisite.course_id)
            .join(Edition, and_(Edition.version_id == CourseVersion.id, Edition.id == edition_id))
            .outerjoin(Course, Course.id == Prerequisite.needs_id)
            .outerjoin(current, current.c.id == Course.current_version_id)
            .where(Prerequisite.federation_id == federation_id)
            .order_by(Prerequisite.id)
        )
    )
    if not needed:
        return []
    done = _courses_completed(person_id, federation_id, {row.needs_id for row in needed if row.needs_id})
    lacking = []
    for needs_id, title in needed:
        if needs_id is None:
            if not current_app.extensions["lms_accredited"](person_id, federation_id, now):
                lacking.append(_("una acreditación en vigor"))
        elif needs_id not in done:
            lacking.append(_("haber completado «%(course)s»", course=in_language(title, i18n.current())))
    return lacking


def _courses_completed(person_id: UUID, federation_id: UUID, course_ids: set[UUID]) -> set[UUID]:
    rows = db.session.execute(
        select(Enrolment.id, CourseVersion.course_id)
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.federation_id == federation_id,
            CourseVersion.course_id.in_(course_ids),
        )
    )
    courses = {row.id: row.course_id for row in rows}
    return {courses[id_] for id_ in queries.completed(courses.keys())}


def pin_rule(edition_id: UUID, *, now: datetime) -> None:
    """Give an edition the rule that holds for its course today, so that a later one does not change what its people were told."""
    if db.session.scalar(select(EditionRule.rule_id).where(EditionRule.edition_id == edition_id)) is not None:
        return
    federation_id, course_id = db.session.execute(
        select(Edition.federation_id, CourseVersion.course_id)
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .where(Edition.id == edition_id)
    ).one()
    rule_id = usual_rule(federation_id, course_id) or first_rule(federation_id, course_id, now=now)
    insert_once(EditionRule, {"edition_id": edition_id, "rule_id": rule_id})


def usual_rule(federation_id: UUID, course_id: UUID) -> UUID | None:
    """The newest rule for editions of a course that have none of their own."""
    return db.session.scalar(
        select(CompletionRule.id)
        .where(
            CompletionRule.federation_id == federation_id, CompletionRule.course_id == course_id, CompletionRule.usual
        )
        .order_by(CompletionRule.number.desc())
        .limit(1)
    )


def first_rule(federation_id: UUID, course_id: UUID, *, now: datetime) -> UUID:
    """The rule that comes with the platform, as the federation's first for a course."""
    of = {"federation_id": federation_id, "course_id": course_id}
    newest = select(func.max(CompletionRule.number)).filter_by(**of)
    number = (db.session.scalar(newest) or 0) + 1
    made = {"id": new_id(), "number": number, "demands": rules.USUAL, "usual": True, "made_at": now, "made_by": INSTALL}
    insert_once(CompletionRule, of | made)
    found = usual_rule(federation_id, course_id)
    assert found is not None
    return found
