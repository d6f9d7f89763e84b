"""One's own plan of self-care, and the one fact about it that others may know."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from courses.care import rules
from courses.care.models import CarePlan, CareVersion, plan_context, version_context
from lms.db import db
from lms.sealing import unseal


def plan(person_id: UUID, federation_id: UUID) -> CarePlan | None:
    """The person's plan in a federation."""
    mine = (CarePlan.person_id == person_id, CarePlan.federation_id == federation_id)
    return db.session.scalar(select(CarePlan).where(*mine))


def sections(found: CarePlan | None) -> dict[str, str]:
    """What stands in a plan, opened. Raises Unopenable."""
    if found is None:
        return rules.tidied({})
    return rules.tidied(json.loads(unseal(bytes(found.content), plan_context(found.id))))


def versions(plan_id: UUID) -> list[CareVersion]:
    """What was kept of a plan, the newest first."""
    found = select(CareVersion).where(CareVersion.plan_id == plan_id)
    return list(db.session.scalars(found.order_by(CareVersion.number.desc()).limit(rules.MOST_VERSIONS)))


def version(person_id: UUID, federation_id: UUID, number: int) -> CareVersion | None:
    """One version of a person's own plan."""
    return db.session.scalar(
        select(CareVersion)
        .join(CarePlan, CarePlan.id == CareVersion.plan_id)
        .where(CarePlan.person_id == person_id, CarePlan.federation_id == federation_id, CareVersion.number == number)
    )


def version_sections(found: CareVersion) -> dict[str, str]:
    """What stood in a version, opened. Raises Unopenable."""
    return rules.tidied(json.loads(unseal(bytes(found.content), version_context(found.id))))


@dataclass(frozen=True, slots=True)
class PlanStands:
    """There is a plan, and when its owner last kept a version of it. Nothing of what it says."""

    reviewed_at: datetime
    review_on: date | None


def plan_stands(person_id: UUID, federation_id: UUID) -> PlanStands | None:
    """Whether a person has a dated plan of self-care: for schemes and dossiers. None when they have kept no version."""
    row = db.session.execute(
        select(CarePlan.reviewed_at, CarePlan.review_on).where(
            CarePlan.person_id == person_id, CarePlan.federation_id == federation_id, CarePlan.reviewed_at.is_not(None)
        )
    ).one_or_none()
    return PlanStands(*row) if row else None
