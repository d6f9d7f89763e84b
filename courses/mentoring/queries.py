"""Reads of pairings, sessions and the ledger."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, cast, func, literal, null, or_, select, union, union_all

from courses.mentoring import rules
from courses.mentoring.models import HoursEntry, MentoringSession, Pairing
from courses.mentoring.rules import KINDS, MENTORING_KINDS, Booking
from lms.db import Moment, db
from lms.people.called import Called
from lms.people.federations.agreements import recognising
from lms.people.models import Federation, Membership, Person, in_force

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


# Statements that many requests run are built once, of tables: building and mapping them took longer than running them.
_sessions_table = MentoringSession.__table__
_entries, _sessions, _pairings = HoursEntry.__table__.c, _sessions_table.c, Pairing.__table__.c
_people = Person.__table__.c
_PERSON, _FEDERATION = bindparam("person"), bindparam("federation")
BALANCE = (
    select(_entries.kind, _entries.mentor_id, func.sum(_entries.minutes))
    .where(_entries.person_id == _PERSON, _entries.federation_id == _FEDERATION)
    .group_by(_entries.kind, _entries.mentor_id)
)


def balance(person_id: UUID, federation_id: UUID) -> Balance:
    """The person's hours by kind and mentor, in one statement."""
    return _balance(db.session.execute(BALANCE, {"person": person_id, "federation": federation_id}))


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


_nothing, _never = cast(null(), Uuid()), cast(null(), Moment())
# The federation for which a session's mentor signs: the session's own, or the one named by its pairing.
mentors_federation = func.coalesce(
    select(_pairings.mentor_federation_id).where(_pairings.id == _sessions.pairing_id).scalar_subquery(),
    _sessions.federation_id,
)
# Three kinds of lines in the columns of OpenSession: sums of the ledger, unsettled sessions, standing pairings.
STANDING = union_all(
    select(
        _nothing.label("id"), _entries.kind, _entries.mentor_id, literal("").label("name"), func.sum(_entries.minutes),
        _never.label("starts_at"), _never.label("written_at"), literal("signed"),
    )
    .where(_entries.person_id == _PERSON, _entries.federation_id == _FEDERATION)
    .group_by(_entries.kind, _entries.mentor_id),
    select(
        _sessions.id, _sessions.kind, _sessions.mentor_id, _people.name, _sessions.minutes,
        _sessions.starts_at, _sessions.written_at, _sessions.state,
    ).where(
        _people.id == _sessions.mentor_id,
        _sessions.person_id == _PERSON,
        _sessions.federation_id == _FEDERATION,
        or_(*(_sessions.state == state for state in sorted(rules.CORRECTABLE))),
    ),
    select(
        _pairings.id, literal(""), _pairings.mentor_id, _people.name, literal(0), _never, _never, literal("paired")
    ).where(
        _people.id == _pairings.mentor_id,
        _pairings.person_id == _PERSON,
        _pairings.federation_id == _FEDERATION,
        _pairings.until.is_(None),
    ),
)  # fmt: skip


def standing(person_id: UUID, federation_id: UUID) -> Standing:
    """Balance, unsettled sessions and standing pairings, in one statement."""
    sums, sessions, mentors = [], [], {}
    rows: Iterable[Any] = db.session.execute(STANDING, {"person": person_id, "federation": federation_id})
    for row in rows:
        if row[7] == "signed":
            sums.append((row[1], row[2], row[4]))
        elif row[7] == "paired":
            mentors[row[2]] = row[3]
        else:
            sessions.append(OpenSession(*row))
    sessions.sort(key=lambda session: (session.starts_at, session.id))
    return Standing(_balance(sums), sessions, mentors)


def waiting_for(mentor_id: UUID, federation_id: UUID, limit: int = SHOWN) -> list[MentoringSession]:
    """Sessions that wait for the signature of this mentor, a senior agent of this federation, oldest first."""
    return list(
        db.session.scalars(
            select(MentoringSession)
            .where(
                MentoringSession.mentor_id == mentor_id,
                mentors_federation == federation_id,
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
    """What this mentor signed for this federation (and perhaps took back), the latest signature first."""
    return list(
        db.session.scalars(
            select(MentoringSession)
            .where(
                MentoringSession.mentor_id == mentor_id,
                mentors_federation == federation_id,
                MentoringSession.state.in_((rules.SIGNED, rules.REVERSED)),
            )
            .order_by(MentoringSession.signed_at.desc(), MentoringSession.id.desc())
            .limit(limit)
        )
    )


def session(session_id: UUID) -> MentoringSession | None:
    """A session, for `guard`."""
    return db.session.get(MentoringSession, session_id)


PARTIES = (
    select(_sessions.id, _sessions.federation_id, _sessions.person_id, _sessions.mentor_id, _sessions.author_id)
    .add_columns(_pairings.mentor_federation_id)
    .join_from(_sessions_table, Pairing.__table__, _pairings.id == _sessions.pairing_id)
    .where(_sessions.id.in_(bindparam("ids", expanding=True)))
)


def parties(session_ids: Collection[UUID]) -> dict[UUID, Any]:
    """Whose these sessions are, those that exist: rows for `guard` with federation, person, mentor and author, by id."""
    return {row.id: row for row in db.session.execute(PARTIES, {"ids": list(session_ids)})}


def last_session_of(person_id: UUID, federation_id: UUID) -> MentoringSession | None:
    """The session that the person wrote last: what the next one probably looks like."""
    return db.session.scalar(
        select(MentoringSession)
        .where(MentoringSession.person_id == person_id, MentoringSession.federation_id == federation_id)
        .order_by(MentoringSession.starts_at.desc())
        .limit(1)
    )


def mentors_ever(person_id: UUID) -> frozenset[UUID]:
    """Whoever was paired with the person or signed hours of theirs, in any federation, whatever became of it.

    They neither assess the person, nor decide on them, nor issue their certificate.
    """
    rows = db.session.execute(
        union(
            select(_pairings.mentor_id).where(_pairings.person_id == person_id),
            select(_entries.mentor_id).where(_entries.person_id == person_id),
            select(_entries.signed_by).where(_entries.person_id == person_id),
        )
    )
    return frozenset(row[0] for row in rows)


def pairing(pairing_id: UUID) -> Pairing | None:
    """A pairing, for `guard`."""
    return db.session.get(Pairing, pairing_id)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A senior agent of another federation, whose certificates this one recognises."""

    person_id: UUID
    name: str
    federation_id: UUID
    federation: str


def recognised_seniors(federation_id: UUID, now: datetime) -> list[Recognised]:
    """Senior agents of the federations whose certificates this one recognises at `now`, by federation and name."""
    rows = db.session.execute(
        select(Person.id, Person.name, Person.pronouns, Federation.id, Federation.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Federation, Federation.id == Membership.federation_id)
        .where(
            Membership.role == "senior",
            in_force(Membership, now),
            Person.active,
            Federation.id.in_(recognising("certificates", federation_id, now)),
        )
        .order_by(func.lower(Federation.name), func.lower(Person.name), Person.id)
    )
    return [
        Recognised(id_, Called(name, pronouns), there, federation) for id_, name, pronouns, there, federation in rows
    ]


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
    """What takes time of either person within a day and a half of `around`: of the mentor, in any federation."""
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
            or_(
                MentoringSession.mentor_id == mentor_id,
                and_(
                    MentoringSession.federation_id == federation_id,
                    or_(MentoringSession.person_id.in_(both), MentoringSession.mentor_id.in_(both)),
                ),
            ),
            MentoringSession.state.in_(rules.STANDING),
            MentoringSession.starts_at.between(around - timedelta(hours=36), around + timedelta(hours=36)),
        )
        .order_by(MentoringSession.starts_at)
    )
    return [Booking(*row) for row in rows]
