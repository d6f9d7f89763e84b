"""Roles: given, taken, left; a member's account deactivated and reactivated. Call inside `transaction()`.

All that changes roles of a federation waits for its row: of two admins who take each other's role, the second sees what the
first did.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select, update

from lms import audit, jobs
from lms.db import db, insert_once
from lms.ids import new_id
from lms.people import queries, rules
from lms.people.locking import hold
from lms.people.messages import account_kinds as account_kinds  # registers what is told here
from lms.people.messages.operations import tell
from lms.people.messages.queries import told
from lms.people.models import Membership, Person, in_force, standing
from lms.people.refusals import (
    LastAdmin,
    MemberActive,
    MemberPaused,
    RoleDatesUnsound,
    RoleHeld,
    RoleNotYours,
    RolesApart,
    RoleTaken,
)
from lms.policy import ROLES


def give_role(
    federation_id: UUID,
    person_id: UUID,
    role: str,
    *,
    by: UUID | None,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Membership:
    """Give a role (`by` None: the install itself), from `since` (or now) on, up to `until` (or for good).

    Raises RoleNotYours for a role that `by` may not give or would give to themselves; RoleDatesUnsound, MemberPaused,
    RolesApart; RoleHeld when the person has or will have the role within that time.
    """
    if role not in ROLES:
        raise ValueError(role)
    hold(federation_id)
    if by is not None and (by == person_id or not _may_change(by, federation_id, role, now)):
        raise RoleNotYours
    membership_id = enter(federation_id, person_id, role, by=by, now=now, since=since, until=until)
    if membership_id is None:
        raise RoleHeld
    if by is not None and (since or now) <= now:  # of one to come, its day will tell; an install tells nobody
        tell(person_id, "role-given", federation_id=federation_id, now=now, role=role)
    return db.session.get_one(Membership, membership_id)


def enter(
    federation_id: UUID,
    person_id: UUID,
    role: str,
    *,
    by: UUID | None,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> UUID | None:
    """Write a role that somebody may give: its id; None if it is held within that time. Raises as `give_role` does."""
    if not rules.sound_dates(since, until, now=now):
        raise RoleDatesUnsound
    since = max(since or now, now)
    hold(federation_id)
    held = _standing(federation_id, person_id, now)
    if any(one.paused_at for one in held):
        raise MemberPaused
    if any(one.role == role and _overlap(one, since, until) for one in held):
        return None
    if rules.apart(role, {one.role for one in held}):
        raise RolesApart
    values: dict[str, Any] = {
        "id": new_id(), "federation_id": federation_id, "person_id": person_id, "role": role,
        "since": since, "until": until, "given_by": by,
    }  # fmt: skip
    if not insert_once(Membership, values):
        return None
    for day in (since, until):
        if day is not None and day > now:  # its day will tell
            jobs.add_all("role.day", day, [{"membership": values["id"], "day": day.isoformat()}], ring=False)
    dates = {
        name: moment.isoformat() for name, moment in (("since", since), ("until", until)) if moment and moment != now
    }
    _record("role.give", federation_id, person_id, by, now, role=role, **dates)
    return values["id"]


def tell_of_day(membership_id: UUID, day: datetime, *, now: datetime) -> None:
    """Tell a person, once, that a role of theirs begins or ends on this day; unless it was taken, left or paused meanwhile."""
    one = db.session.get(Membership, membership_id)
    if one is None:
        return
    hold(one.federation_id)
    db.session.refresh(one)
    if one.paused_at is not None or one.taken_by is not None or day > now:
        return
    if day == one.since and (one.until is None or one.until > day):
        kind = "role-given"
    elif one.since < day == one.until:
        kind = "role-ended"
    else:
        return
    if not told(one.person_id, kind, "membership", str(membership_id)):
        facts = {"role": one.role, "membership": membership_id}
        tell(one.person_id, kind, federation_id=one.federation_id, now=now, **facts)


def take_role(membership_id: UUID, *, by: UUID | None, now: datetime) -> Membership:
    """Take a role away: from the next request on its powers are gone. Raises RoleTaken, LastAdmin, RoleNotYours."""
    membership = db.session.get_one(Membership, membership_id)
    hold(membership.federation_id)
    if by == membership.person_id:
        raise RoleNotYours
    _refuse_last_admin(membership, now)
    if by is not None and not _may_change(by, membership.federation_id, membership.role, now):
        raise RoleNotYours
    _end(membership, by=by, now=now)
    _record("role.take", membership.federation_id, membership.person_id, by, now, role=membership.role)
    if by is not None and membership.since <= now:
        tell(membership.person_id, "role-taken", federation_id=membership.federation_id, now=now, role=membership.role)
    return membership


def leave_role(membership_id: UUID, *, person_id: UUID, now: datetime) -> Membership:
    """Give up a role of one's own. Raises RoleTaken, LastAdmin; RoleNotYours for somebody else's."""
    membership = db.session.get_one(Membership, membership_id)
    if membership.person_id != person_id:
        raise RoleNotYours
    hold(membership.federation_id)
    _refuse_last_admin(membership, now)
    _end(membership, by=person_id, now=now)
    _record("role.leave", membership.federation_id, person_id, person_id, now, role=membership.role)
    return membership


def pause_member(federation_id: UUID, person_id: UUID, *, by: UUID, now: datetime) -> int:
    """Deactivate a member's account in this federation: no role of theirs counts until it is reactivated; how many those are.

    Raises RoleNotYours, LastAdmin; MemberPaused when it is deactivated already, or there is no role.
    """
    hold(federation_id)
    if by == person_id or not queries.holds(by, federation_id, "admin", now=now):
        raise RoleNotYours
    held = [one for one in _standing(federation_id, person_id, now) if one.paused_at is None]
    if not held:
        raise MemberPaused
    for one in held:
        _refuse_last_admin(one, now)
    db.session.execute(
        update(Membership)
        .where(Membership.id.in_([one.id for one in held]), Membership.paused_at.is_(None))
        .values(paused_at=now, paused_by=by)
    )
    for one in held:
        if one.since <= now:
            tell(person_id, "role-taken", federation_id=federation_id, now=now, role=one.role)
    _record("member.pause", federation_id, person_id, by, now, roles=sorted(one.role for one in held))
    return len(held)


def resume_member(federation_id: UUID, person_id: UUID, *, by: UUID, now: datetime) -> int:
    """Reactivate an account: the roles that had not ended meanwhile are given anew; how many. Raises RoleNotYours, MemberActive."""
    hold(federation_id)
    if by == person_id or not queries.holds(by, federation_id, "admin", now=now):
        raise RoleNotYours
    paused = list(
        db.session.scalars(
            select(Membership).where(
                Membership.federation_id == federation_id,
                Membership.person_id == person_id,
                Membership.paused_at.is_not(None),
                Membership.taken_by.is_(None),
            )
        )
    )
    if not paused:
        raise MemberActive
    back = [(one.role, one.since, one.until) for one in paused if one.until is None or one.until > now]
    for one in paused:  # the old row ends where the pause began: that there was one stays to be seen
        one.until, one.taken_by = max(one.paused_at or now, one.since), one.paused_by
    db.session.flush()
    for role, since, until in back:
        if since <= now:
            tell(person_id, "role-given", federation_id=federation_id, now=now, role=role)
        enter(federation_id, person_id, role, by=by, now=now, since=max(since, now), until=until)
    _record("member.resume", federation_id, person_id, by, now, roles=sorted(role for role, _since, _until in back))
    return len(back)


def end_all(person_id: UUID, *, now: datetime) -> None:
    """End every role of a person whose account ends; ask `only_admin_in` first."""
    db.session.execute(
        update(Membership)
        .where(Membership.person_id == person_id, standing(Membership, now))
        .values(until=case((Membership.since > now, Membership.since), else_=now))
        .execution_options(synchronize_session=False)
    )


def only_admin_in(person_id: UUID, *, now: datetime) -> list[UUID]:
    """The federations that would be left without an admin if this person's account ended; each stays locked.

    Whoever ends an account asks first.
    """
    found = list(
        db.session.scalars(
            select(Membership).where(
                Membership.person_id == person_id, Membership.role == "admin", in_force(Membership, now)
            ).order_by(Membership.federation_id)
        )
    )  # fmt: skip
    for one in found:
        hold(one.federation_id)
    return [one.federation_id for one in found if one.until is None and not _other_admins(one, now)]


def _may_change(by: UUID, federation_id: UUID, role: str, now: datetime) -> bool:
    """Whether `by` may give and take this role, as they stand at this moment (and until the transaction ends)."""
    givers = ("admin",) if role in rules.GUARDED_ROLES else ("admin", "registrar")
    return any(queries.holds(by, federation_id, giver, now=now) for giver in givers)


def _standing(federation_id: UUID, person_id: UUID, now: datetime) -> list[Membership]:
    """The person's roles that have not ended: in force, to come, or paused."""
    return list(
        db.session.scalars(
            select(Membership)
            .where(
                Membership.federation_id == federation_id,
                Membership.person_id == person_id,
                standing(Membership, now),
            )
            .execution_options(populate_existing=True)
        )
    )


def _overlap(one: Membership, since: datetime, until: datetime | None) -> bool:
    return (until is None or one.since < until) and (one.until is None or one.until > since)


def _end(membership: Membership, *, by: UUID | None, now: datetime) -> None:
    taken: Any = db.session.execute(
        update(Membership)
        .where(Membership.id == membership.id, Membership.taken_by.is_(None), standing(Membership, now))
        # A role that had not begun ends where it would have begun: it was never in force.
        .values(until=max(now, membership.since), taken_by=by)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:
        raise RoleTaken


def _refuse_last_admin(membership: Membership, now: datetime) -> None:
    if membership.role == "admin" and membership.until is None and not _other_admins(membership, now):
        raise LastAdmin


def _other_admins(membership: Membership, now: datetime) -> int:
    """Others who administer the federation now and for good: one whose role will end is no help when it has ended."""
    return db.session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.federation_id == membership.federation_id,
            Membership.role == "admin",
            Membership.id != membership.id,
            Membership.until.is_(None),
            in_force(Membership, now),
            Person.active,
        )
    )  # type: ignore[return-value]


def _record(action: str, federation_id: UUID, person_id: UUID, by: UUID | None, now: datetime, **facts: Any) -> None:
    audit.record(action, f"person:{person_id}", federation_id=federation_id, actor_id=by, now=now, **facts)
