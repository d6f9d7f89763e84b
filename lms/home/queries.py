"""Figures that a desk shows and no topic keeps for itself: each in one statement."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, bindparam, case, exists, func, literal, select

from assessments.competencies.models import Observation
from courses.editions.models import EditionTrainer
from courses.learning.models import Edition, Enrolment, Meeting
from courses.mentoring.models import MentoringSession
from lms.db import db
from lms.people.models import Invitation, Membership, Person, SignIn, in_force
from lms.policy import ROLES

MOST_COUNTED = 10_000  # of one role: beyond that a desk says "more than"
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
            MentoringSession.state == literal("waiting", literal_execute=True),  # as its index says it
            MentoringSession.written_at < now - LONG,
        )
        .scalar_subquery()
    )
    row = db.session.execute(
        select(
            waiting,
            func.coalesce(func.sum(case((Invitation.expires_at > now, 1), else_=0)), 0),
            func.coalesce(func.sum(case((Invitation.expires_at <= now, 1), else_=0)), 0),
        ).where(
            Invitation.federation_id == federation_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
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
    # Those that are shown first, then their people: nobody of the other editions is counted.
    shown = (
        select(Edition.id, teaches.label("teaches"))
        .where(Edition.federation_id == federation_id, Edition.ends_on >= now.date())
        .order_by(teaches.desc(), Edition.begins_on, Edition.name)
        .limit(20)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Edition.id,
            Edition.name,
            Edition.begins_on,
            Edition.ends_on,
            func.count(Enrolment.id),
            func.count(Enrolment.last_lesson_id),
            shown.c.teaches,
            following,
        )
        .join(shown, shown.c.id == Edition.id)
        .outerjoin(Enrolment, and_(Enrolment.edition_id == Edition.id, Enrolment.state != "left"))
        .group_by(Edition.id, Edition.name, Edition.begins_on, Edition.ends_on, shown.c.teaches)
        .order_by(shown.c.teaches.desc(), Edition.begins_on, Edition.name)
    )
    return [Class(*row) for row in rows]


def agents_unobserved(federation_id: UUID, now: datetime, limit: int = 10) -> list[tuple[UUID, str]]:
    """Agents of whom no observation is recorded yet, those first who became agents last: (id, name).

    Who has just come is who is being trained; and however many there are, few are looked at before some are found.
    """
    observed = exists().where(Observation.person_id == Person.id, Observation.federation_id == federation_id)
    rows = db.session.execute(
        select(Person.id, Person.name)
        .join(Membership, and_(Membership.person_id == Person.id, in_force(Membership, now)))
        .where(Membership.federation_id == federation_id, Membership.role == "agent", ~observed)
        .order_by(Membership.since.desc())  # and no more: so it is walked along its index
        .limit(limit)
    )
    return [(id_, name) for id_, name in rows]


def _held(role: str) -> ScalarSelect[int]:
    """How many hold a role of :federation at :now, counted as far as MOST_COUNTED: from the index alone."""
    some = select(Membership.role).where(
        Membership.federation_id == bindparam("federation"),
        Membership.role == role,
        in_force(Membership, bindparam("now", type_=Membership.since.type)),
    )
    return select(func.count()).select_from(some.limit(MOST_COUNTED).subquery()).scalar_subquery()


HELD = select(*map(_held, ROLES))  # made once: it takes longer to write than to ask


def roles_held(federation_id: UUID, now: datetime) -> dict[str, int]:
    """How many people hold each role, counted as far as MOST_COUNTED."""
    counts = db.session.execute(HELD, {"federation": federation_id, "now": now}).one()
    return dict(zip(ROLES, counts, strict=True))


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
