"""Schemes, roads and dossiers, as they stand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from certificates.accreditation import evidence, rules
from certificates.accreditation.evidence import Sources
from certificates.accreditation.models import Decision, Dossier, Scheme, SchemeVersion
from certificates.accreditation.rules import Answer, Record
from lms.db import db

STANDING = ("open", "approved")
LIMIT = 100  # rows of a list on one page


@dataclass(frozen=True, slots=True)
class SchemeNow:
    """A version of a scheme. `title` is {locale: text}."""

    scheme_id: UUID
    slug: str
    version_id: UUID
    number: int
    title: dict[str, str]
    validity_months: int
    requirements: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Road:
    """A person's way to a scheme: the version that counts for them, where they stand, and their latest dossier."""

    scheme: SchemeNow
    answers: list[Answer]
    dossier: Dossier | None

    @property
    def missing(self) -> list[Answer]:
        """What is not met yet."""
        return rules.unmet(self.answers)

    @property
    def may_apply(self) -> bool:
        """Everything is met and no dossier stands or has led to a certificate."""
        return not self.missing and (self.dossier is None or self.dossier.state == "refused")


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A line of the registrar's list. `votes` given so far; `voted`, `party`: of the member who looks."""

    id: UUID
    person_id: UUID
    state: str
    applied_at: datetime
    decided_at: datetime | None
    title: dict[str, str]
    votes: int
    voted: bool
    party: bool

    @property
    def waits_for_me(self) -> bool:
        """The member who looks has still to vote."""
        return self.state == "open" and not self.voted and not self.party


@dataclass(frozen=True, slots=True)
class DueDossiers:
    """Counts for a desk. `waiting_for_me`: open, about somebody else, not voted on by and not touching the member."""

    open: int
    waiting_for_me: int
    approved: int
    oldest: datetime | None  # when the oldest open one was applied for


def _now(scheme: Scheme, version: SchemeVersion) -> SchemeNow:
    return SchemeNow(
        scheme.id,
        scheme.slug,
        version.id,
        version.number,
        version.title,
        version.validity_months,
        version.requirements,
    )


def current_schemes(federation_id: UUID) -> list[SchemeNow]:
    """The current version of each scheme of a federation."""
    rows = db.session.execute(
        select(Scheme, SchemeVersion)
        .join(SchemeVersion, SchemeVersion.id == Scheme.current_version_id)
        .where(Scheme.federation_id == federation_id)
        .order_by(Scheme.slug)
    )
    return [_now(scheme, version) for scheme, version in rows]


def scheme(scheme_id: UUID, federation_id: UUID) -> SchemeNow | None:
    """The current version of a scheme of this federation."""
    row = db.session.execute(
        select(Scheme, SchemeVersion)
        .join(SchemeVersion, SchemeVersion.id == Scheme.current_version_id)
        .where(Scheme.id == scheme_id, Scheme.federation_id == federation_id)
    ).one_or_none()
    return _now(row[0], row[1]) if row else None


def version(version_id: UUID) -> SchemeVersion:
    """A version that a dossier names."""
    return db.session.get_one(SchemeVersion, version_id)


def roads(person_id: UUID, federation_id: UUID, sources: Sources | None = None) -> list[Road]:
    """The person's way to each scheme of the federation. A dossier that was not refused keeps its version and evidence.

    `sources`, if they have been collected already, are taken as they are.
    """
    current, judged = aliased(SchemeVersion), aliased(SchemeVersion)
    rows = db.session.execute(
        select(Scheme, current, Dossier, judged)
        .join(current, current.id == Scheme.current_version_id)
        .outerjoin(Dossier, and_(Dossier.scheme_id == Scheme.id, Dossier.person_id == person_id))
        .outerjoin(judged, judged.id == Dossier.version_id)
        .where(Scheme.federation_id == federation_id)
        .order_by(Scheme.slug, Dossier.applied_at.desc(), Dossier.id.desc())
    )
    latest: dict[UUID, tuple[SchemeNow, Dossier | None]] = {}
    for scheme_, current_, dossier_, judged_ in rows:
        version_ = judged_ if dossier_ is not None and dossier_.state != "refused" else current_
        latest.setdefault(scheme_.id, (_now(scheme_, version_), dossier_))
    if sources is None:
        wanted = frozenset[str]().union(*(evidence.kinds(now.requirements) for now, _dossier in latest.values()))
        sources = evidence.collect(person_id, federation_id, wanted)
    record = evidence.record(sources)
    return [Road(now, _answers(now, dossier_, record), dossier_) for now, dossier_ in latest.values()]


def _answers(scheme_: SchemeNow, dossier_: Dossier | None, record: Record) -> list[Answer]:
    """What was frozen, once there is a dossier that was not refused; until then, what is there now."""
    if dossier_ is not None and dossier_.state != "refused":
        return [rules.thawed(item) for item in dossier_.evidence]
    return rules.evaluate(scheme_.requirements, record)


def dossier(dossier_id: UUID) -> Dossier | None:
    """A dossier by its id; guard it before use."""
    return db.session.get(Dossier, dossier_id)


def decisions(dossier_id: UUID) -> list[Decision]:
    """The votes on a dossier, in the order in which they were given."""
    return list(
        db.session.scalars(
            select(Decision).where(Decision.dossier_id == dossier_id).order_by(Decision.at, Decision.member_id)
        )
    )


def _party(member_id: UUID) -> ColumnElement[bool]:
    """The member is the person, or among the parties (a JSON list of ids)."""
    return or_(Dossier.person_id == member_id, cast(Dossier.parties, String).contains(str(member_id)))


def _voted(member_id: UUID) -> ColumnElement[bool]:
    return exists().where(Decision.dossier_id == Dossier.id, Decision.member_id == member_id)


def dossiers(federation_id: UUID, member_id: UUID, *, decided: bool = False) -> list[DossierRow]:
    """Standing dossiers, the oldest first; or with `decided` the refused and issued ones, the latest first."""
    votes = select(func.count()).where(Decision.dossier_id == Dossier.id).correlate(Dossier).scalar_subquery()
    order = (Dossier.decided_at.desc(),) if decided else (Dossier.applied_at, Dossier.id)
    rows = db.session.execute(
        select(
            Dossier.id,
            Dossier.person_id,
            Dossier.state,
            Dossier.applied_at,
            Dossier.decided_at,
            SchemeVersion.title,
            votes,
            _voted(member_id),
            _party(member_id),
        )
        .join(SchemeVersion, SchemeVersion.id == Dossier.version_id)
        .where(
            Dossier.federation_id == federation_id,
            Dossier.state.in_(("refused", "issued") if decided else STANDING),
        )
        .order_by(*order)
        .limit(LIMIT)
    )
    return [DossierRow(*row) for row in rows]


def due_dossiers(federation_id: UUID, member_id: UUID) -> DueDossiers:
    """What is open and what waits for this member, in one statement."""
    is_open = Dossier.state == "open"
    mine = and_(is_open, ~_party(member_id), ~_voted(member_id))
    row = db.session.execute(
        select(
            func.coalesce(func.sum(case((is_open, 1), else_=0)), 0),
            func.coalesce(func.sum(case((mine, 1), else_=0)), 0),
            func.coalesce(func.sum(case((Dossier.state == "approved", 1), else_=0)), 0),
            func.min(case((is_open, Dossier.applied_at))),
        ).where(Dossier.federation_id == federation_id, Dossier.state.in_(STANDING))
    ).one()
    return DueDossiers(*row)
