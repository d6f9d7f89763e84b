"""Reading the trail: entries of one chain, newest first, and how far it was checked."""

from sqlalchemy import select

from lms.db import db
from lms.people.trail.models import AuditCheck


def first_fault() -> str | None:
    """Where the last checks found a fault, if any did: chain, entry and kind."""
    row = db.session.scalar(select(AuditCheck).where(AuditCheck.fault.is_not(None)).order_by(AuditCheck.chain).limit(1))
    return None if row is None else f"{row.chain} · entry {row.fault_number} · {row.fault}"
