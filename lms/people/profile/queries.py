"""Reads: a person's legal name, for those who may know it; and where they work."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select

from lms.db import db
from lms.people.models import Service
from lms.people.profile.models import LegalName, Workplace, context
from lms.sealing import unseal


def legal_name_kept(person_id: UUID) -> datetime | None:
    """When this person gave their legal name; None if they have not. Opens nothing."""
    return db.session.scalar(select(LegalName.given_at).where(LegalName.person_id == person_id))


def legal_name(person_id: UUID) -> str | None:
    """The legal name, opened; None if there is none. Whoever calls this notes it in the audit trail. Raises Unopenable."""
    sealed = db.session.scalar(select(LegalName.sealed).where(LegalName.person_id == person_id))
    return None if sealed is None else unseal(sealed, context(person_id))


def services(federation_id: UUID, person_id: UUID) -> list[tuple[UUID, str, bool]]:
    """The open services of a federation by name, and whether the person works there."""
    mine = and_(Workplace.service_id == Service.id, Workplace.person_id == person_id)
    found = (
        select(Service.id, Service.name, Workplace.person_id.is_not(None))
        .outerjoin(Workplace, mine)
        .where(Service.federation_id == federation_id, Service.closed_at.is_(None))
        .order_by(Service.name, Service.id)
    )
    return [(id_, name, works) for id_, name, works in db.session.execute(found)]
