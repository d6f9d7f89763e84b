"""Statements: written where something happens, for those who agreed; and where a federation's go."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import delete, func, select, update

from courses.catalogue.models import Course, CourseVersion, Lesson, Module
from courses.learning.happenings import Happening, hears
from courses.learning.models import Edition, Enrolment, LessonDone
from courses.statements import rules
from courses.statements.models import LrsLink, LrsName, Statement, context
from courses.statements.refusals import AddressPrivate, AddressUnfit, LoginMissing
from courses.statements.rules import Activity, Result
from lms import audit, outside
from lms.db import db, insert_once
from lms.ids import new_id
from lms.people import operations as people
from lms.people.privacy import consents
from lms.sealing import seal

PURPOSE = "consent-lrs"


@hears
def note(happened: Happening) -> None:
    """Write what happened as statements, if the federation has an LRS and the person agreed; in the present transaction."""
    federation_id, person_id = happened.federation_id, happened.person_id
    linked = select(LrsLink.active).where(LrsLink.federation_id == federation_id)
    if not db.session.scalar(linked):
        return
    since = consents.since(person_id, federation_id, PURPOSE)
    if since is None:
        return
    who = _name(person_id, federation_id, since, happened.at)
    for verb, activity, more in _said(happened):
        statement_id = new_id()
        body = rules.statement(
            statement_id, verb, activity, base=_base(), who=who, at=happened.at, enrolment=happened.enrolment_id, **more
        )
        db.session.add(
            Statement(
                id=statement_id,
                federation_id=federation_id,
                person_id=person_id,
                body=body,
                at=happened.at,
                state="due",
            )
        )


def _base() -> str:
    return str(current_app.config["BASE_URL"]).rstrip("/")


def _name(person_id: UUID, federation_id: UUID, since: datetime, now: datetime) -> UUID:
    """The person's name at the LRS; a new one when their consent is newer than the old one."""
    where = (LrsName.federation_id == federation_id, LrsName.person_id == person_id)
    fresh = {"name": uuid4(), "made_at": max(now, since)}
    if not insert_once(LrsName, {"federation_id": federation_id, "person_id": person_id} | fresh):
        db.session.execute(update(LrsName).where(*where, LrsName.made_at < since).values(**fresh))
    return db.session.scalars(select(LrsName.name).where(*where)).one()


def _said(happened: Happening) -> list[tuple[str, Activity, dict[str, Any]]]:
    """Verbs with what they are about."""
    if happened.what == "quiz-handed-in" and happened.quiz_id is not None:
        result = Result(happened.score, happened.passed, True)
        return [("passed" if happened.passed else "failed", Activity("quiz", happened.quiz_id), {"result": result})]
    if happened.enrolment_id is None:
        return []
    if happened.what == "enrolled":
        return [("registered", _course(happened.enrolment_id), {})]
    if happened.lesson_id is None:
        return []
    return _of_lesson(happened, happened.enrolment_id, happened.lesson_id)


def _of_lesson(happened: Happening, enrolment_id: UUID, lesson_id: UUID) -> list[tuple[str, Activity, dict[str, Any]]]:
    lesson, module, course, all_done = _around(enrolment_id, lesson_id)
    inside = {"inside": {"parent": module, "grouping": course}}
    match happened.what:
        case "activity-opened":
            return [("launched", lesson, inside)]
        case "activity-told":
            verb = "scored" if happened.passed is None else ("passed" if happened.passed else "failed")
            return [
                (verb, lesson, inside | {"result": Result(happened.score, happened.passed, None, happened.seconds)})
            ]
        case "lesson-done":
            done = [("completed", lesson, inside | {"result": Result(completed=True)})]
            if all_done:
                done.append(("completed", module, {"inside": {"parent": course}, "result": Result(completed=True)}))
            return done
    return []


def _course(enrolment_id: UUID) -> Activity:
    row = db.session.execute(
        select(Course.id, CourseVersion.title)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(Edition, Edition.version_id == CourseVersion.id)
        .join(Enrolment, Enrolment.edition_id == Edition.id)
        .where(Enrolment.id == enrolment_id)
    ).one()
    return Activity("course", row.id, row.title)


def _around(enrolment_id: UUID, lesson_id: UUID) -> tuple[Activity, Activity, Activity, bool]:
    """The lesson, its module, its course; and whether the module is done with it."""
    done = (
        select(func.count())
        .select_from(LessonDone)
        .join(Lesson, Lesson.id == LessonDone.lesson_id)
        .where(LessonDone.enrolment_id == enrolment_id, Lesson.module_id == Module.id)
        .correlate(Module)
        .scalar_subquery()
    )
    row = db.session.execute(
        select(
            Lesson.title, Module.id, Module.title, Course.id, CourseVersion.title, done >= Module.lesson_count,
        )
        .join(Module, Module.id == Lesson.module_id)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Lesson.id == lesson_id)
    ).one()  # fmt: skip
    return (
        Activity("lesson", lesson_id, row[0]),
        Activity("module", *row[1:3]),
        Activity("course", *row[3:5]),
        bool(row[5]),
    )


def fit(address: str) -> str:
    """An address that statements may be sent to, as it is kept. Asks who it is: call outside a transaction.

    Raises AddressUnfit, AddressPrivate.
    """
    address = address.rstrip("/")
    if not outside.is_fit(address):
        raise AddressUnfit
    parts = urlsplit(address)
    try:
        outside.resolved(parts.hostname or "", parts.port or 443)
    except outside.Unreachable:
        raise AddressPrivate from None
    return address


def link(federation_id: UUID, address: str, name: str, password: str, *, by: UUID, now: datetime) -> None:
    """Send a federation's statements there from now on. An empty name and password leave those that are kept.

    `address` is fit. The text that asks people for their consent is published with the first link. Raises LoginMissing.
    """
    kept = db.session.get(LrsLink, federation_id)
    moved = kept is not None and kept.address != address
    if bool(name) != bool(password) or (not password and (kept is None or moved)):
        raise LoginMissing  # what was given to one address is not sent to another
    values: dict[str, Any] = {
        "address": address, "active": True, "changed_by": by, "changed_at": now, "fails": 0, "retry_at": None, "fault": None,
    }  # fmt: skip
    if password:
        values["login"] = seal(f"{name}\n{password}", context(federation_id))
    if kept is None:
        db.session.add(LrsLink(federation_id=federation_id, **values))
        people.publish_first(federation_id, PURPOSE, now=now)
    else:
        db.session.execute(update(LrsLink).where(LrsLink.federation_id == federation_id).values(**values))
    audit.record("lrs.link", f"federation:{federation_id}", federation_id=federation_id, actor_id=by, now=now)


def unlink(federation_id: UUID, *, by: UUID, now: datetime) -> None:
    """Send nothing more: what waits is let go, and so are the names and the password."""
    gone: Any = db.session.execute(delete(LrsLink).where(LrsLink.federation_id == federation_id))
    for model in (Statement, LrsName):
        db.session.execute(delete(model).where(model.federation_id == federation_id))
    if gone.rowcount:
        audit.record("lrs.unlink", f"federation:{federation_id}", federation_id=federation_id, actor_id=by, now=now)
