"""Reads of pairings, sessions and the ledger."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, cast, func, literal, null, or_, select, union_all

from courses.mentoring import rules
from courses.mentoring.models import HoursEntry, MentoringSession, Pairing
from courses.mentoring.rules import KINDS, MENTORING_KINDS, Booking
from lms.db import Moment, db
from lms.people.models import Membership, Person

SHOWN = 200  # sessions that one list shows at most


@dataclass(frozen=True, slots=True)
class Balance:
    """What stands signed for a person, in minutes: the sum of the ledger, never kept anywhere else."""

    minutes: dict[str, int]  # every kind, 0 included
    mentors: frozenset[UUID]  # with mentoring (not only practice) that stands
    by_mentor: dict[UUID, dict[str, int]]  # kinds with something that stands

    @property
    def total(self) -> int:
        """All kinds together."""
        return sum(self.minutes.values())


def balance(person_id: UUID, federation_id: UUID) -> Balance:
    """The person's hours by kind and mentor, in one statement."""
    rows = db.session.execute(
        select(HoursEntry.kind, HoursEntry.mentor_id, func.sum(HoursEntry.minutes))
        .where(HoursEntry.person_id == person_id, HoursEntry.federation_id == federation_id)
        .group_by(HoursEntry.kind, HoursEntry.mentor_id)
    )
    return _balance(rows)


def _balance(rows: Iterable[Any]) -> Balance:
    """From (kind, mentor, sum of minutes)."""
    minutes = dict.fromkeys(KINDS, 0)
    by_mentor: dict[UUID, dict[str, int]] = {}
    for kind, mentor_id, total in rows:
        minutes[kind] += int(total)
        if total:
            by_mentor.setdefault(mentor_id, {})[kind] = int(total)
    mentors = frozenset(mentor for mentor, kinds in by_mentor.items() if not MENTORING_KINDS.isdisjoint(kinds))
    return Balance(minutes, mentors, by_mentor)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that is not settled: `waiting` for the mentor, or `returned` to the person."""

    id: UUID
    kind: str
    mentor_id: UUID
    mentor_name: str
    minutes: int
    starts_at: datetime
    written_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands with their mentors."""

    balance: Balance
    sessions: list[OpenSession]  # oldest first
    mentors: dict[UUID, str]  # of the pairings that stand, by name


def standing(person_id: UUID, federation_id: UUID) -> Standing:
    """Balance, unsettled sessions and standing pairings, in one statement."""
    nothing, never = cast(null(), Uuid()), cast(null(), Moment())
    signed = _signed(person_id, federation_id, nothing, never)
    mine = (MentoringSession.person_id == person_id, MentoringSession.federation_id == federation_id)
    unsettled = (
        select(
            MentoringSession.id,
            MentoringSession.kind,
            MentoringSession.mentor_id,
            Person.name,
            MentoringSession.minutes,
            MentoringSession.starts_at,
            MentoringSession.written_at,
            MentoringSession.state,
        )
        .join(Person, Person.id == MentoringSession.mentor_id)
        .where(*mine, MentoringSession.state.in_(rules.CORRECTABLE))
    )
    paired = (
        select(Pairing.id, literal(""), Pairing.mentor_id, Person.name, literal(0), never, never, literal("paired"))
        .join(Person, Person.id == Pairing.mentor_id)
        .where(Pairing.person_id == person_id, Pairing.federation_id == federation_id, Pairing.until.is_(None))
    )
    sums, sessions, mentors = [], [], {}
    rows: Iterable[Any] = db.session.execute(union_all(signed, unsettled, paired))
    for row in rows:
        if row[7] == "signed":
            sums.append((row[1], row[2], row[4]))
        elif row[7] == "paired":
            mentors[row[2]] = row[3]
        else:
            sessions.append(OpenSession(*row))
    sessions.sort(key=lambda session: (session.starts_at, session.id))
    return Standing(_balance(sums), sessions, mentors)


def _signed(person_id: UUID, federation_id: UUID, nothing: Any, never: Any) -> Any:
    """The sums of the ledger in the columns of `standing`."""
    return (
        select(
            nothing.label("id"),
            HoursEntry.kind,
            HoursEntry.mentor_id,
            literal("").label("name"),
            func.sum(HoursEntry.minutes),
            never.label("starts_at"),
            never.label("written_at"),
            literal("signed"),
        )
        .where(HoursEntry.person_id == person_id, HoursEntry.federation_id == federation_id)
        .group_by(HoursEntry.kind, HoursEntry.mentor_id)
    )


def waiting_for(mentor_id: UUID, federation_id: UUID, limit: int = SHOWN) -> list[MentoringSession]:
    """Sessions that wait for this mentor's signature, oldest first."""
    return list(
        db.session.scalars(
            select(MentoringSession)
            .where(
                MentoringSession.mentor_id == mentor_id,
                MentoringSession.federation_id == federation_id,
                MentoringSession.state == rules.WAITING,
            )
            .order_by(MentoringSession.starts_at, MentoringSession.id)
            .limit(limit)
        )
    )


def waiting_of(person_id: UUID, federation_id: UUID) -> list[MentoringSession]:
    """The person's sessions that are not settled, oldest first: `waiting` (for the mentor) and `returned` (to the person)."""
    return list(
        db.session.scalars(
            select(MentoringSession)
            .where(
                MentoringSession.person_id == person_id,
                MentoringSession.federation_id == federation_id,
                MentoringSession.state.in_(rules.CORRECTABLE),
            )
            .order_by(MentoringSession.starts_at, MentoringSession.id)
            .limit(SHOWN)
        )
    )


def settled_of(person_id: UUID, federation_id: UUID, limit: int = 60) -> list[MentoringSession]:
    """The person's sessions that were signed (and perhaps taken back), newest first."""
    return list(
        db.session.scalars(
            select(MentoringSession)
            .where(
                MentoringSession.person_id == person_id,
                MentoringSession.federation_id == federation_id,
                MentoringSession.state.in_((rules.SIGNED, rules.REVERSED)),
            )
            .order_by(MentoringSession.starts_at.desc(), MentoringSession.id.desc())
            .limit(limit)
        )
    )


def settled_by(mentor_id: UUID, federation_id: UUID, limit: int = 20) -> list[MentoringSession]:
    """What this mentor signed (and perhaps took back), the latest signature first."""
    return list(
        db.session.scalars(
            select(MentoringSession)
            .where(
                MentoringSession.mentor_id == mentor_id,
                MentoringSession.federation_id == federation_id,
                MentoringSession.state.in_((rules.SIGNED, rules.REVERSED)),
            )
            .order_by(MentoringSession.signed_at.desc(), MentoringSession.id.desc())
            .limit(limit)
        )
    )


def session(session_id: UUID) -> MentoringSession | None:
    """A session, for `guard`."""
    return db.session.get(MentoringSession, session_id)


def sessions(session_ids: Collection[UUID]) -> list[MentoringSession]:
    """These sessions, those that exist, in no order; for `guard`."""
    return list(db.session.scalars(select(MentoringSession).where(MentoringSession.id.in_(session_ids))))


def last_session_of(person_id: UUID, federation_id: UUID) -> MentoringSession | None:
    """The session that the person wrote last: what the next one probably looks like."""
    return db.session.scalar(
        select(MentoringSession)
        .where(MentoringSession.person_id == person_id, MentoringSession.federation_id == federation_id)
        .order_by(MentoringSession.starts_at.desc())
        .limit(1)
    )


def pairing(pairing_id: UUID) -> Pairing | None:
    """A pairing, for `guard`."""
    return db.session.get(Pairing, pairing_id)


def pairings(federation_id: UUID, limit: int = 500) -> list[Pairing]:
    """The federation's pairings: the standing ones first, then the newest."""
    return list(
        db.session.scalars(
            select(Pairing)
            .where(Pairing.federation_id == federation_id)
            .order_by(Pairing.until.is_not(None), Pairing.since.desc(), Pairing.id)
            .limit(limit)
        )
    )


def pairings_of(person_id: UUID, federation_id: UUID) -> list[Pairing]:
    """The pairings in which the person is accompanied: the standing ones first, then the newest."""
    return list(
        db.session.scalars(
            select(Pairing)
            .where(Pairing.federation_id == federation_id, Pairing.person_id == person_id)
            .order_by(Pairing.until.is_not(None), Pairing.since.desc(), Pairing.id)
        )
    )


def ledger(person_id: UUID, federation_id: UUID) -> list[tuple[HoursEntry, datetime]]:
    """The person's ledger in the order in which it was written, each line with the start of its session."""
    rows = db.session.execute(
        select(HoursEntry, MentoringSession.starts_at)
        .join(MentoringSession, MentoringSession.id == HoursEntry.session_id)
        .where(HoursEntry.person_id == person_id, HoursEntry.federation_id == federation_id)
        .order_by(HoursEntry.id)
    )
    return [(entry, starts_at) for entry, starts_at in rows]


def entries_of(session_id: UUID) -> list[HoursEntry]:
    """The lines of the ledger about one session: none, one, or one and its counter-entry."""
    return list(
        db.session.scalars(select(HoursEntry).where(HoursEntry.session_id == session_id).order_by(HoursEntry.reverses))
    )


def bookings(person_id: UUID, mentor_id: UUID, federation_id: UUID, around: datetime) -> list[Booking]:
    """What takes time of either person within a day and a half of `around`."""
    both = (person_id, mentor_id)
    rows = db.session.execute(
        select(
            MentoringSession.id,
            MentoringSession.person_id,
            MentoringSession.mentor_id,
            MentoringSession.kind,
            MentoringSession.starts_at,
            MentoringSession.minutes,
        )
        .where(
            MentoringSession.federation_id == federation_id,
            or_(MentoringSession.person_id.in_(both), MentoringSession.mentor_id.in_(both)),
            MentoringSession.state.in_(rules.STANDING),
            MentoringSession.starts_at.between(around - timedelta(hours=36), around + timedelta(hours=36)),
        )
        .order_by(MentoringSession.starts_at)
    )
    return [Booking(*row) for row in rows]


def holders(federation_id: UUID, wanted: dict[UUID, str]) -> set[UUID]:
    """Which of these people hold the role named for them at this moment.

    The rows stay locked until the transaction ends (PostgreSQL; SQLite has one writer anyway), so that a role that is
    being taken away either counts or does not, and never half.
    """
    rows = db.session.execute(
        select(Membership.person_id, Membership.role)
        .where(Membership.federation_id == federation_id, Membership.person_id.in_(wanted), Membership.until.is_(None))
        .order_by(Membership.id)
        .with_for_update(read=True)
    )
    return {person_id for person_id, role in rows if wanted[person_id] == role}
