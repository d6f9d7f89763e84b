"""What the pages of an edition show: to those who keep and teach it, and to whoever learns in it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, case, func, select

from courses.catalogue.models import Course, CourseVersion
from courses.editions.models import (
    Attendance,
    AttendanceChange,
    CompletionRule,
    EditionRule,
    EditionTrainer,
    Prerequisite,
)
from courses.learning.models import Edition, Enrolment, Meeting, WaitingPlace
from lms.db import db
from lms.people.called import Called
from lms.people.models import Membership, Person, in_force
from lms.people.queries import gone

PAGE = 50  # people on a page


@dataclass(frozen=True, slots=True)
class EditionPage:
    """An edition with its course and trainers. `federation_id` and `trainer_ids` serve the policy."""

    id: UUID
    federation_id: UUID
    name: str
    begins_on: date
    ends_on: date
    seats: int
    seats_taken: int
    open: bool
    setting: str
    place: str
    link: str
    offer_hours: int
    version_id: UUID
    course_id: UUID
    course_slug: str
    course_title: dict[str, Any]
    trainers: dict[UUID, str]

    @property
    def trainer_ids(self) -> frozenset[UUID]:
        """Who teaches it."""
        return frozenset(self.trainers)


_EDITION = (
    select(
        Edition.id, Edition.federation_id, Edition.name, Edition.begins_on, Edition.ends_on, Edition.seats,
        Edition.seats_taken, Edition.open, Edition.setting, Edition.place, Edition.link, Edition.offer_hours,
        Edition.version_id, Course.id, Course.slug, CourseVersion.title,
        EditionTrainer.person_id, Person.name, Person.pronouns,
    )
    .join(CourseVersion, CourseVersion.id == Edition.version_id)
    .join(Course, Course.id == CourseVersion.course_id)
    .outerjoin(EditionTrainer, EditionTrainer.edition_id == Edition.id)
    .outerjoin(Person, Person.id == EditionTrainer.person_id)
    .order_by(EditionTrainer.since, EditionTrainer.person_id)
)  # fmt: skip


def edition(edition_id: UUID) -> EditionPage | None:
    """An edition, in one statement."""
    rows: list[Any] = list(db.session.execute(_EDITION.where(Edition.id == edition_id)))
    if not rows:
        return None
    trainers: dict[UUID, str] = {row[16]: Called(row[17] or gone(), row[18]) for row in rows if row[16] is not None}
    return EditionPage(*rows[0][:16], trainers=trainers)


def edition_of_meeting(meeting_id: UUID) -> UUID | None:
    """The edition to which a meeting belongs."""
    return db.session.scalar(select(Meeting.edition_id).where(Meeting.id == meeting_id))


class MeetingLine(NamedTuple):
    """A meeting, with how many came, stayed away or are excused."""

    meeting: Meeting
    present: int
    absent: int
    excused: int


def _counted(state: str) -> Any:
    return func.coalesce(func.sum(case((Attendance.state == state, 1), else_=0)), 0)


def meetings(edition_id: UUID) -> list[MeetingLine]:
    """An edition's meetings in order."""
    counts = (
        select(
            Attendance.meeting_id,
            _counted("present").label("p"),
            _counted("absent").label("a"),
            _counted("excused").label("e"),
        )
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(Meeting.edition_id == edition_id)
        .group_by(Attendance.meeting_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Meeting, counts.c.p, counts.c.a, counts.c.e)
        .outerjoin(counts, counts.c.meeting_id == Meeting.id)
        .where(Meeting.edition_id == edition_id)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [MeetingLine(meeting, int(p or 0), int(a or 0), int(e or 0)) for meeting, p, a, e in rows]


def meeting(edition_id: UUID, meeting_id: UUID) -> Meeting | None:
    """A meeting of this edition."""
    return db.session.scalar(select(Meeting).where(Meeting.id == meeting_id, Meeting.edition_id == edition_id))


class Learner(NamedTuple):
    """Somebody in an edition."""

    enrolment_id: UUID
    person_id: UUID
    name: str
    state: str
    enrolled_at: datetime
    due_on: date | None


def learners(edition_id: UUID, page: int) -> list[Learner]:
    """A page of the people in an edition, by name; one more than PAGE when there are others after it."""
    rows = db.session.execute(
        select(
            Enrolment.id,
            Person.id,
            Person.name,
            Person.pronouns,
            Enrolment.state,
            Enrolment.enrolled_at,
            Enrolment.due_on,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.edition_id == edition_id)
        .order_by(Enrolment.state == "left", func.lower(Person.name), Person.id)
        .offset(PAGE * (page - 1))
        .limit(PAGE + 1)
    )
    return [Learner(row[0], row[1], Called(row[2] or gone(), row[3]), *row[4:]) for row in rows]


class Attending(NamedTuple):
    """Somebody on the list of a meeting, and what is noted of them."""

    enrolment_id: UUID
    person_id: UUID
    name: str
    state: str | None
    how: str | None


def attending(meeting: Meeting) -> list[Attending]:
    """Everybody who is in the edition of a meeting (also who has left, if they came), by name."""
    rows = db.session.execute(
        select(Enrolment.id, Person.id, Person.name, Person.pronouns, Attendance.state, Attendance.how)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Attendance, and_(Attendance.enrolment_id == Enrolment.id, Attendance.meeting_id == meeting.id))
        .where(Enrolment.edition_id == meeting.edition_id, Enrolment.state != "left")
        .order_by(func.lower(Person.name), Person.id)
    )
    return [Attending(row[0], row[1], Called(row[2] or gone(), row[3]), row[4], row[5]) for row in rows]


class Change(NamedTuple):
    """A correction of what was noted."""

    name: str
    was: str
    became: str
    by: UUID
    at: datetime


def changes(meeting_id: UUID) -> list[Change]:
    """The corrections of a meeting's list, the newest first."""
    rows = db.session.execute(
        select(Person.name, AttendanceChange.was, AttendanceChange.became, AttendanceChange.by, AttendanceChange.at)
        .join(Enrolment, Enrolment.id == AttendanceChange.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(AttendanceChange.meeting_id == meeting_id)
        .order_by(AttendanceChange.id.desc())
        .limit(100)
    )
    return [Change(row[0] or gone(), *row[1:]) for row in rows]


class Waiting(NamedTuple):
    """Somebody in the queue."""

    person_id: UUID
    name: str
    number: int
    state: str
    expires_at: datetime | None


def queue(edition_id: UUID) -> list[Waiting]:
    """Who waits for a seat or has been offered one, in order."""
    rows = db.session.execute(
        select(
            Person.id, Person.name, Person.pronouns, WaitingPlace.number, WaitingPlace.state, WaitingPlace.expires_at
        )
        .join(Person, Person.id == WaitingPlace.person_id)
        .where(WaitingPlace.edition_id == edition_id, WaitingPlace.state.in_(("waiting", "offered")))
        .order_by(WaitingPlace.number)
        .limit(200)
    )
    return [Waiting(row[0], Called(row[1] or gone(), row[2]), *row[3:]) for row in rows]


class OwnPlace(NamedTuple):
    """One's own place in a queue: how many are ahead."""

    state: str
    expires_at: datetime | None
    ahead: int


def own_place(edition_id: UUID, person_id: UUID) -> OwnPlace | None:
    """Where somebody stands in the queue for an edition."""
    before = WaitingPlace.__table__.alias("before")
    ahead = (
        select(func.count())
        .select_from(before)
        .where(
            before.c.edition_id == WaitingPlace.edition_id,
            before.c.state == "waiting",
            before.c.number < WaitingPlace.number,
        )
        .scalar_subquery()
    )
    row = db.session.execute(
        select(WaitingPlace.state, WaitingPlace.expires_at, ahead).where(
            WaitingPlace.edition_id == edition_id, WaitingPlace.person_id == person_id
        )
    ).one_or_none()
    return OwnPlace(*row) if row else None


class Rule(NamedTuple):
    """The rule of an edition; number 0: the one that comes with the platform."""

    number: int
    demands: list[dict[str, Any]]
    usual: bool


def rule(page: EditionPage) -> Rule | None:
    """The rule of an edition, or the usual one of its course; None: the one that comes with the platform."""
    own = select(EditionRule.rule_id).where(EditionRule.edition_id == page.id).scalar_subquery()
    row = db.session.execute(
        select(CompletionRule.number, CompletionRule.demands, CompletionRule.usual)
        .where(
            (CompletionRule.id == own)
            | (
                own.is_(None)
                & (CompletionRule.federation_id == page.federation_id)
                & (CompletionRule.course_id == page.course_id)
                & CompletionRule.usual
            )
        )
        .order_by(CompletionRule.number.desc())
        .limit(1)
    ).one_or_none()
    return Rule(*row) if row else None


class Needed(NamedTuple):
    """What has to come before a course; without a title it is an accreditation in force."""

    id: UUID
    title: dict[str, Any] | None


def needed(course_id: UUID, federation_id: UUID) -> list[Needed]:
    """What has to come before a course in a federation."""
    rows = db.session.execute(
        select(Prerequisite.id, CourseVersion.title)
        .outerjoin(Course, Course.id == Prerequisite.needs_id)
        .outerjoin(CourseVersion, CourseVersion.id == Course.current_version_id)
        .where(Prerequisite.federation_id == federation_id, Prerequisite.course_id == course_id)
        .order_by(Prerequisite.id)
    )
    return [Needed(*row) for row in rows]


def courses(federation_id: UUID) -> list[tuple[UUID, dict[str, Any]]]:
    """(id, title) of every published course that the federation sees."""
    rows = db.session.execute(
        select(Course.id, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .where(Course.federation_id.is_(None) | (Course.federation_id == federation_id))
    )
    return [(row[0], row[1]) for row in rows]


def could_teach(federation_id: UUID, now: datetime) -> list[tuple[UUID, str]]:
    """(id, name) of those who hold the role of trainer, by name."""
    rows = db.session.execute(
        select(Person.id, Person.name)
        .join(Membership, and_(Membership.person_id == Person.id, in_force(Membership, now)))
        .where(Membership.federation_id == federation_id, Membership.role == "trainer", Person.active)
        .order_by(func.lower(Person.name), Person.id)
    )
    return [(id_, name) for id_, name in rows]


class Ahead(NamedTuple):
    """A meeting as whoever is enrolled sees it; place and link are the edition's where it has none of its own."""

    id: UUID
    what: str
    starts_at: datetime
    minutes: int
    setting: str
    place: str
    link: str
    cancelled_at: datetime | None
    attended: str | None


def agenda(edition_id: UUID, enrolment_id: UUID) -> list[Ahead]:
    """The meetings of somebody's edition, in order, with what is noted of them."""
    nowhere = and_(Meeting.place == "", Meeting.link == "")
    rows = db.session.execute(
        select(
            Meeting.id, Meeting.what, Meeting.starts_at, Meeting.minutes, Meeting.setting,
            case((nowhere, Edition.place), else_=Meeting.place), case((nowhere, Edition.link), else_=Meeting.link),
            Meeting.cancelled_at, Attendance.state,
        )
        .join(Edition, Edition.id == Meeting.edition_id)
        .outerjoin(
            Attendance, and_(Attendance.meeting_id == Meeting.id, Attendance.enrolment_id == enrolment_id)
        )
        .where(Meeting.edition_id == edition_id)
        .order_by(Meeting.starts_at, Meeting.id)
    )  # fmt: skip
    return [Ahead(*row) for row in rows]


def others(edition_id: UUID, federation_id: UUID, today: date) -> list[tuple[UUID, str, date]]:
    """Editions of the same course to which somebody could change: (id, name, first day)."""
    here = select(CourseVersion.course_id).join(Edition, Edition.version_id == CourseVersion.id)
    rows = db.session.execute(
        select(Edition.id, Edition.name, Edition.begins_on)
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .where(
            CourseVersion.course_id == here.where(Edition.id == edition_id).scalar_subquery(),
            Edition.federation_id == federation_id,
            Edition.id != edition_id,
            Edition.open,
            Edition.ends_on >= today,
        )
        .order_by(Edition.begins_on, Edition.id)
        .limit(50)
    )
    return [(row[0], row[1], row[2]) for row in rows]
