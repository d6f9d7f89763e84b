"""Reads about imports; and what stands in the way of rows, as the database is now."""

from collections.abc import Container
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from lms.db import db
from lms.people.imports import rules
from lms.people.imports.models import Import
from lms.people.imports.rules import Finding, Row
from lms.people.models import Invitation, Membership, Person
from lms.people.models import standing as not_over


def one(federation_id: UUID, import_id: UUID) -> Import | None:
    """An import of this federation."""
    return db.session.scalar(select(Import).where(Import.id == import_id, Import.federation_id == federation_id))


def latest(federation_id: UUID, limit: int = 20) -> list[Import]:
    """A federation's imports, newest first."""
    found = select(Import).where(Import.federation_id == federation_id)
    return list(db.session.scalars(found.order_by(Import.made_at.desc(), Import.id).limit(limit)))


def unsent_ones() -> list[Any]:
    """What holds of an invitation whose first mail can still be asked for."""
    return [Invitation.unsent, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None)]


def standing(
    federation_id: UUID, batch: list[Row], *, allowed: Container[str], own_email: str, now: datetime
) -> list[Finding]:
    """What stands in the way of these rows: roles and invitations there are, roles one may not give. Two statements.

    One function answers the rehearsal and the import itself.
    """
    written = {row.number: rules.spellings(row.email) for row in batch}
    emails = set().union(*written.values())
    held = _pairs(
        select(Person.email, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.email.in_(emails), Membership.federation_id == federation_id, not_over(Membership, now))
    )
    invited = _pairs(
        select(Invitation.email, Invitation.role).where(
            Invitation.federation_id == federation_id,
            Invitation.email.in_(emails),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now,
        )
    )
    findings = []
    for row in batch:
        pairs = {(email, row.role) for email in written[row.number]}
        if own_email in written[row.number]:
            findings.append(Finding(row.number, "email", "oneself", rules.shown(row.email)))
        elif pairs & held:
            findings.append(Finding(row.number, "email", "member-already", rules.shown(row.email)))
        elif pairs & invited:
            findings.append(Finding(row.number, "email", "invited-already", rules.shown(row.email)))
        if row.role not in allowed:
            findings.append(Finding(row.number, "role", "role-not-yours", row.role))
    return findings


def _pairs(statement: Select[str, str]) -> set[tuple[str, str]]:
    return {(email, role) for email, role in db.session.execute(statement)}
