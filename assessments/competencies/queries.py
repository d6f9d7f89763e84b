"""Observations and the levels that they give, read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select

from assessments.competencies.models import Observation, Rating
from assessments.competencies.rules import OBSERVED_ROLES
from lms.db import db
from lms.people import queries as people


@dataclass(frozen=True, slots=True)
class Level:
    """The newest level that a person has in a competency, and who saw it when and where (`role-play` | `encounter`)."""

    level: int
    assessor_id: UUID
    observed_at: datetime
    setting: str = "role-play"


@dataclass(slots=True)
class Observed:
    """An observation with its ratings, in the order of their codes. `person_id`, `federation_id`, … serve the policy."""

    id: UUID
    federation_id: UUID
    person_id: UUID
    assessor_id: UUID
    setting: str
    observed_at: datetime
    ratings: list[Rating] = field(default_factory=list)


def _code(code: str) -> tuple[int, ...]:
    return tuple(int(part) for part in code.split("."))


def _observations(*conditions: Any) -> list[Observed]:
    rows = db.session.execute(
        select(Observation, Rating)
        .join(Rating, Rating.observation_id == Observation.id)
        .where(*conditions)
        .order_by(Observation.observed_at.desc(), Observation.recorded_at.desc(), Observation.id)
    )
    found: dict[UUID, Observed] = {}
    for row, rating in rows:
        one = found.setdefault(
            row.id,
            Observed(row.id, row.federation_id, row.person_id, row.assessor_id, row.setting, row.observed_at),
        )
        one.ratings.append(rating)
    for one in found.values():
        one.ratings.sort(key=lambda rating: _code(rating.competency))
    return list(found.values())


def observations(person_id: UUID, federation_id: UUID) -> list[Observed]:
    """What was observed of a person in a federation, newest first."""
    return _observations(Observation.person_id == person_id, Observation.federation_id == federation_id)


def observation(observation_id: UUID) -> Observed | None:
    """One observation."""
    return next(iter(_observations(Observation.id == observation_id)), None)


def newest_levels(observed: Iterable[Observed]) -> dict[str, Level]:
    """The newest level of each competency; `observed` with the newest first."""
    levels: dict[str, Level] = {}
    for one in observed:
        for rating in one.ratings:
            levels.setdefault(rating.competency, Level(rating.level, one.assessor_id, one.observed_at, one.setting))
    return levels


# Built once, of tables: building it and mapping rows to entities took longer than running it.
_seen, _ratings = Observation.__table__.c, Rating.__table__.c
LEVELS = (
    select(
        _ratings.competency,
        _ratings.level,
        _seen.assessor_id,
        _seen.observed_at,
        _seen.setting,
    )
    .where(
        _ratings.observation_id == _seen.id,
        _seen.person_id == bindparam("person"),
        _seen.federation_id == bindparam("federation"),
    )
    .order_by(_seen.observed_at, _seen.recorded_at, _seen.id.desc())
)


def levels(person_id: UUID, federation_id: UUID) -> dict[str, Level]:
    """The newest level of each competency that was observed, by code."""
    rows = db.session.execute(LEVELS, {"person": person_id, "federation": federation_id})
    return {code: Level(*seen) for code, *seen in rows}  # the oldest first: a newer one takes its place


def assessors_ever(person_id: UUID) -> frozenset[UUID]:
    """Whoever has observed the person, in any federation: they neither mentor nor decide."""
    return frozenset(
        db.session.scalars(select(Observation.assessor_id).where(Observation.person_id == person_id).distinct())
    )


def last_observed(federation_id: UUID, person_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each of these people was last observed in a federation."""
    rows = db.session.execute(
        select(Observation.person_id, func.max(Observation.observed_at))
        .where(Observation.federation_id == federation_id, Observation.person_id.in_(list(person_ids)))
        .group_by(Observation.person_id)
    )
    return {row[0]: row[1] for row in rows}


def candidates(federation_id: UUID) -> list[tuple[UUID, str]]:
    """(id, name) of those who can be observed, by name."""
    found = {id_: name for role in sorted(OBSERVED_ROLES) for id_, name in people.with_role(federation_id, role)}
    return sorted(found.items(), key=lambda one: (one[1].casefold(), str(one[0])))


def candidate(federation_id: UUID, person_id: UUID) -> people.Member | None:
    """A person who can be observed."""
    found = people.member(federation_id, person_id)
    return found if found and any(one.role in OBSERVED_ROLES for one in found.roles) else None
