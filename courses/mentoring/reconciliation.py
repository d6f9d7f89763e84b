"""The ledger of hours held against the audit trail: each line was signed or taken back, and nothing else was."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from courses.mentoring.models import HoursEntry
from lms.audit import AuditEntry
from lms.db import db

DEEDS = {"hours.sign": 0, "hours.reverse": 1}  # action → HoursEntry.reverses
Line = tuple[str, int]  # subject of the trail, reverses


def contradictions(federation_id: UUID) -> Iterator[str]:
    """A sentence for each line that was edited, removed or slipped in."""
    ledger = _ledger(federation_id)
    trail = _trail(federation_id)
    for line in sorted(ledger.keys() | trail.keys()):
        where = f"{line[0]} · {'reversal' if line[1] else 'signature'}"
        if line not in ledger:
            yield f"{where} · missing from the ledger"
        elif line not in trail:
            yield f"{where} · in the ledger, but nobody did it"
        elif ledger[line] != trail[line]:
            yield f"{where} · edited: {ledger[line]} in the ledger, {trail[line]} in the trail"


def _ledger(federation_id: UUID) -> dict[Line, tuple[str, int]]:
    rows = db.session.execute(
        select(HoursEntry.session_id, HoursEntry.reverses, HoursEntry.kind, HoursEntry.minutes).where(
            HoursEntry.federation_id == federation_id
        )
    )
    return {(f"session:{row.session_id}", row.reverses): (row.kind, row.minutes) for row in rows}


def _trail(federation_id: UUID) -> dict[Line, tuple[str, int]]:
    rows = db.session.execute(
        select(AuditEntry.subject, AuditEntry.action, AuditEntry.facts).where(
            AuditEntry.chain == federation_id, AuditEntry.action.in_(DEEDS)
        )
    )
    return {(row.subject, DEEDS[row.action]): (row.facts["kind"], row.facts["minutes"]) for row in rows}
