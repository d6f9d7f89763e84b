"""Reads: a person's legal name, for those who may know it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from lms.db import db
from lms.people.profile.models import LegalName, context
from lms.sealing import unseal


def legal_name_kept(person_id: UUID) -> datetime | None:
    """When this person gave their legal name; None if they have not. Opens nothing."""
    return db.session.scalar(select(LegalName.given_at).where(LegalName.person_id == person_id))


def legal_name(person_id: UUID) -> str | None:
    """The legal name, opened; None if there is none. Whoever calls this notes it in the audit trail. Raises Unopenable."""
    sealed = db.session.scalar(select(LegalName.sealed).where(LegalName.person_id == person_id))
    return None if sealed is None else unseal(sealed, context(person_id))
