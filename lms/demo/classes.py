"""The demonstration's editions: who teaches, meetings behind and ahead, and a small edition for which somebody waits."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from courses.editions import attendance, operations, seats
from courses.editions.operations import Plan
from courses.learning import operations as learning
from courses.learning.models import Enrolment, Meeting
from lms.db import db
from lms.demo.roads import Courses

ZONE = ZoneInfo("Europe/Madrid")
# days from today, what about, how, where
MEETINGS = (
    (-9, "Conocernos: qué traemos y qué dejamos fuera", "in-person", "Centro cívico, sala 2"),
    (5, "Escuchar sin arreglar", "in-person", "Centro cívico, sala 2"),
    (19, "Límites y autocuidado", "online", ""),
)


def fill(federation_id: UUID, accounts: dict[str, UUID], courses: Courses, now: datetime) -> None:
    """Tomás teaches the course for agents: one meeting has been, two are to come."""
    edition = courses.editions["apoyo-mutuo"]
    here = {"federation_id": federation_id}
    operations.give_trainer(edition.id, accounts["trainer"], by=accounts["registrar"], now=now, **here)
    meetings = [
        operations.plan(edition.id, _plan(now, *meeting), by=accounts["trainer"], now=now - timedelta(days=20), **here)
        for meeting in MEETINGS
    ]
    _came(meetings[0], accounts["trainer"], federation_id)
    _queue(federation_id, accounts, courses, now)


def _plan(now: datetime, days: int, what: str, setting: str, place: str) -> Plan:
    day = (now + timedelta(days=days)).date()
    link = "" if place else "https://video.demo.test/apoyo-mutuo"
    return Plan(what, day, datetime.combine(day, time(18), ZONE), 120, setting, place, link)


def _came(meeting: Meeting, by: UUID, federation_id: UUID) -> None:
    inside = db.session.scalars(
        select(Enrolment.id).where(Enrolment.edition_id == meeting.edition_id).order_by(Enrolment.enrolled_at)
    ).all()
    marks = {id_: "present" if place < 2 else "excused" for place, id_ in enumerate(inside)}
    after = meeting.starts_at + timedelta(hours=2)
    attendance.note(meeting.id, marks, federation_id=federation_id, by=by, now=after)


def _queue(federation_id: UUID, accounts: dict[str, UUID], courses: Courses, now: datetime) -> None:
    small = learning.open_edition(
        federation_id,
        courses.versions["agente-senior"].id,
        f"Sábados · {now.year}",
        begins_on=now.date(),
        ends_on=(now + timedelta(days=90)).date(),
        seats=1,
        by=accounts["registrar"],
        now=now - timedelta(days=3),
    )
    learning.enrol(accounts["senior2"], small.id, federation_id=federation_id, now=now - timedelta(days=2))
    seats.wait(accounts["agent"], small.id, federation_id=federation_id, now=now - timedelta(days=1))
