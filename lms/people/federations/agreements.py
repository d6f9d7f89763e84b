"""Recognition by agreement: one federation recognises another's certificates or courses, once both have said so.

Proposed by an admin of either, accepted by an admin of the other, ended by either; each deed is in both trails.
Writes go inside `transaction()`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select, update
from sqlalchemy.orm import aliased

from lms import audit
from lms.db import db, insert_once
from lms.ids import new_id
from lms.people import queries
from lms.people.federations.models import WHAT, Recognition
from lms.people.federations.refusals import (
    AgreementEnded,
    AgreementStands,
    AgreementTwoPeople,
    AgreementWithOneself,
    FederationUnknown,
)
from lms.people.messages.operations import tell_all
from lms.people.models import Federation

MOST = 200  # agreements that a page lists
State = Literal["proposed", "received", "standing", "ended"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement as one of its two federations sees it; `federation_id` is the one that looks."""

    row: Recognition
    federation_id: UUID
    other_id: UUID
    other: str  # the other's name

    @property
    def recognises(self) -> bool:
        """Whether the one that looks is the one that recognises."""
        return self.row.recognising_id == self.federation_id

    @property
    def state(self) -> State:
        """How it stands: proposed by oneself, received from the other, standing, ended."""
        if self.row.ended_at is not None:
            return "ended"
        if self.row.accepted_at is not None:
            return "standing"
        return "proposed" if self.row.proposed_by_id == self.federation_id else "received"


def _seen_by(federation_id: UUID) -> Any:
    other = aliased(Federation)
    return (
        select(Recognition, other.id, other.name)
        .join(
            other,
            or_(Recognition.recognising_id == other.id, Recognition.recognised_id == other.id)
            & (other.id != federation_id),
        )
        .where(or_(Recognition.recognising_id == federation_id, Recognition.recognised_id == federation_id))
    )


def all_of(federation_id: UUID) -> list[Agreement]:
    """A federation's agreements, in force and past, newest first."""
    found = _seen_by(federation_id).order_by(Recognition.proposed_at.desc(), Recognition.id.desc()).limit(MOST)
    rows: Any = db.session.execute(found)
    return [Agreement(row, federation_id, id_, name) for row, id_, name in rows]


def one(federation_id: UUID, agreement_id: UUID) -> Agreement | None:
    """An agreement to which this federation is a party."""
    rows: Any = db.session.execute(_seen_by(federation_id).where(Recognition.id == agreement_id))
    for row, id_, name in rows:
        return Agreement(row, federation_id, id_, name)
    return None


_rows = Recognition.__table__.c


def recognising(what: str, federation: Any = None, on: Any = None) -> Select[Any]:
    """The ids of the federations whose certificates or courses (`what`) a federation recognises at a moment.

    For statements of others: unless told otherwise, the federation and the moment are their `federation` and `now`.
    """
    if what not in WHAT:
        raise ValueError(what)
    on = bindparam("now") if on is None else on
    return select(_rows.recognised_id).where(
        _rows.recognising_id == (bindparam("federation") if federation is None else federation),
        _rows.what == what,
        _rows.accepted_at <= on,
        or_(_rows.ended_at.is_(None), _rows.ended_at > on),
    )


def recognised(federation_id: UUID, what: str, on: datetime) -> frozenset[UUID]:
    """The federations whose certificates or courses (`what`) this one recognised at that moment, in one statement."""
    return frozenset(db.session.scalars(recognising(what, federation_id, on)))


def standing(federation_ids: Collection[UUID], recognised_id: UUID, what: str, on: datetime) -> set[UUID]:
    """Those of the federations that recognise another one's `what` at that moment: the judgement that a deed rests on.

    The agreements stay as they are until the transaction ends, as roles do (`queries.holders`).
    """
    if not federation_ids:
        return set()
    found = (
        select(Recognition.recognising_id)
        .where(
            Recognition.recognising_id.in_(federation_ids),
            Recognition.recognised_id == recognised_id,
            Recognition.what == what,
            Recognition.accepted_at <= on,
            or_(Recognition.ended_at.is_(None), Recognition.ended_at > on),
        )
        .order_by(Recognition.id)
        .with_for_update(read=True)
    )
    return set(db.session.scalars(found))


def propose(federation_id: UUID, slug: str, what: str, *, recognises: bool, by: UUID, now: datetime) -> UUID:
    """Propose to the federation `slug` that one recognises the other's `what` (`recognises`: oneself theirs).

    Raises FederationUnknown, AgreementWithOneself, AgreementStands.
    """
    other = queries.federation_named(slug.strip().lower())
    if other is None:
        raise FederationUnknown
    if other.id == federation_id:
        raise AgreementWithOneself
    sides = (federation_id, other.id) if recognises else (other.id, federation_id)
    agreement_id = new_id()
    values = {
        "id": agreement_id, "recognising_id": sides[0], "recognised_id": sides[1], "what": what,
        "proposed_by_id": federation_id, "proposed_by": by, "proposed_at": now,
    }  # fmt: skip
    if not insert_once(Recognition, values):
        raise AgreementStands
    _noted("propose", agreement_id, sides, by, now)
    _tell(other.id, federation_id, "agreement-proposed", now)
    return agreement_id


def accept(agreement: Agreement, *, by: UUID, now: datetime) -> None:
    """Say yes to what the other proposed. Raises AgreementEnded if it was withdrawn, or is in force already;
    AgreementTwoPeople for whoever proposed it on the other side.
    """
    if agreement.row.proposed_by == by:
        raise AgreementTwoPeople
    changed: Any = db.session.execute(
        update(Recognition)
        .where(
            Recognition.id == agreement.row.id,
            Recognition.proposed_by_id == agreement.other_id,
            Recognition.accepted_at.is_(None),
            Recognition.ended_at.is_(None),
        )
        .values(accepted_at=now, accepted_by=by)
    )
    if changed.rowcount != 1:
        raise AgreementEnded
    _noted("accept", agreement.row.id, _sides(agreement), by, now)
    _tell(agreement.other_id, agreement.federation_id, "agreement-accepted", now)


def end(agreement: Agreement, *, by: UUID, now: datetime) -> None:
    """End it, decline it or take it back: from now on nothing new rests on it. Raises AgreementEnded."""
    changed: Any = db.session.execute(
        update(Recognition)
        .where(Recognition.id == agreement.row.id, Recognition.ended_at.is_(None))
        .values(ended_at=now, ended_by=by)
    )
    if changed.rowcount != 1:
        raise AgreementEnded
    _noted("end", agreement.row.id, _sides(agreement), by, now)
    _tell(agreement.other_id, agreement.federation_id, "agreement-ended", now)


def _sides(agreement: Agreement) -> tuple[UUID, UUID]:
    return agreement.row.recognising_id, agreement.row.recognised_id


def _noted(deed: str, agreement_id: UUID, sides: tuple[UUID, UUID], by: UUID, now: datetime) -> None:
    for federation_id in sides:
        audit.record(
            f"agreement.{deed}", f"agreement:{agreement_id}", federation_id=federation_id, actor_id=by, now=now,
            recognising=sides[0], recognised=sides[1],
        )  # fmt: skip


def _tell(federation_id: UUID, about: UUID, kind: str, now: datetime) -> None:
    """Tell those who administer a federation what the other has done."""
    other = queries.federation(about)
    facts = {"federation": other.name if other else ""}
    admins = queries.with_role(federation_id, "admin")
    tell_all({person_id: facts for person_id, _name in admins}, kind, federation_id=federation_id, now=now)
