"""Reads about a federation's texts: versions, drafts, and who has accepted what. Each takes the federation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased

from lms import clock
from lms.db import db
from lms.people.federations import texts
from lms.people.federations.models import Draft
from lms.people.models import Acknowledgement, Document, Membership, Person, in_force

PAGE = 50  # people on a page
MOST = 300  # versions that a page lists


def _needed(federation_id: Any, kind: Any) -> Any:
    """The latest version of a kind that asked everybody to sign."""
    asking = aliased(Document)
    return (
        select(func.max(asking.version))
        .where(asking.federation_id == federation_id, asking.kind == kind, asking.asks_again)
        .correlate_except(asking)
        .scalar_subquery()
    )


def _newest(federation_id: UUID) -> Any:
    newest = aliased(Document)
    return Document.version == (
        select(func.max(newest.version))
        .where(newest.federation_id == federation_id, newest.kind == Document.kind)
        .correlate(Document)
        .scalar_subquery()
    )


def _member(federation_id: UUID, person: Any) -> ColumnElement[bool]:
    """Whether a person has a role in force."""
    return exists().where(
        Membership.person_id == person, Membership.federation_id == federation_id, in_force(Membership, clock.now())
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """A text in its newest version, and how many members' acceptances stand."""

    text: Document
    accepted: int


def current(federation_id: UUID) -> list[Standing]:
    """The newest version of each text, the built-in ones first, in one statement."""
    stands = (
        select(func.count(func.distinct(Acknowledgement.person_id)))
        .join(signed := aliased(Document), signed.id == Acknowledgement.document_id)
        .where(
            signed.federation_id == federation_id,
            signed.kind == Document.kind,
            signed.version >= _needed(federation_id, Document.kind),
            Acknowledgement.withdrawn_at.is_(None),
            _member(federation_id, Acknowledgement.person_id),
        )
        .correlate(Document)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Document, stands).where(Document.federation_id == federation_id, _newest(federation_id))
    )
    order = {kind: place for place, kind in enumerate(texts.BUILT_IN)}
    found = [Standing(text, count) for text, count in rows]
    return sorted(found, key=lambda one: (order.get(one.text.kind, len(order)), one.text.kind))


def members(federation_id: UUID) -> int:
    """How many people have a role in force."""
    return (
        db.session.scalar(
            select(func.count(func.distinct(Membership.person_id))).where(
                Membership.federation_id == federation_id, in_force(Membership, clock.now())
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Version:
    """A version, and how many have accepted just this one."""

    text: Document
    accepted: int


def versions(federation_id: UUID, kind: str) -> list[Version]:
    """Every version of a text, newest first."""
    count = (
        select(func.count())
        .where(Acknowledgement.document_id == Document.id, Acknowledgement.withdrawn_at.is_(None))
        .correlate(Document)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Document, count)
        .where(Document.federation_id == federation_id, Document.kind == kind)
        .order_by(Document.version.desc())
        .limit(MOST)
    )
    return [Version(text, number) for text, number in rows]


def version(federation_id: UUID, kind: str, number: int) -> Document | None:
    """One version of a text."""
    return db.session.scalar(
        select(Document).where(
            Document.federation_id == federation_id, Document.kind == kind, Document.version == number
        )
    )


def pair(federation_id: UUID, kind: str, old: int, new: int) -> list[Document]:
    """Two versions of a text, the older first; fewer where there are fewer."""
    return list(
        db.session.scalars(
            select(Document)
            .where(Document.federation_id == federation_id, Document.kind == kind, Document.version.in_((old, new)))
            .order_by(Document.version)
        )
    )


@dataclass(frozen=True, slots=True)
class Signer:
    """A member, and the newest version that they accepted (None: none)."""

    person_id: UUID
    name: str
    version: int | None
    given_at: datetime | None
    stands: bool


def signers(federation_id: UUID, kind: str, page: int) -> list[Signer]:
    """The members by name with what they accepted: PAGE of them, and one more, which tells that there is a next page."""
    best = (
        select(func.max(Document.version))
        .join(Acknowledgement, Acknowledgement.document_id == Document.id)
        .where(
            Acknowledgement.person_id == Person.id,
            Acknowledgement.withdrawn_at.is_(None),
            Document.federation_id == federation_id,
            Document.kind == kind,
        )
        .correlate(Person)
        .scalar_subquery()
    )
    people = (
        select(Person.id, Person.name, best.label("version"))
        .where(_member(federation_id, Person.id), Person.active)
        .order_by(func.lower(Person.name), Person.id)
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
        .subquery()
    )
    rows = db.session.execute(
        select(people.c.id, people.c.name, people.c.version, Acknowledgement.given_at, _needed(federation_id, kind))
        .outerjoin(
            Document,
            and_(Document.federation_id == federation_id, Document.kind == kind, Document.version == people.c.version),
        )
        .outerjoin(
            Acknowledgement,
            and_(
                Acknowledgement.document_id == Document.id,
                Acknowledgement.person_id == people.c.id,
                Acknowledgement.withdrawn_at.is_(None),
            ),
        )
        .order_by(func.lower(people.c.name), people.c.id)
    )
    return [
        Signer(id_, name, number, at, number is not None and texts.stands(number, needed))
        for id_, name, number, at, needed in rows
    ]


def draft(federation_id: UUID, kind: str, person_id: UUID) -> Draft | None:
    """What this person is writing."""
    return db.session.scalar(
        select(Draft).where(Draft.federation_id == federation_id, Draft.kind == kind, Draft.person_id == person_id)
    )


def draft_of(federation_id: UUID, kind: str, draft_id: UUID) -> tuple[Draft, str] | None:
    """Somebody's draft of this text, and their name."""
    row: Any = db.session.execute(
        select(Draft, Person.name)
        .join(Person, Person.id == Draft.person_id)
        .where(Draft.id == draft_id, Draft.federation_id == federation_id, Draft.kind == kind)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def drafts(federation_id: UUID) -> list[tuple[Draft, str]]:
    """Everything that is being written in the federation, and by whom, latest first."""
    rows: Any = db.session.execute(
        select(Draft, Person.name)
        .join(Person, Person.id == Draft.person_id)
        .where(Draft.federation_id == federation_id)
        .order_by(Draft.saved_at.desc())
        .limit(MOST)
    )
    return [(one, name) for one, name in rows]


@dataclass(frozen=True, slots=True)
class Mine:
    """A text of one's federation, and one's own acceptance: of which version, when, and whether it stands."""

    text: Document
    version: int | None
    given_at: datetime | None
    stands: bool


def mine(federation_id: UUID, person_id: UUID) -> list[Mine]:
    """The texts that a member reads and accepts, consents left out (they have pages of their own)."""
    signed = aliased(Document)
    accepted = (
        select(signed.kind, func.max(signed.version).label("version"), func.max(Acknowledgement.given_at).label("at"))
        .join(Acknowledgement, Acknowledgement.document_id == signed.id)
        .where(
            Acknowledgement.person_id == person_id,
            Acknowledgement.withdrawn_at.is_(None),
            signed.federation_id == federation_id,
        )
        .group_by(signed.kind)
        .subquery()
    )
    rows = db.session.execute(
        select(Document, accepted.c.version, accepted.c.at, _needed(federation_id, Document.kind))
        .outerjoin(accepted, accepted.c.kind == Document.kind)
        .where(Document.federation_id == federation_id, _newest(federation_id), Document.kind.not_like("consent%"))
        .order_by(Document.kind)
    )
    return [
        Mine(text, number, at, number is not None and texts.stands(number, needed)) for text, number, at, needed in rows
    ]


def accepted(federation_id: UUID, kind: str) -> list[UUID]:
    """The members who have accepted some version of a text, and not withdrawn it."""
    return list(
        db.session.scalars(
            select(Acknowledgement.person_id)
            .join(Document, Document.id == Acknowledgement.document_id)
            .where(
                Document.federation_id == federation_id,
                Document.kind == kind,
                Acknowledgement.withdrawn_at.is_(None),
                _member(federation_id, Acknowledgement.person_id),
            )
            .distinct()
        )
    )
