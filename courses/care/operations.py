"""Writing and keeping a plan of self-care. Call inside `transaction()`."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update

import courses.care.messages  # noqa: F401 (registers what is told here)
from courses.care import queries, rules
from courses.care.models import CarePlan, CareVersion, plan_context, version_context
from courses.care.refusals import PlanEmpty, PlanStale, ReviewOdd
from courses.learning.rules import Writing
from lms import audit
from lms.db import db, insert_once
from lms.ids import new_id
from lms.people.messages.operations import tell_all
from lms.sealing import seal


def write(
    person_id: UUID, federation_id: UUID, said: Mapping[str, str], *, writing: Writing | None, now: datetime
) -> CarePlan:
    """Keep what was written in these sections; the others stay as they are. `writing` says which page sent it.

    Raises PlanStale when newer text is kept (then nothing is changed), and Unopenable.
    """
    mine = (CarePlan.person_id == person_id, CarePlan.federation_id == federation_id)
    found = db.session.scalar(select(CarePlan).where(*mine).with_for_update().execution_options(populate_existing=True))
    order = {"page": writing.page, "sequence": writing.sequence} if writing else {}
    if found is None:
        plan_id = new_id()
        sealed = seal(_json(rules.tidied(said)), plan_context(plan_id))
        values = {"id": plan_id, "person_id": person_id, "federation_id": federation_id, "content": sealed}
        first = {"revision": 1, "page": "", "sequence": 0, "updated_at": now}
        if not insert_once(CarePlan, values | first | order):
            raise PlanStale
        return db.session.get_one(CarePlan, plan_id)
    sealed = seal(
        _json(queries.sections(found) | {k: v for k, v in said.items() if k in rules.SECTIONS}), plan_context(found.id)
    )
    changed: Any = db.session.execute(
        update(CarePlan)
        .where(CarePlan.id == found.id, *_replaceable(writing))
        .values(content=sealed, revision=CarePlan.revision + 1, updated_at=now, **order)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:
        raise PlanStale
    db.session.refresh(found)
    return found


def _json(sections: Mapping[str, str]) -> str:
    return json.dumps(sections, ensure_ascii=False)


def _replaceable(writing: Writing | None) -> tuple[Any, ...]:
    """`courses.learning.rules.may_replace` as a condition on the row."""
    if writing is None:
        return ()
    own = and_(CarePlan.page == writing.page, CarePlan.sequence <= writing.sequence)
    other = and_(CarePlan.page != writing.page, CarePlan.revision == writing.base)
    return (or_(own, other),)


def keep_version(plan: CarePlan, review_on: date, *, today: date, now: datetime) -> CareVersion:
    """Keep the plan as it stands as a version of its own: it has been looked at today. Raises PlanEmpty, ReviewOdd."""
    if not rules.sensible(review_on, today):
        raise ReviewOdd
    sections = queries.sections(plan)
    if not rules.says_something(sections):
        raise PlanEmpty
    last = db.session.scalar(select(func.max(CareVersion.number)).where(CareVersion.plan_id == plan.id)) or 0
    version_id = new_id()
    version = CareVersion(
        id=version_id,
        plan_id=plan.id,
        number=last + 1,
        content=seal(_json(sections), version_context(version_id)),
        kept_at=now,
        review_on=review_on,
    )
    db.session.add(version)
    plan.reviewed_at, plan.review_on = now, review_on
    db.session.flush()
    audit.record(
        "care.review", f"care-plan:{plan.id}", federation_id=plan.federation_id, actor_id=plan.person_id, now=now,
        version=version.number,
    )  # fmt: skip
    return version


def remind(today: date, *, now: datetime, most: int = 200) -> int:
    """Remind each person of the review that they wanted, once for each date: how many."""
    due = (
        CarePlan.review_on <= today,
        or_(CarePlan.reminded_for.is_(None), CarePlan.reminded_for < CarePlan.review_on),
    )
    ids = list(db.session.scalars(select(CarePlan.id).where(*due).order_by(CarePlan.review_on).limit(most)))
    if not ids:
        return 0
    # Claimed, then told: of two workers at once, each tells those whose row it changed.
    claimed = db.session.execute(
        update(CarePlan)
        .where(CarePlan.id.in_(ids), *due)
        .values(reminded_for=CarePlan.review_on)
        .returning(CarePlan.person_id, CarePlan.federation_id)
        .execution_options(synchronize_session=False)
    ).all()
    for federation_id in {row.federation_id for row in claimed}:
        people = {row.person_id: {} for row in claimed if row.federation_id == federation_id}
        tell_all(people, "care-review", federation_id=federation_id, now=now)
    return len(claimed)
