"""Table: how far each chain of the audit trail has been checked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class AuditCheck(Base):
    """The last check of a chain: up to which entry, when, when last from its beginning, and the first fault if any."""

    __tablename__ = "audit_checks"
    chain: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    hash: Mapped[str]
    at: Mapped[datetime]
    whole_at: Mapped[datetime | None]
    fault_number: Mapped[int | None]
    fault: Mapped[str | None] = mapped_column(String(20))
