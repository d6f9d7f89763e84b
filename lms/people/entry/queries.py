"""Reads about ways in."""

from uuid import UUID

from sqlalchemy import func, select

from lms.db import db
from lms.people.entry.models import Identity
from lms.people.entry.provider import Claim
from lms.people.models import Passkey, Person


def identities(person_id: UUID) -> list[Identity]:
    """The accounts of providers with which this person signs in."""
    return list(db.session.scalars(select(Identity).where(Identity.person_id == person_id).order_by(Identity.id)))


def person_of(claim: Claim) -> Person | None:
    """The person whom this account of the provider opens; None as well when their account is closed."""
    return db.session.scalar(
        select(Person)
        .join(Identity, Identity.person_id == Person.id)
        .where(Identity.issuer == claim.issuer, Identity.subject == claim.subject, Person.active)
    )


def other_ways_in(person: Person | None, identity_id: UUID) -> bool:
    """Whether somebody could still sign in without this identity: with a password, a passkey or another one."""
    if person is None or person.password:
        return person is not None
    alone = select(func.count()).select_from(Passkey).where(Passkey.user_id == person.id, Passkey.usage == "first")
    others = (
        select(func.count()).select_from(Identity).where(Identity.person_id == person.id, Identity.id != identity_id)
    )
    return bool(db.session.scalar(alone) or db.session.scalar(others))
