"""What has not left or not arrived: for those who administer a federation, and for whoever runs the install."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased

from lms import jobs
from lms.db import db
from lms.jobs import Job
from lms.people.messages.kinds import KINDS
from lms.people.messages.models import Message
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
            Message.federation_id == federation_id, Message.mail == "due", Message.at < now - LATE
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
    mails = Job.kind.startswith("mail.")
    late = (mails, Job.state.in_(("due", "running")), Job.fault.is_not(None))
    rows = db.session.execute(
        select(Job.fault, func.count(), func.min(Job.due_at)).where(*late).group_by(Job.fault)
    ).all()
    failed = db.session.execute(
        select(Job.fault, func.count()).where(mails, Job.state == "failed").group_by(Job.fault)
    ).all()
    faults: dict[str, int] = {}
    for fault, count in [*((row[0], row[1]) for row in rows), *((row[0], row[1]) for row in failed)]:
        faults[fault or "?"] = faults.get(fault or "?", 0) + count
    oldest = db.session.scalar(select(func.min(Message.at)).where(Message.mail == "due", Message.at < now - LATE))
    returned = db.session.scalar(select(func.count()).select_from(Message).where(Message.mail == "refused")) or 0
    return Status(sum(row[1] for row in rows), oldest, sum(row[1] for row in failed), faults, returned)


def retry(now: datetime) -> int:
    """Let everything that waits, was given up or given back be tried again now: how many mails."""
    current_app.extensions["lms_mail_rest"].until = None
    back = db.session.execute(
        update(Message)
        .where(Message.mail == "refused")
        .values(mail="due", mailed_at=None)
        .returning(Message.id, Message.kind, Message.digest_id)
        .execution_options(synchronize_session=False)
    ).all()
    single = [
        {"message": row.id, "group": KINDS[row.kind].group if row.kind in KINDS else ""}
        for row in back
        if row.digest_id is None
    ]
    jobs.add_all("mail.message", now, single, ring=False)
    jobs.add_all("mail.digest", now, [{"digest": d} for d in {row.digest_id for row in back} - {None}], ring=False)
    again: Any = db.session.execute(
        update(Job)
        .where(Job.kind.startswith("mail."), Job.state.in_(("due", "failed")), Job.fault.is_not(None))
        .values(state="due", due_at=now, tries=0, fault=None)
        .execution_options(synchronize_session=False)
    )
    return again.rowcount + len(back)
