"""Connecting and disconnecting another provider's account. Call inside `transaction()`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from lms import audit
from lms.db import db, insert_once
from lms.ids import new_id
from lms.people.entry import kinds, queries  # noqa: F401 (the kinds are registered)
from lms.people.entry.models import Identity
from lms.people.entry.provider import Claim
from lms.people.entry.refusals import ConnectedAlready, ConnectedElsewhere, LastWayIn
from lms.people.messages.operations import tell
from lms.people.models import Person


def connect(person_id: UUID, claim: Claim, *, provider: str, now: datetime) -> None:
    """From now on this account of the provider opens the person's; connecting it again changes nothing.

    Raises ConnectedElsewhere, ConnectedAlready.
    """
    values = {
        "id": new_id(), "person_id": person_id, "issuer": claim.issuer, "subject": claim.subject, "connected_at": now,
    }  # fmt: skip
    if insert_once(Identity, values):
        _note("identity.connect", person_id, now)
        return
    owner = db.session.scalar(
        select(Identity.person_id).where(Identity.issuer == claim.issuer, Identity.subject == claim.subject)
    )
    if owner is None:
        raise ConnectedAlready(provider=provider)
    if owner != person_id:
        raise ConnectedElsewhere(provider=provider)


def disconnect(person_id: UUID, identity_id: UUID, *, now: datetime) -> bool:
    """That account opens nothing any more; False if it was not this person's. Raises LastWayIn."""
    # Locked: what else opens the account may be taken away at the same moment.
    person = db.session.scalar(select(Person).where(Person.id == person_id).with_for_update())
    if not queries.other_ways_in(person, identity_id):
        raise LastWayIn
    gone: Any = db.session.execute(delete(Identity).where(Identity.id == identity_id, Identity.person_id == person_id))
    if gone.rowcount:
        _note("identity.disconnect", person_id, now)
    return bool(gone.rowcount)


def _note(action: str, person_id: UUID, now: datetime) -> None:
    audit.record(action, f"person:{person_id}", federation_id=None, actor_id=person_id, now=now)
    tell(person_id, "ways-in-changed", federation_id=None, now=now)
