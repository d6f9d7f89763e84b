"""Writes of pairings, sessions and the ledger. In this round only the person whose hours they are writes them.

A session is claimed by a conditional UPDATE, so that of two acts on it one wins; the ledger only grows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import and_, bindparam, insert, or_, select, tuple_, update

import courses.mentoring.messages  # noqa: F401 (registers what is told here)
from courses.mentoring import queries, refusals, rules
from courses.mentoring.models import MentoringSession, Pairing
from lms import audit
from lms.db import Base, db, insert_once
from lms.ids import new_id
from lms.people import queries as people
from lms.people.federations import agreements
from lms.people.messages.operations import tell, tell_all
from lms.people.models import Federation


def pair(
    federation_id: UUID,
    person_id: UUID,
    mentor_id: UUID,
    *,
    mentor_federation_id: UUID | None = None,
    by: UUID,
    now: datetime,
) -> Pairing:
    """Let the senior agent `mentor_id` accompany the agent `person_id` from `now` on.

    `mentor_federation_id`: where the mentor is a senior agent, if that is another federation.
    Raises SamePerson, NotTrainee, NotMentor, NotRecognised, MentorAssessed, AlreadyPaired.
    """
    if person_id == mentor_id:
        raise refusals.SamePerson
    if mentor_federation_id == federation_id:
        mentor_federation_id = None
    if mentor_federation_id is None:
        held = people.holders(federation_id, {person_id: "agent", mentor_id: "senior"}, now=now)
    else:
        _need_recognition({federation_id}, mentor_federation_id, now)
        held = people.holders(federation_id, {person_id: "agent"}, now=now)
        held |= people.holders(mentor_federation_id, {mentor_id: "senior"}, now=now)
    if person_id not in held:
        raise refusals.NotTrainee
    if mentor_id not in held:
        raise refusals.NotMentor
    # Assessments are a floor above: the composition root says who has assessed somebody.
    if mentor_id in current_app.extensions["lms_assessors"](person_id):
        raise refusals.MentorAssessed
    columns = {
        "federation_id": federation_id,
        "person_id": person_id,
        "mentor_id": mentor_id,
        "mentor_federation_id": mentor_federation_id,
        "made_by": by,
    }
    pairing_id = new_id()
    if not insert_once(Pairing, {"id": pairing_id, "since": now, "until": None, **columns}):
        raise refusals.AlreadyPaired
    audit.record("pairing.create", f"pairing:{pairing_id}", federation_id=federation_id, actor_id=by, now=now)
    _tell_both(person_id, mentor_id, "pairing-made", (federation_id, mentor_federation_id or federation_id), now)
    return db.session.get_one(Pairing, pairing_id)


def end_pairing(pairing_id: UUID, *, by: UUID, now: datetime) -> None:
    """End a pairing; sessions written before can still be signed. Raises AlreadyEnded."""
    ended = db.session.execute(
        update(Pairing)
        .where(Pairing.id == pairing_id, Pairing.until.is_(None))
        .values(until=now)
        .returning(Pairing.federation_id, Pairing.person_id, Pairing.mentor_id, Pairing.mentor_federation_id)
    ).one_or_none()
    if ended is None:
        raise refusals.AlreadyEnded
    audit.record("pairing.end", f"pairing:{pairing_id}", federation_id=ended.federation_id, actor_id=by, now=now)
    here = ended.federation_id
    _tell_both(ended.person_id, ended.mentor_id, "pairing-ended", (here, ended.mentor_federation_id or here), now)


def _tell_both(person_id: UUID, mentor_id: UUID, kind: str, federations: tuple[UUID, UUID], now: datetime) -> None:
    """Each in the federation in which they take part."""
    both = {person_id: {"who": mentor_id, "side": "agent"}, mentor_id: {"who": person_id, "side": "mentor"}}
    if federations[0] == federations[1]:
        tell_all(both, kind, federation_id=federations[0], now=now)
        return
    for (receiver, facts), federation_id in zip(both.items(), federations, strict=True):
        tell_all({receiver: facts}, kind, federation_id=federation_id, now=now)


def log_session(
    pairing: Pairing,
    *,
    author_id: UUID,
    kind: str,
    format: str,
    starts_at: datetime,
    minutes: int,
    competencies: list[str],
    note: str,
    now: datetime,
) -> MentoringSession:
    """Write a session that took place; it waits for the mentor's signature.

    `starts_at` aware, `minutes` 5–720, `competencies` codes like "1.2". Raises OnlyOwnHours and what `_judge` raises.
    """
    if not rules.may_write(author_id, pairing.person_id):
        raise refusals.OnlyOwnHours
    written = MentoringSession(
        id=new_id(),
        federation_id=pairing.federation_id,
        pairing_id=pairing.id,
        person_id=pairing.person_id,
        mentor_id=pairing.mentor_id,
        author_id=author_id,
        kind=kind,
        format=format,
        starts_at=starts_at,
        minutes=minutes,
        competencies=competencies,
        note=note,
        state=rules.WAITING,
        written_at=now,
    )
    _judge(written, now=now)
    db.session.add(written)
    db.session.flush()
    _record("hours.log", written, by=author_id, now=now, kind=kind, minutes=minutes)
    about = {"who": author_id, "session": written.id}
    there = pairing.mentor_federation_id or pairing.federation_id
    tell(written.mentor_id, "session-written", federation_id=there, now=now, **about)
    return written


def correct_session(
    session: MentoringSession,
    *,
    author_id: UUID,
    kind: str,
    format: str,
    starts_at: datetime,
    minutes: int,
    competencies: list[str],
    note: str,
    now: datetime,
) -> None:
    """Write a session anew while nobody has signed it: then it waits (again). `session` is loaded in this transaction.

    Raises OnlyOwnHours, NotCorrectable and what `_judge` raises.
    """
    if author_id != session.author_id:
        raise refusals.OnlyOwnHours
    columns = {"kind": kind, "format": format, "starts_at": starts_at, "minutes": minutes}
    words: dict[str, Any] = {"competencies": competencies, "note": note}
    was_returned = session.state == rules.RETURNED
    copied = {name: getattr(session, name) for name in ("id", "federation_id", "pairing_id", "person_id", "mentor_id")}
    _judge(MentoringSession(**copied, **columns, **words), now=now)
    changed: Any = db.session.execute(
        update(MentoringSession)
        .where(
            MentoringSession.id == session.id,
            MentoringSession.author_id == author_id,
            MentoringSession.state.in_(rules.CORRECTABLE),
        )
        # Later than before, even if the clock jumped back: a signature names the version that the mentor saw.
        .values(
            state=rules.WAITING,
            written_at=max(now, session.written_at + timedelta(microseconds=1)),
            **columns,
            **words,
        )
    )
    if changed.rowcount != 1:
        raise refusals.NotCorrectable
    _record("hours.correct", session, by=author_id, now=now, kind=kind, minutes=minutes)
    if was_returned:  # one that still waited is read as it stands then
        about = {"who": author_id, "session": session.id}
        tell(session.mentor_id, "session-corrected", federation_id=_mentors_federation(session), now=now, **about)


# Built once, of tables: building it and mapping it to entities took longer than running it.
_sessions, _entries = Base.metadata.tables["mentoring_sessions"], Base.metadata.tables["hours_entries"]
_WAITING = (
    select(_sessions.c.id)
    .where(
        _sessions.c.id.in_(bindparam("ids", expanding=True)),
        queries.mentors_federation == bindparam("federation"),
        _sessions.c.mentor_id == bindparam("by"),
        _sessions.c.person_id != bindparam("by"),
        _sessions.c.author_id != bindparam("by"),
        _sessions.c.state == rules.WAITING,
    )
    # Locked in one order, so that two sign-offs of the same sessions never wait for each other.
    .order_by(_sessions.c.id)
    .with_for_update()
)
_AS_SEEN = _WAITING.where(tuple_(_sessions.c.id, _sessions.c.written_at).in_(bindparam("versions", expanding=True)))
_CLAIM = (
    update(_sessions)
    .values(state=rules.SIGNED, signed_at=bindparam("now"), signed_by=bindparam("by"))
    .returning(
        *(_sessions.c[n] for n in ("id", "federation_id", "person_id", "mentor_id", "author_id", "kind", "minutes")),
        queries.mentors_federation.label("mentor_federation_id"),
    )
)
CLAIM, CLAIM_AS_SEEN = _CLAIM.where(_sessions.c.id.in_(_WAITING)), _CLAIM.where(_sessions.c.id.in_(_AS_SEEN))
ENTER = insert(_entries)


def sign(
    session_ids: list[UUID],
    *,
    by: UUID,
    federation_id: UUID,
    now: datetime,
    seen: Mapping[UUID, datetime] | None = None,
) -> Sequence[Any]:
    """Sign those of the sessions that wait for `by`: their rows, for the policy. The statements don't grow with their number.

    `federation_id` is the one in which `by` is a senior agent; sessions may be of others, which recognise it.
    `seen` gives the `written_at` of each session as the mentor saw it: one that was corrected since is left waiting.
    Raises NothingChosen, TooManyChosen, NotSenior, NotRecognised, OwnHours (then nothing is signed).
    """
    if not session_ids:
        raise refusals.NothingChosen
    if len(session_ids) > rules.MOST_AT_ONCE:
        raise refusals.TooManyChosen(most=rules.MOST_AT_ONCE)
    _need_senior(by, federation_id, now)
    facts = {"ids": session_ids, "federation": federation_id, "by": by, "now": now}
    if seen is not None:
        facts["versions"] = [(session_id, seen[session_id]) for session_id in session_ids if session_id in seen]
    claimed = db.session.execute(CLAIM if seen is None else CLAIM_AS_SEEN, facts).all()
    if len(claimed) < len(set(session_ids)) and _any_own(session_ids, by):
        raise refusals.OwnHours
    _need_recognition({row.federation_id for row in claimed}, federation_id, now)
    if claimed:
        _enter(claimed, by=by, now=now)
        for row in claimed:
            _record("hours.sign", row, by=by, now=now, kind=row.kind, minutes=row.minutes)
        for here in sorted({row.federation_id for row in claimed}):
            rows = [row for row in claimed if row.federation_id == here]
            signed = Counter(row.person_id for row in rows)
            facts = {row.person_id: {"who": by, "session": row.id, "count": signed[row.person_id]} for row in rows}
            tell_all(facts, "sessions-signed", federation_id=here, now=now)
    return claimed


def return_session(session_id: UUID, *, by: UUID, reason: str, now: datetime) -> None:
    """Give a waiting session back to its author, with what to mend. Raises ReasonMissing, NotSenior, NotRecognised, NoLongerWaiting."""
    refusals.raise_if(rules.reason_fault(reason))
    session = db.session.get(MentoringSession, session_id)
    if session is None:
        raise refusals.NoLongerWaiting
    _need_mentor(session, by, now)
    changed: Any = db.session.execute(
        update(MentoringSession)
        .where(
            MentoringSession.id == session_id,
            MentoringSession.mentor_id == by,
            MentoringSession.author_id != by,
            MentoringSession.state == rules.WAITING,
        )
        .values(state=rules.RETURNED, returned_reason=reason.strip(), returned_at=now)
    )
    if changed.rowcount != 1:
        raise refusals.NoLongerWaiting
    _record("hours.return", session, by=by, now=now)
    about = {"who": by, "session": session_id}
    tell(session.person_id, "session-returned", federation_id=session.federation_id, now=now, **about)


def reverse(session_id: UUID, *, by: UUID, reason: str, now: datetime) -> None:
    """Take a signed session back with a counter-entry; neither is ever edited.

    Raises ReasonMissing, NotSenior, NotRecognised, NotReversible (not signed, or taken back before).
    """
    refusals.raise_if(rules.reason_fault(reason))
    session = db.session.get(MentoringSession, session_id)
    if session is None:
        raise refusals.NotReversible
    _need_mentor(session, by, now)
    changed: Any = db.session.execute(
        update(MentoringSession)
        .where(
            MentoringSession.id == session_id,
            MentoringSession.mentor_id == by,
            MentoringSession.person_id != by,
            MentoringSession.state == rules.SIGNED,
        )
        .values(state=rules.REVERSED)
    )
    if changed.rowcount != 1:
        raise refusals.NotReversible
    _enter([session], by=by, now=now, reverses=1, reason=reason.strip())
    _record("hours.reverse", session, by=by, now=now, kind=session.kind, minutes=-session.minutes)
    about = {"who": by, "session": session_id}
    tell(session.person_id, "session-reversed", federation_id=session.federation_id, now=now, **about)


def _judge(session: MentoringSession, *, now: datetime) -> None:
    """Raise what the rules have against a session.

    Locks the pairings of both people first: of two sessions at the same time, the second sees the first.
    """
    refusals.raise_if(
        rules.wording_fault(
            kind=session.kind, format=session.format, competencies=session.competencies, note=session.note
        )
    )
    both = (session.person_id, session.mentor_id)
    pairings = db.session.execute(
        select(Pairing.id, Pairing.since, Pairing.until, Federation.timezone)
        .join(Federation, Federation.id == Pairing.federation_id)
        .where(
            or_(
                Pairing.mentor_id == session.mentor_id,
                and_(
                    Pairing.federation_id == session.federation_id,
                    or_(Pairing.person_id.in_(both), Pairing.mentor_id.in_(both)),
                ),
            )
        )
        .order_by(Pairing.id)
        .with_for_update(key_share=True, of=Pairing)
    ).all()
    pairing = next(row for row in pairings if row.id == session.pairing_id)
    new = rules.Booking(
        session.id, session.person_id, session.mentor_id, session.kind, session.starts_at, session.minutes
    )
    others = queries.bookings(session.person_id, session.mentor_id, session.federation_id, session.starts_at)
    refusals.raise_if(
        rules.timing_fault(new, others, since=pairing.since, until=pairing.until, zone=pairing.timezone, now=now)
    )


def _need_senior(person_id: UUID, federation_id: UUID, now: datetime) -> None:
    if not people.holds(person_id, federation_id, "senior", now=now):
        raise refusals.NotSenior


def _need_mentor(session: MentoringSession, person_id: UUID, now: datetime) -> None:
    there = _mentors_federation(session)
    _need_senior(person_id, there, now)
    _need_recognition({session.federation_id}, there, now)


def _mentors_federation(session: MentoringSession) -> UUID:
    return session.mentor_federation_id or session.federation_id


def _need_recognition(federation_ids: set[UUID], theirs: UUID, now: datetime) -> None:
    """Each of these federations recognises the certificates of `theirs` at `now`, and does until the transaction ends."""
    others = federation_ids - {theirs}
    if others - agreements.standing(others, theirs, "certificates", now):
        raise refusals.NotRecognised


def _any_own(session_ids: list[UUID], person_id: UUID) -> bool:
    return (
        db.session.scalar(
            select(MentoringSession.id)
            .where(MentoringSession.id.in_(session_ids), MentoringSession.person_id == person_id)
            .limit(1)
        )
        is not None
    )


def _enter(sessions: Any, *, by: UUID, now: datetime, reverses: int = 0, reason: str = "") -> None:
    """Write the lines of the ledger in one statement."""
    lines = [
        {
            "federation_id": session.federation_id,
            "session_id": session.id,
            "reverses": reverses,
            "person_id": session.person_id,
            "mentor_id": session.mentor_id,
            "kind": session.kind,
            "minutes": -session.minutes if reverses else session.minutes,
            "signed_by": by,
            "at": now,
            "reason": reason,
        }
        for session in sessions
    ]
    db.session.execute(ENTER, lines)


def _record(action: str, session: Any, *, by: UUID, now: datetime, **facts: Any) -> None:
    audit.record(action, f"session:{session.id}", federation_id=session.federation_id, actor_id=by, now=now, **facts)
