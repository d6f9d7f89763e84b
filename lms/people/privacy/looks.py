"""Who looked at one's record, and when, in plain words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, text

from lms.audit import READS, AuditEntry
from lms.db import db
from lms.people import queries, words
from lms.people.models import Federation

PAGE = 25
WHAT = {
    "member": _l("tu ficha"),
    "roles": _l("tus papeles"),
    "session": _l("una sesión de tu mentoría"),
    "observation": _l("una observación tuya"),
    "dossier": _l("tu expediente"),
    "reflection": _l("una reflexión que compartiste"),
    "certificate": _l("tu certificado"),
    "correction": _l("lo que pediste corregir"),
    "legal-name": _l("tu nombre legal"),
}
# Which of somebody's roles explains the look: the first that they held.
EXPLAINS = ("registrar", "admin", "assessor", "senior", "trainer")


@dataclass(frozen=True, slots=True)
class Look:
    """One look: who, in which role, where, at what, when."""

    name: str
    role: Any
    federation: str | None
    what: Any
    at: datetime


def of(person_id: UUID, page: int) -> list[Look]:
    """A page of looks and one more, the newest first; two statements however many there are."""
    rows = db.session.execute(
        select(AuditEntry.actor_id, AuditEntry.action, AuditEntry.facts, AuditEntry.at, Federation.name)
        .outerjoin(Federation, Federation.id == AuditEntry.chain)
        .where(
            text(READS),
            AuditEntry.subject == f"person:{person_id}",
            or_(AuditEntry.actor_id.is_(None), AuditEntry.actor_id != person_id),
        )
        .order_by(AuditEntry.at.desc(), AuditEntry.number.desc())
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    ).all()
    called = queries.names(row.actor_id for row in rows if row.actor_id)
    return [
        Look(called.get(row.actor_id, ""), _role(row.facts), row.name, _what(row.action, row.facts), row.at)
        for row in rows
    ]


def _what(action: str, facts: dict[str, Any]) -> Any:
    return WHAT["legal-name"] if action == "legal-name.view" else WHAT.get(facts.get("what", ""), WHAT["member"])


def _role(facts: dict[str, Any]) -> Any:
    role = next((role for role in EXPLAINS if role in facts.get("roles", ())), None)
    return words.ROLES[role] if role else None
