"""Reads about people. Each takes the federation, or an id that only its owner holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select

from lms import clock
from lms.db import db
from lms.people.called import Called
from lms.people.models import (
    Acknowledgement,
    Document,
    Federation,
    Membership,
    Passkey,
    Person,
    SignIn,
    in_force,
    standing,
)
from lms.people.rules import normal_email
from lms.texts import gettext as _

PAGE = 50  # members on a page


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The newest version of a kind of document that a person accepted, and whether that still stands: no later one
    asks to be signed again."""

    version: int
    given_at: datetime
    current: bool


@dataclass(slots=True)
class Member:
    """A person in a federation, with the roles in force there, those to come, and those paused with the account.

    `person_id` and `federation_id` serve the policy.
    """

    person_id: UUID
    federation_id: UUID
    name: str
    email: str
    roles: list[Membership] = field(default_factory=list)
    coming: list[Membership] = field(default_factory=list)
    paused: list[Membership] = field(default_factory=list)


def gone() -> str:
    """What stands where the name of somebody stood whose data were erased."""
    return _("una persona que ya no está")


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The chosen names of these people, which know their pronouns (`Called`), in one statement."""
    wanted = {id_ for id_ in ids if id_ is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(Person.id, Person.name, Person.pronouns).where(Person.id.in_(wanted)))
    return {row.id: Called(row.name or gone(), row.pronouns) for row in rows}


def federation(federation_id: UUID) -> Federation | None:
    """A federation."""
    return db.session.get(Federation, federation_id)


def federation_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of federations, by id."""
    rows = db.session.execute(select(Federation.id, Federation.name).where(Federation.id.in_(list(ids))))
    return {row.id: row.name for row in rows}


def crisis(federation_id: UUID) -> tuple[list[dict[str, str]], date | None]:
    """A federation's own crisis contacts ({name, number, note}), and when somebody last looked at them."""
    row = db.session.execute(
        select(Federation.crisis_contacts, Federation.crisis_reviewed_on).where(Federation.id == federation_id)
    ).one_or_none()
    return (row[0], row[1]) if row else ([], None)


def federation_list() -> list[Federation]:
    """Every federation of this install, by short name: for commands, never for a page."""
    return list(db.session.scalars(select(Federation).order_by(Federation.slug)))


def federation_named(slug: str) -> Federation | None:
    """The federation with this slug."""
    return db.session.scalar(select(Federation).where(Federation.slug == slug))


def person(person_id: UUID) -> Person | None:
    """A person."""
    return db.session.get(Person, person_id)


def person_at(email: str) -> Person | None:
    """The person with this address, however it is written."""
    return db.session.scalar(select(Person).where(Person.email == normal_email(email)))


# Lists of who is here speak of the present moment; what judges a deed hands its moment in.
def _in_force(federation_id: UUID, role: str | None = None) -> Select[Any]:
    found = select(Membership.person_id).where(
        Membership.federation_id == federation_id, in_force(Membership, clock.now())
    )
    return found.where(Membership.role == role) if role else found


def members(federation_id: UUID, role: str | None = None, page: int | None = None) -> list[Member]:
    """The people whose roles are not over, also those to come and those paused; with `role`, who holds it now; by name.

    `page` (from 1) gives PAGE of them and one more, which tells that there is a next page; without it, all.
    """
    lasting = select(Membership.person_id).where(
        Membership.federation_id == federation_id, standing(Membership, clock.now())
    )
    chosen = _in_force(federation_id, role) if role else lasting
    people = select(Person.id).where(Person.id.in_(chosen), Person.active)
    people = people.order_by(func.lower(Person.name), Person.id)
    if page is not None:
        people = people.limit(PAGE + 1).offset(PAGE * (page - 1))
    return _members(federation_id, people)


def member(federation_id: UUID, person_id: UUID) -> Member | None:
    """A person who has, had or is to have a role in the federation."""
    once = select(Membership.person_id).where(
        Membership.federation_id == federation_id, Membership.person_id == person_id
    )
    return next(iter(_members(federation_id, once)), None)


def _members(federation_id: UUID, people: Select[Any]) -> list[Member]:
    chosen, now = people.subquery(), clock.now()
    rows = db.session.execute(
        select(Person.id, Person.name, Person.pronouns, Person.email, Membership)
        .outerjoin(
            Membership,
            (Membership.person_id == Person.id)
            & (Membership.federation_id == federation_id)
            & standing(Membership, now),
        )
        .where(Person.id.in_(select(chosen.c[0])))
        .order_by(func.lower(Person.name), Person.id, Membership.since)
    )
    found: dict[UUID, Member] = {}
    for id_, name, pronouns, email, membership in rows:
        one = found.setdefault(id_, Member(id_, federation_id, Called(name or gone(), pronouns), email if name else ""))
        if membership is not None:
            place = one.paused if membership.paused_at else one.coming if membership.since > now else one.roles
            place.append(membership)
    return list(found.values())


def with_role(federation_id: UUID, role: str) -> list[tuple[UUID, str]]:
    """(id, name) of those who hold a role, by name: for choices in forms."""
    rows = db.session.execute(
        select(Person.id, Person.name, Person.pronouns)
        .where(Person.id.in_(_in_force(federation_id, role)), Person.active)
        .order_by(func.lower(Person.name), Person.id)
    )
    return [(row.id, Called(row.name, row.pronouns)) for row in rows]


def roles_of(person_id: UUID, federation_id: UUID, now: datetime | None = None) -> frozenset[str]:
    """The roles of a person that are in force at `now`; without it, at present."""
    return frozenset(
        db.session.scalars(
            select(Membership.role).where(
                Membership.person_id == person_id,
                Membership.federation_id == federation_id,
                in_force(Membership, now or clock.now()),
            )
        )
    )


_memberships, _people = Membership.__table__.c, Person.__table__.c
HOLDERS = (
    select(_memberships.person_id, _memberships.role)
    .join_from(Membership.__table__, Person.__table__, _people.id == _memberships.person_id)
    .where(
        _memberships.federation_id == bindparam("federation"),
        _memberships.person_id.in_(bindparam("people", expanding=True)),
        in_force(_memberships, bindparam("now")),
        _people.active,
    )
    .order_by(_memberships.id)
    .with_for_update(read=True, of=Membership.__table__)
)


def holders(federation_id: UUID, wanted: dict[UUID, str], *, now: datetime) -> set[UUID]:
    """Which of these people hold the role named for them at `now`: the judgement that a deed rests on.

    The rows stay locked until the transaction ends (PostgreSQL; SQLite has one writer anyway), so that a role that is
    being taken away either counts or does not, and never half.
    """
    rows = db.session.execute(HOLDERS, {"federation": federation_id, "people": list(wanted), "now": now})
    return {person_id for person_id, role in rows if wanted[person_id] == role}


def holds(person_id: UUID, federation_id: UUID, role: str, *, now: datetime) -> bool:
    """Whether a person holds a role at `now`; if so, it stays theirs until the transaction ends."""
    return person_id in holders(federation_id, {person_id: role}, now=now)


def membership(federation_id: UUID, membership_id: UUID) -> Membership | None:
    """A role of somebody in this federation."""
    return db.session.scalar(
        select(Membership).where(Membership.id == membership_id, Membership.federation_id == federation_id)
    )


def history(federation_id: UUID, person_id: UUID) -> list[Membership]:
    """Every role that a person has had in the federation, newest first."""
    return list(
        db.session.scalars(
            select(Membership)
            .where(Membership.federation_id == federation_id, Membership.person_id == person_id)
            .order_by(Membership.since.desc(), Membership.id.desc())
        )
    )


def document(federation_id: UUID, kind: str) -> Document | None:
    """Today's version of a text."""
    return db.session.scalar(
        select(Document)
        .where(Document.federation_id == federation_id, Document.kind == kind)
        .order_by(Document.version.desc())
        .limit(1)
    )


# Built once, of tables: building and mapping it took longer than running it.
_documents, _accepted = Document.__table__.c, Acknowledgement.__table__.c
_asking = Document.__table__.alias("asking").c
ACKNOWLEDGED = (
    select(
        _documents.kind,
        _documents.version,
        _accepted.given_at,
        select(func.max(_asking.version))
        .where(_asking.federation_id == _documents.federation_id, _asking.kind == _documents.kind, _asking.asks_again)
        .scalar_subquery(),
    )
    .where(
        _accepted.document_id == _documents.id,
        _accepted.person_id == bindparam("person"),
        _accepted.withdrawn_at.is_(None),
        _documents.federation_id == bindparam("federation"),
    )
    .order_by(_documents.version)
)


def acknowledged(person_id: UUID, federation_id: UUID) -> dict[str, Acknowledged]:
    """By kind, what a person has accepted and not withdrawn."""
    rows = db.session.execute(ACKNOWLEDGED, {"person": person_id, "federation": federation_id})
    return {kind: Acknowledged(version, given_at, version >= needed) for kind, version, given_at, needed in rows}


def sign_ins(person_id: UUID, now: datetime) -> list[SignIn]:
    """The sessions of a person that are open at `now`, newest first."""
    return list(
        db.session.scalars(
            select(SignIn)
            .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
            .order_by(SignIn.began_at.desc())
            .limit(50)
        )
    )


def federations_of(person_id: UUID) -> list[Federation]:
    """The federations in which a person has a role, by name."""
    held = select(Membership.federation_id).where(Membership.person_id == person_id, in_force(Membership, clock.now()))
    return list(db.session.scalars(select(Federation).where(Federation.id.in_(held)).order_by(Federation.name)))


def passkeys(person_id: UUID) -> list[Passkey]:
    """A person's passkeys, oldest first."""
    return list(db.session.scalars(select(Passkey).where(Passkey.user_id == person_id).order_by(Passkey.id)))
