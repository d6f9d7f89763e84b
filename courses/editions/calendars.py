"""Calendars (iCalendar): a person's meetings at a secret address, of all their editions or of one."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app
from icalendar import Calendar, Event
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import and_, case, delete, exists, or_, select, update
from sqlalchemy.orm import aliased

from courses.editions.models import CalendarFeed, EditionTrainer
from courses.learning.models import Edition, Enrolment, Meeting
from lms import audit
from lms.db import db, insert_once
from lms.ids import new_key
from lms.people.messages.models import Discretion
from lms.people.models import Federation, Person
from lms.texts import gettext as _

MOST = 500  # meetings in a calendar, the latest


class Reader(NamedTuple):
    """Whose calendar an address opens, and of which edition (None: of all)."""

    person_id: UUID
    edition_id: UUID | None
    locale: str
    level: str  # of discretion, as in mails


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="calendar")


# --- The address ------------------------------------------------------------------------------------------------------


def make(person_id: UUID, *, now: datetime) -> None:
    """Give a person a calendar address; one that they had opens nothing any more."""
    values = {"nonce": new_key(), "made_at": now}
    if not insert_once(CalendarFeed, {"person_id": person_id, **values}):
        db.session.execute(update(CalendarFeed).where(CalendarFeed.person_id == person_id).values(**values))
    audit.record("calendar.make", f"person:{person_id}", federation_id=None, actor_id=person_id, now=now)


def drop(person_id: UUID, *, now: datetime) -> bool:
    """No calendar address any more. False if there was none."""
    gone: Any = db.session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person_id))
    if gone.rowcount:
        audit.record("calendar.drop", f"person:{person_id}", federation_id=None, actor_id=person_id, now=now)
    return bool(gone.rowcount)


def token(person_id: UUID, edition_id: UUID | None = None) -> str | None:
    """The secret part of a person's address, of all their meetings or of one edition's; None if they have none."""
    nonce = db.session.scalar(select(CalendarFeed.nonce).where(CalendarFeed.person_id == person_id))
    return _signed(person_id, nonce, edition_id) if nonce else None


def _signed(person_id: UUID, nonce: str, edition_id: UUID | None) -> str:
    return str(_signer().dumps([person_id.hex, nonce, edition_id.hex if edition_id else ""]))


def reader(text: str) -> Reader | None:
    """Whom an address belongs to; None for one that opens nothing (any more)."""
    try:
        person, nonce, edition = _signer().loads(text[:400])
        person_id, edition_id = UUID(hex=person), UUID(hex=edition) if edition else None
    except (BadSignature, ValueError, TypeError, AttributeError):
        return None
    row = db.session.execute(
        select(Person.locale, Discretion.level)
        .join(CalendarFeed, CalendarFeed.person_id == Person.id)
        .outerjoin(Discretion, Discretion.person_id == Person.id)
        .where(Person.id == person_id, Person.active, CalendarFeed.nonce == str(nonce))
    ).one_or_none()
    return Reader(person_id, edition_id, row.locale, row.level or "discreet") if row else None


# --- What stands in it ------------------------------------------------------------------------------------------------


def _events(who: Reader) -> list[Any]:
    """The meetings of editions that the person is in, or teaches, in order."""
    mine, nowhere = aliased(Enrolment), and_(Meeting.place == "", Meeting.link == "")
    learns = exists().where(mine.edition_id == Edition.id, mine.person_id == who.person_id, mine.state != "left")
    teaches = exists().where(EditionTrainer.edition_id == Edition.id, EditionTrainer.person_id == who.person_id)
    found = (
        select(
            Meeting.id, Meeting.what, Meeting.starts_at, Meeting.minutes, Meeting.cancelled_at, Meeting.revision,
            case((nowhere, Edition.place), else_=Meeting.place).label("place"),
            case((nowhere, Edition.link), else_=Meeting.link).label("link"),
            Edition.name, Federation.timezone,
        )
        .join(Edition, Edition.id == Meeting.edition_id)
        .join(Federation, Federation.id == Edition.federation_id)
        .where(or_(learns, teaches))
        .order_by(Meeting.starts_at.desc(), Meeting.id)
        .limit(MOST)
    )  # fmt: skip
    if who.edition_id is not None:
        found = found.where(Edition.id == who.edition_id)
    return list(reversed(db.session.execute(found).all()))


def feed(who: Reader, now: datetime) -> bytes:
    """The calendar. Where mails are discreet, so is it: "Encuentro", without course, place or link; those are on the page."""
    calendar = Calendar()
    calendar.add("prodid", "-//Entrepares//Encuentros//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Encuentros"))
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    base = str(current_app.config["BASE_URL"]).rstrip("/")
    rows = _events(who)
    for row in rows:
        starts = row.starts_at.astimezone(ZoneInfo(row.timezone))
        event = Event()
        event.add("uid", f"{row.id}@{urlsplit(base).hostname}")
        event.add("dtstamp", now)
        event.add("dtstart", starts)
        event.add("dtend", starts + timedelta(minutes=row.minutes))
        event.add("sequence", row.revision)
        event.add("status", "CANCELLED" if row.cancelled_at else "CONFIRMED")
        event.add("summary", f"{row.what} · {row.name}" if who.level == "open" else _("Encuentro"))
        if who.level == "open":
            event.add("location", row.place or row.link)
        calendar.add_component(event)
    if rows:
        first, last = rows[0].starts_at.date(), rows[-1].starts_at.date()
        calendar.add_missing_timezones(first_date=first - timedelta(days=366), last_date=last + timedelta(days=366))
    return calendar.to_ical()
