"""What has not left or not arrived: for those who administer a federation, and for whoever runs the install."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.orm import aliased

from lms import jobs
from lms.db import db
from lms.jobs import Job
from lms.people.messages.models import NOT_GONE, Message
from lms.people.models import Person

LATE = timedelta(minutes=15)  # what is due for longer is not leaving
RECENT = timedelta(days=30)
MOST = 10  # people named


@dataclass(frozen=True, slots=True)
class Stuck:
    """In a federation: mails that do not leave (how many, since when) and people whose address gives them back."""

    waiting: int
    since: datetime | None
    returned: list[tuple[UUID, str]]


def stuck(federation_id: UUID, now: datetime) -> Stuck:
    """What an admin should know about the mail of their federation, in two statements."""
    waiting, since = db.session.execute(
        select(func.count(), func.min(Message.at)).where(
            NOT_GONE, Message.federation_id == federation_id, Message.mail == "due", Message.at < now - LATE
        )
    ).one()
    later = aliased(Message)
    arrived_since = exists().where(
        later.person_id == Message.person_id, later.mail == "sent", later.mailed_at > Message.mailed_at
    )
    rows = db.session.execute(
        select(Person.id, Person.name)
        .join(Message, Message.person_id == Person.id)
        .where(
            NOT_GONE,  # as its index says it: those that have left are not looked through
            Message.federation_id == federation_id,
            Message.mail == "refused",
            Message.mailed_at > now - RECENT,
            ~arrived_since,
        )
        .distinct()
        .order_by(Person.name, Person.id)
        .limit(MOST)
    )
    return Stuck(waiting, since, [(row.id, row.name) for row in rows])


@dataclass(frozen=True, slots=True)
class Status:
    """Of the whole install: mails that wait, the oldest of them, mails given up, and why; messages given back."""

    waiting: int
    oldest: datetime | None
    given_up: int
    faults: dict[str, int]
    returned: int


def status(now: datetime) -> Status:
    """How the install's mail stands."""
    late = (Job.state.in_(("due", "running")), Job.fault.is_not(None))
    rows = _mails(*late)
    failed = _mails(Job.state == "failed")
    faults: dict[str, int] = {}
    for fault, count in [*((row[0], row[1]) for row in rows), *((row[0], row[1]) for row in failed)]:
        faults[fault or "?"] = faults.get(fault or "?", 0) + count
    oldest = db.session.scalar(select(func.min(Message.at)).where(Message.mail == "due", Message.at < now - LATE))
    returned = db.session.scalar(select(func.count()).select_from(Message).where(Message.mail == "refused")) or 0
    return Status(sum(row[1] for row in rows), oldest, sum(row[1] for row in failed), faults, returned)


def _mails(*which: Any) -> list[Any]:
    """Of jobs of mail: (fault, mails, since when). A job of several messages is as many mails as are due of them."""
    return list(
        db.session.execute(
            select(Job.fault, func.count(), func.min(Job.due_at))
            .outerjoin(Message, and_(NOT_GONE, Message.mail == "due", Message.job_id == Job.id))
            .where(Job.kind.startswith("mail."), *which)
            .group_by(Job.fault)
        )
    )


def retry(now: datetime) -> int:
    """Let everything that waits, was given up or given back be tried again now: how many mails."""
    current_app.extensions["lms_mail_rest"].until = None
    back = db.session.execute(
        update(Message)
        .where(Message.mail == "refused")
        .values(mail="due", mailed_at=None, job_id=None)  # the next sweep gathers them
        .returning(Message.id, Message.digest_id)
        .execution_options(synchronize_session=False)
    ).all()
    jobs.add_all("mail.digest", now, [{"digest": d} for d in {row.digest_id for row in back} - {None}], ring=False)
    waiting = sum(row[1] for row in _mails(Job.state.in_(("due", "failed")), Job.fault.is_not(None)))
    db.session.execute(
        update(Job)
        .where(Job.kind.startswith("mail."), Job.state.in_(("due", "failed")), Job.fault.is_not(None))
        .values(state="due", due_at=now, tries=0, fault=None)
        .execution_options(synchronize_session=False)
    )
    return waiting + len(back)
