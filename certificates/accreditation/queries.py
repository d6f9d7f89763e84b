"""Schemes, roads and dossiers, as they stand."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, bindparam, case, cast, exists, func, or_, select

from assessments.competencies.models import Observation
from certificates.accreditation import evidence, rules
from certificates.accreditation.evidence import Sources
from certificates.accreditation.models import Decision, Dossier, Scheme, SchemeVersion
from certificates.accreditation.rules import Answer, Certified, Origin
from certificates.register import rules as register_rules
from certificates.register.models import Certificate
from courses.mentoring.models import HoursEntry, Pairing
from lms.db import db
from lms.people.federations.agreements import recognising
from lms.people.models import Federation

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
class Applied:
    """A person's dossier, as far as their road shows it."""

    id: UUID
    state: str
    applied_at: datetime
    decided_at: datetime | None
    certificate: str | None = None  # once issued: in-force, expiring, expired, suspended or revoked
    valid_until: datetime | None = None

    @property
    def stands(self) -> bool:
        """It is being decided, or its certificate is not ending: nobody applies again meanwhile."""
        return self.state in STANDING or self.certificate in ("in-force", "suspended")


@dataclass(frozen=True, slots=True)
class Road:
    """A person's way to a scheme: the version that counts for them, where they stand, and their latest dossier."""

    scheme: SchemeNow
    answers: list[Answer]
    dossier: Applied | None

    @property
    def missing(self) -> list[Answer]:
        """What is not met yet."""
        return rules.unmet(self.answers)

    @property
    def may_apply(self) -> bool:
        """Everything is met, and no dossier stands or has led to a certificate that holds."""
        return not self.missing and (self.dossier is None or not self.dossier.stands)


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


@lru_cache(256)
def version(version_id: UUID) -> SchemeNow:
    """A version of a scheme. Versions are never edited, so one that was read is kept; nobody may change what this gives."""
    row = db.session.execute(
        select(
            Scheme.id,
            Scheme.slug,
            SchemeVersion.id,
            SchemeVersion.number,
            SchemeVersion.title,
            SchemeVersion.validity_months,
            SchemeVersion.requirements,
        )
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .where(SchemeVersion.id == version_id)
    ).one()
    return SchemeNow(*row)


def current_schemes(federation_id: UUID) -> list[SchemeNow]:
    """The current version of each scheme of a federation."""
    found = select(Scheme.current_version_id).where(
        Scheme.federation_id == federation_id, Scheme.current_version_id.is_not(None)
    )
    return [version(version_id) for version_id in db.session.scalars(found.order_by(Scheme.slug)).all() if version_id]


def scheme(scheme_id: UUID, federation_id: UUID) -> SchemeNow | None:
    """The current version of a scheme of this federation."""
    version_id = db.session.scalar(
        select(Scheme.current_version_id).where(Scheme.id == scheme_id, Scheme.federation_id == federation_id)
    )
    return version(version_id) if version_id else None


# Built once, of tables: building it and mapping rows to entities took longer than running it.
_schemes, _dossiers, _certificates = Scheme.__table__, Dossier.__table__, Certificate.__table__
_federations = Federation.__table__
# Certificates in force of federations whose certificates this one recognises, with the scheme that they were earned by.
_theirs = _schemes.alias("their_schemes")
_held = (
    select(
        _theirs.c.slug,
        _certificates.c.federation_id,
        _federations.c.name,
        _certificates.c.serial,
        _certificates.c.valid_until,
    )
    .select_from(
        _certificates.join(_dossiers, _dossiers.c.id == _certificates.c.dossier_id)
        .join(_theirs, _theirs.c.id == _dossiers.c.scheme_id)
        .join(_federations, _federations.c.id == _certificates.c.federation_id)
    )
    .where(
        _certificates.c.person_id == bindparam("person"),
        _certificates.c.state == "in-force",
        _certificates.c.valid_until > bindparam("now"),
        _certificates.c.federation_id.in_(recognising("certificates")),
    )
)
_recognised = _held.subquery("recognised")
ROADS = (
    select(
        _schemes.c.slug,
        _schemes.c.current_version_id,
        _dossiers.c.version_id,
        _dossiers.c.evidence,
        _dossiers.c.id,
        _dossiers.c.state,
        _dossiers.c.applied_at,
        _dossiers.c.decided_at,
        _certificates.c.state.label("certificate"),
        _certificates.c.valid_until,
        _recognised.c.federation_id.label("recognised_id"),
        _recognised.c.name.label("recognised_name"),
        _recognised.c.serial.label("recognised_serial"),
        _recognised.c.valid_until.label("recognised_until"),
    )
    .select_from(
        _schemes.outerjoin(
            _dossiers,
            and_(_dossiers.c.scheme_id == _schemes.c.id, _dossiers.c.person_id == bindparam("person")),
        )
        .outerjoin(_certificates, _certificates.c.dossier_id == _dossiers.c.id)
        .outerjoin(_recognised, _recognised.c.slug == _schemes.c.slug)
    )
    .where(_schemes.c.federation_id == bindparam("federation"), _schemes.c.current_version_id.is_not(None))
    .order_by(_schemes.c.slug, _dossiers.c.applied_at.desc(), _dossiers.c.id.desc(), _recognised.c.valid_until.desc())
)


def certified(person_id: UUID, federation_id: UUID, slug: str, now: datetime) -> Certified | None:
    """The person's certificate of a scheme of this name, in force, of a federation whose certificates this one recognises."""
    facts = {"person": person_id, "federation": federation_id, "slug": slug, "now": now}
    found = _held.where(_theirs.c.slug == bindparam("slug")).order_by(_certificates.c.valid_until.desc())
    row = db.session.execute(found, facts).first()
    return _certified(*row[1:]) if row else None


def _certified(federation_id: UUID | None, name: str, serial: str, valid_until: datetime) -> Certified | None:
    return Certified(Origin(str(federation_id), name), serial, valid_until) if federation_id else None


def _applied(row: Any, now: datetime) -> Applied | None:
    if row.id is None:
        return None
    status = register_rules.status(row.certificate, row.valid_until, now) if row.certificate else None
    return Applied(row.id, row.state, row.applied_at, row.decided_at, status, row.valid_until)


def roads(person_id: UUID, federation_id: UUID, sources: Sources | None = None, *, now: datetime) -> list[Road]:
    """The person's way to each scheme of the federation. A dossier that stands keeps its version and evidence.

    `sources`, if they have been collected already, are taken as they are.
    """
    rows = db.session.execute(ROADS, {"person": person_id, "federation": federation_id, "now": now}).all()
    latest = [next(of_one) for _slug, of_one in groupby(rows, itemgetter(0))]
    applied = [_applied(row, now) for row in latest]
    kept = [one is not None and one.stands for one in applied]
    schemes = [
        version(row.version_id if stands else row.current_version_id) for row, stands in zip(latest, kept, strict=True)
    ]
    if sources is None:
        wanted = frozenset[str]().union(*(evidence.kinds(one.requirements) for one in schemes))
        sources = evidence.collect(person_id, federation_id, wanted, now=now)
    record = evidence.record(sources)
    return [
        Road(
            one,
            [rules.thawed(item) for item in row.evidence]
            if stands
            else rules.evaluate(one.requirements, replace(record, certified=_certified(*row[-4:]))),
            found,
        )
        for one, row, found, stands in zip(schemes, latest, applied, kept, strict=True)
    ]


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
    """The member is the person, among the parties (a JSON list of ids), or has accompanied or assessed the person."""
    return or_(
        Dossier.person_id == member_id,
        cast(Dossier.parties, String).contains(str(member_id)),
        exists().where(Pairing.person_id == Dossier.person_id, Pairing.mentor_id == member_id),
        exists().where(
            HoursEntry.person_id == Dossier.person_id,
            or_(HoursEntry.mentor_id == member_id, HoursEntry.signed_by == member_id),
        ),
        exists().where(Observation.person_id == Dossier.person_id, Observation.assessor_id == member_id),
    )


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
