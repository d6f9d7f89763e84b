"""Tables: what people ask of their privacy (a copy, a correction, to be erased), and what retention has done."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id

_STANDING = text("done_at IS NULL AND called_back_at IS NULL")


class Copy(Base):
    """A copy of all that is held about a person: asked for, made by a job, kept for some days."""

    __tablename__ = "copies"
    __table_args__ = (CheckConstraint("state IN ('due', 'ready', 'gone')", name="state_known"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="due")
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    size: Mapped[int | None]  # bytes


class Correction(Base):
    """What a person asks their federation to put right, and the answer."""

    __tablename__ = "corrections"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'done', 'declined')", name="state_known"),
        CheckConstraint("answered_by IS NULL OR answered_by <> person_id", name="not_oneself"),
        Index("ix_corrections_federation_id_state", "federation_id", "state", "asked_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    wish: Mapped[str]
    state: Mapped[str] = mapped_column(String(10), default="open")
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]


class Erasure(Base):
    """A person asked to be erased. Until `due_at` they can call it back; then a job does it."""

    __tablename__ = "erasures"
    __table_args__ = (
        Index(
            "uq_erasures_standing",
            "person_id",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    called_back_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class RetentionRun(Base):
    """What was too old in a federation on a day, by kind: what went, or in a rehearsal what would go. Counts only."""

    __tablename__ = "retention_runs"
    __table_args__ = (
        # Of several workers that begin a day, one does it.
        Index(
            "uq_retention_runs_day",
            "federation_id",
            "day",
            unique=True,
            sqlite_where=text("NOT rehearsal"),
            postgresql_where=text("NOT rehearsal"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    day: Mapped[date]
    rehearsal: Mapped[bool]
    at: Mapped[datetime]
    counts: Mapped[dict[str, Any]]  # {kind: rows}
