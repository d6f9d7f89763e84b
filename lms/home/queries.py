"""Figures that a desk shows and no topic keeps for itself: each in one statement."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, case, exists, func, select

from assessments.competencies.models import Observation
from courses.editions.models import EditionTrainer
from courses.learning.models import Edition, Enrolment, Meeting
from courses.mentoring.models import MentoringSession
from lms.db import db
from lms.people.models import Invitation, Membership, Person, SignIn, in_force

LONG = timedelta(days=30)  # a session that waits longer than this deserves a word with its mentor


@dataclass(frozen=True, slots=True)
class Loose:
    """What may need a hand in a federation: counts."""

    sessions_waiting_long: int
    invitations_waiting: int
    invitations_lapsed: int


def loose_ends(federation_id: UUID, now: datetime) -> Loose:
    """Sessions unsigned for long, and invitations that nobody has taken up."""
    waiting = (
        select(func.count())
        .where(
            MentoringSession.federation_id == federation_id,
            MentoringSession.state == "waiting",
            MentoringSession.written_at < now - LONG,
        )
        .scalar_subquery()
    )
    unanswered = and_(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    row = db.session.execute(
        select(
            waiting,
            func.coalesce(func.sum(case((and_(unanswered, Invitation.expires_at > now), 1), else_=0)), 0),
            func.coalesce(func.sum(case((and_(unanswered, Invitation.expires_at <= now), 1), else_=0)), 0),
        ).where(Invitation.federation_id == federation_id)
    ).one()
    return Loose(*row)


@dataclass(frozen=True, slots=True)
class Class:
    """An edition that is running, for who teaches it."""

    id: UUID
    name: str
    begins_on: date
    ends_on: date
    enrolled: int
    begun: int
    teaches: bool  # whether it is theirs
    next_meeting: datetime | None


def running_editions(federation_id: UUID, person_id: UUID, now: datetime) -> list[Class]:
    """Editions that have not ended, those first that the person teaches, with how many people are in and have begun."""
    teaches = (
        select(EditionTrainer.edition_id)
        .where(EditionTrainer.edition_id == Edition.id, EditionTrainer.person_id == person_id)
        .exists()
    )
    following = (
        select(func.min(Meeting.starts_at))
        .where(Meeting.edition_id == Edition.id, Meeting.cancelled_at.is_(None), Meeting.starts_at > now)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Edition.id,
            Edition.name,
            Edition.begins_on,
            Edition.ends_on,
            func.count(Enrolment.id),
            func.count(Enrolment.last_lesson_id),
            teaches,
            following,
        )
        .outerjoin(Enrolment, and_(Enrolment.edition_id == Edition.id, Enrolment.state != "left"))
        .where(Edition.federation_id == federation_id, Edition.ends_on >= now.date())
        .group_by(Edition.id, Edition.name, Edition.begins_on, Edition.ends_on)
        .order_by(teaches.desc(), Edition.begins_on, Edition.name)
        .limit(20)
    )
    return [Class(*row) for row in rows]


def agents_unobserved(federation_id: UUID, now: datetime, limit: int = 10) -> list[tuple[UUID, str]]:
    """Agents of whom no observation is recorded yet: (id, name), by name."""
    observed = exists().where(Observation.person_id == Person.id, Observation.federation_id == federation_id)
    rows = db.session.execute(
        select(Person.id, Person.name)
        .join(Membership, and_(Membership.person_id == Person.id, in_force(Membership, now)))
        .where(Membership.federation_id == federation_id, Membership.role == "agent", ~observed)
        .order_by(Person.name)
        .limit(limit)
    )
    return [(id_, name) for id_, name in rows]


def roles_held(federation_id: UUID, now: datetime) -> dict[str, int]:
    """How many people hold each role."""
    rows = db.session.execute(
        select(Membership.role, func.count())
        .where(Membership.federation_id == federation_id, in_force(Membership, now))
        .group_by(Membership.role)
    )
    return {row[0]: row[1] for row in rows}


def signed_in_now(federation_id: UUID, now: datetime) -> int:
    """Sessions that are open."""
    return (
        db.session.scalar(
            select(func.count()).where(
                SignIn.federation_id == federation_id, SignIn.ended_at.is_(None), SignIn.expires_at > now
            )
        )
        or 0
    )
