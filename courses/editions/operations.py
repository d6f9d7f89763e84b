"""What those who keep and teach an edition do: its place and seats, its trainers, its meetings."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, func, select

from courses.editions import rules, seats
from courses.editions.models import Attendance, EditionTrainer
from courses.editions.refusals import (
    AttendanceNoted,
    DatesLeaveMeetings,
    FewerSeats,
    MeetingCancelled,
    NoTrainer,
    OddLink,
    OutsideTheEdition,
    TooManyMeetings,
)
from courses.learning.models import Edition, Enrolment, Meeting
from courses.learning.refusals import DatesReversed, EditionUnknown
from lms import audit
from lms.db import db, insert_once
from lms.i18n import day as in_words
from lms.ids import new_id
from lms.people import queries as people
from lms.people.messages.operations import tell_all

_QUIETLY = {"synchronize_session": False}


def _checked_link(link: str) -> str:
    if link and not link.startswith("https://"):
        raise OddLink
    return link


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a registrar may change of an edition."""

    name: str
    begins_on: date
    ends_on: date
    seats: int
    setting: str
    place: str
    link: str
    offer_hours: int


def arrange(edition_id: UUID, given: Arrangement, *, federation_id: UUID, by: UUID, now: datetime) -> None:
    """Change dates, seats and place; more seats are offered to those who wait.

    Raises EditionUnknown, DatesReversed, FewerSeats, OddLink, DatesLeaveMeetings.
    """
    _checked_link(given.link)
    if given.ends_on < given.begins_on:
        raise DatesReversed
    edition = seats.hold(edition_id, federation_id=federation_id)
    if given.seats < edition.seats_taken:
        raise FewerSeats(taken=edition.seats_taken)
    planned = select(Meeting.starts_at).where(Meeting.edition_id == edition_id, Meeting.cancelled_at.is_(None))
    federation = people.federation(federation_id)
    zone = ZoneInfo(federation.timezone if federation else "UTC")
    for starts_at in db.session.scalars(planned):
        if rules.outside(starts_at.astimezone(zone).date(), given.begins_on, given.ends_on):
            raise DatesLeaveMeetings
    for field in Arrangement.__slots__:
        setattr(edition, field, getattr(given, field))
    db.session.flush()
    seats.fill(edition, now=now)
    _record(
        "edition.arrange",
        edition_id,
        federation_id,
        by,
        now,
        seats=given.seats,
        since=given.begins_on,
        until=given.ends_on,
    )


# --- Trainers ---------------------------------------------------------------------------------------------------------


def give_trainer(edition_id: UUID, person_id: UUID, *, federation_id: UUID, by: UUID, now: datetime) -> bool:
    """Let somebody teach an edition. False if they do. Raises EditionUnknown, NoTrainer (also for whoever is enrolled in it)."""
    seats.hold(edition_id, federation_id=federation_id)
    if not people.holds(person_id, federation_id, "trainer", now=now):
        raise NoTrainer
    learns = exists().where(
        Enrolment.edition_id == edition_id, Enrolment.person_id == person_id, Enrolment.state != "left"
    )
    if db.session.scalar(select(learns)):
        raise NoTrainer
    values = {"edition_id": edition_id, "person_id": person_id}
    new = insert_once(EditionTrainer, values | {"federation_id": federation_id, "since": now, "given_by": by})
    if new:
        _record("edition.give-trainer", edition_id, federation_id, by, now, person=person_id)
    return new


def take_trainer(edition_id: UUID, person_id: UUID, *, federation_id: UUID, by: UUID, now: datetime) -> bool:
    """Somebody teaches the edition no longer; what they noted stands. False if they did not."""
    gone: Any = db.session.execute(
        delete(EditionTrainer).where(
            EditionTrainer.edition_id == edition_id,
            EditionTrainer.person_id == person_id,
            EditionTrainer.federation_id == federation_id,
        )
    )
    if gone.rowcount == 1:
        _record("edition.take-trainer", edition_id, federation_id, by, now, person=person_id)
    return gone.rowcount == 1


# --- Meetings ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plan:
    """A meeting as it is planned. `day` is that of `starts_at` where it is planned."""

    what: str
    day: date
    starts_at: datetime
    minutes: int
    setting: str
    place: str
    link: str


def plan(edition_id: UUID, given: Plan, *, federation_id: UUID, by: UUID, now: datetime) -> Meeting:
    """A new meeting. Raises EditionUnknown, OutsideTheEdition, OddLink, TooManyMeetings."""
    edition = seats.hold(edition_id, federation_id=federation_id)
    _check(edition, given)
    there_are = db.session.scalar(select(func.count()).select_from(Meeting).where(Meeting.edition_id == edition_id))
    if (there_are or 0) >= rules.MOST_MEETINGS:
        raise TooManyMeetings(most=rules.MOST_MEETINGS)
    meeting = Meeting(
        id=new_id(), federation_id=federation_id, edition_id=edition_id, what=given.what, starts_at=given.starts_at,
        minutes=given.minutes, setting=given.setting, place=given.place, link=given.link, revision=0, code_step=0,
    )  # fmt: skip
    db.session.add(meeting)
    db.session.flush()
    _meeting("meeting.plan", meeting, by, now)
    return meeting


def change(meeting_id: UUID, given: Plan, *, federation_id: UUID, by: UUID, now: datetime) -> None:
    """Change a meeting; whoever is enrolled hears of another time. Raises EditionUnknown, OutsideTheEdition, OddLink,
    MeetingCancelled, AttendanceNoted (of a meeting to which people came, time and length stand).
    """
    meeting, edition = _mine(meeting_id, federation_id)
    _check(edition, given)
    if meeting.cancelled_at is not None:
        raise MeetingCancelled
    moved = meeting.starts_at != given.starts_at
    if (moved or meeting.minutes != given.minutes) and _noted(meeting_id):
        raise AttendanceNoted
    meeting.what, meeting.starts_at, meeting.minutes = given.what, given.starts_at, given.minutes
    meeting.setting, meeting.place, meeting.link = given.setting, given.place, given.link
    meeting.revision += 1
    db.session.flush()
    _meeting("meeting.change", meeting, by, now)
    if moved and given.starts_at > now:
        _tell_everybody(meeting, "meeting-moved", now)


def cancel(meeting_id: UUID, *, federation_id: UUID, by: UUID, now: datetime) -> bool:
    """Cancel a meeting: it stays in calendars as cancelled, counts for nobody, and people are told if it is still to come.
    False if it was cancelled. Raises EditionUnknown, AttendanceNoted.
    """
    meeting, _edition = _mine(meeting_id, federation_id)
    if meeting.cancelled_at is not None:
        return False
    if _noted(meeting_id):
        raise AttendanceNoted
    meeting.cancelled_at = now
    meeting.revision += 1
    db.session.flush()
    _meeting("meeting.cancel", meeting, by, now)
    if meeting.starts_at > now:
        _tell_everybody(meeting, "meeting-cancelled", now)
    return True


def _mine(meeting_id: UUID, federation_id: UUID) -> tuple[Meeting, Edition]:
    edition_id = db.session.scalar(
        select(Meeting.edition_id).where(Meeting.id == meeting_id, Meeting.federation_id == federation_id)
    )
    if edition_id is None:
        raise EditionUnknown
    edition = seats.hold(edition_id, federation_id=federation_id)
    held = select(Meeting).where(Meeting.id == meeting_id).with_for_update(key_share=True)
    return db.session.execute(held.execution_options(populate_existing=True)).scalar_one(), edition


def _noted(meeting_id: UUID) -> bool:
    return bool(db.session.scalar(select(exists().where(Attendance.meeting_id == meeting_id))))


def _check(edition: Edition, given: Plan) -> None:
    _checked_link(given.link)
    if rules.outside(given.day, edition.begins_on, edition.ends_on):
        raise OutsideTheEdition(begins=in_words(edition.begins_on), ends=in_words(edition.ends_on))


def _tell_everybody(meeting: Meeting, kind: str, now: datetime) -> None:
    """Who has paused is not told: their course shows it when they come back."""
    inside = select(Enrolment.person_id, Enrolment.id).where(
        Enrolment.edition_id == meeting.edition_id, Enrolment.state == "active"
    )
    about = {"what": meeting.what, "starts_at": meeting.starts_at.isoformat()}
    told = {person_id: about | {"enrolment": id_} for person_id, id_ in db.session.execute(inside)}
    tell_all(told, kind, federation_id=meeting.federation_id, now=now)


def _meeting(action: str, meeting: Meeting, by: UUID, now: datetime) -> None:
    audit.record(
        action, f"meeting:{meeting.id}", federation_id=meeting.federation_id, actor_id=by, now=now,
        edition=meeting.edition_id, starts_at=meeting.starts_at, minutes=meeting.minutes,
    )  # fmt: skip


def _record(action: str, edition_id: UUID, federation_id: UUID, by: UUID, now: datetime, **facts: Any) -> None:
    audit.record(action, f"edition:{edition_id}", federation_id=federation_id, actor_id=by, now=now, **facts)
