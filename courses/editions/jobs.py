"""What is looked at each minute: offers that nobody took, seats that are free, and the few reminders."""

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, exists, func, literal, or_, select

import courses.editions.messages  # noqa: F401 (registers what is told here)
from courses.editions import queries, rules, seats
from courses.editions.models import Reminder
from courses.learning.models import Edition, Enrolment, Meeting
from lms import jobs
from lms.db import db, insert_once, transaction
from lms.people.messages.operations import tell_all

MOST = 200  # reminders of one minute


class Due(NamedTuple):
    """Somebody who is to be reminded once of something."""

    enrolment_id: UUID
    person_id: UUID
    federation_id: UUID
    about: str
    facts: Mapping[str, Any]


@jobs.each_minute
def queue(now: datetime) -> None:
    """The queue for seats moves on."""
    seats.pass_on(now)
    seats.offer_free(now)
    db.session.rollback()


@jobs.each_minute
def remind(now: datetime) -> None:
    """Meetings of the coming day, and days that people set themselves. Whoever has paused or left hears nothing."""
    _once(_meetings(now), "meeting-near", now)
    _once(_deadlines(now), "due-near", now)
    db.session.rollback()


def _once(due: list[Due], kind: str, now: datetime) -> None:
    """Tell those who have not been told: the row is the truth, so that two workers tell once."""
    for (_federation, _about), group in groupby(due, key=lambda one: (one.federation_id, one.about)):
        with transaction():
            fresh = [
                one
                for one in group
                if insert_once(Reminder, {"enrolment_id": one.enrolment_id, "about": one.about, "at": now})
            ]
            told = {one.person_id: one.facts for one in fresh if one.facts}
            if told:
                tell_all(told, kind, federation_id=fresh[0].federation_id, now=now)


def _told(about: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(Reminder.enrolment_id == Enrolment.id, Reminder.about == about)


def _meetings(now: datetime) -> list[Due]:
    about = literal("meeting:") + func.replace(cast(Meeting.id, String), "-", "")
    rows = db.session.execute(
        select(Enrolment.id, Enrolment.person_id, Enrolment.federation_id, Meeting.id, Meeting.what, Meeting.starts_at)
        .join(Meeting, Meeting.edition_id == Enrolment.edition_id)
        .where(
            Meeting.starts_at > now,
            Meeting.starts_at <= now + rules.REMIND_MEETING,
            Meeting.cancelled_at.is_(None),
            Enrolment.state == "active",
            ~_told(about),
        )
        .order_by(Enrolment.federation_id, Meeting.id, Enrolment.id)
        .limit(MOST)
    ).all()
    return [
        Due(
            *row[:3],
            f"meeting:{row[3].hex}",
            {"enrolment": row[0], "what": row[4], "starts_at": row[5].isoformat()},
        )
        for row in rows
    ]


def _deadlines(now: datetime) -> list[Due]:
    """Whoever has nothing left to do but come to meetings is noted as reminded, and hears nothing."""
    first, last = now.date(), now.date() + rules.REMIND_DUE
    day = func.coalesce(Enrolment.due_on, Edition.ends_on)
    rows = db.session.execute(
        select(
            Enrolment.id, Enrolment.person_id, Enrolment.federation_id, Edition.name, Enrolment.due_on, Edition.ends_on
        )
        .join(Edition, Edition.id == Enrolment.edition_id)
        .where(
            or_(
                Enrolment.due_on.between(first, last), Enrolment.due_on.is_(None) & Edition.ends_on.between(first, last)
            ),
            Enrolment.state == "active",
            ~_told(literal("due:") + cast(day, String)),
        )
        .order_by(Enrolment.federation_id, day, Enrolment.id)
        .limit(MOST)
    ).all()
    standings = queries.standings([row[0] for row in rows])
    done = {id_ for id_, one in standings.items() if all(each.met for each in one.answers if each.kind != "attendance")}
    found = []
    for id_, person_id, federation_id, name, own, ends_on in rows:
        by = (own or ends_on).isoformat()
        facts = {} if id_ in done else {"enrolment": id_, "edition": name, "due_on": by}
        found.append(Due(id_, person_id, federation_id, f"due:{by}", facts))
    return found
