"""Accounts that nobody uses any more: told a month ahead, then erased unless their owner comes back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from lms import audit, jobs
from lms.db import db, insert_once, transaction
from lms.ids import new_id
from lms.people.messages import operations as messages
from lms.people.models import Membership, Person, SignIn
from lms.people.models import standing as standing_role
from lms.people.privacy.holdings import held
from lms.people.privacy.models import Erasure
from lms.people.privacy.rules import erasure_due

KIND = "unused-accounts"
TOLD_AHEAD = timedelta(days=30)


def _unused(federation_id: UUID, before: datetime, now: datetime) -> ColumnElement[bool]:
    """Nobody with a role anywhere or with an award, who once had a role here and has not been here since `before`."""
    mine = Membership.person_id == Person.id
    last = func.coalesce(SignIn.seen_at, SignIn.began_at)
    awards = [
        exists().where(holding.table.c[side.column] == Person.id)
        for holding in held()
        if holding.award
        for side in holding.sides
        if side.shown and side.through is None
    ]
    return and_(
        Person.active,
        Person.created_at < before,
        exists().where(mine, Membership.federation_id == federation_id),
        ~exists().where(mine, standing_role(Membership, now)),
        ~exists().where(mine, Membership.until > before),
        ~exists().where(SignIn.person_id == Person.id, last > before),
        ~exists().where(
            Erasure.person_id == Person.id,
            or_(Erasure.called_back_at > before, and_(Erasure.called_back_at.is_(None), Erasure.done_at.is_(None))),
        ),
        *(~award for award in awards),
    )


def count(federation_id: UUID, before: datetime, now: datetime) -> int:
    """How many accounts nobody uses."""
    return db.session.scalar(select(func.count()).where(_unused(federation_id, before, now))) or 0


def let_go(federation_id: UUID, before: datetime, now: datetime, most: int = 500) -> int:
    """Tell each that the account will be erased, and when; until then one press, or coming back, keeps it: how many."""
    with transaction():
        found = db.session.scalars(select(Person.id).where(_unused(federation_id, before, now)).limit(most)).all()
        for person_id in found:
            values: dict[str, Any] = {
                "id": new_id(), "person_id": person_id, "asked_at": now, "due_at": erasure_due(now + TOLD_AHEAD)
            }  # fmt: skip
            if insert_once(Erasure, values):
                audit.record(
                    "erasure.unused", f"person:{person_id}", federation_id=federation_id, actor_id=None, now=now
                )
                messages.tell(person_id, "account-unused", federation_id=federation_id, now=now)
                jobs.add("privacy.erase", values["due_at"], erasure=values["id"])
        return len(found)
