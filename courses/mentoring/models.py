"""Pairings, sessions, and the ledger of hours."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column

from courses.mentoring.rules import FORMATS, KINDS
from lms.db import Base
from lms.ids import new_id


class Pairing(Base):
    """A trainee (`person_id`) and a senior agent, dated."""

    __tablename__ = "pairings"
    __table_args__ = (
        CheckConstraint("person_id <> mentor_id", name="two_people"),
        Index(
            "uq_pairings_standing",
            "federation_id",
            "person_id",
            "mentor_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    mentor_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    # Where the mentor is a senior agent, if that is another federation, which this one recognises.
    mentor_federation_id: Mapped[UUID | None]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    made_by: Mapped[UUID]


class MentoringSession(Base):
    """A session as one side wrote it, until the other signs or returns it. Once signed it is never edited."""

    __tablename__ = "mentoring_sessions"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 5 AND 720", name="minutes_sensible"),
        CheckConstraint("state IN ('waiting', 'returned', 'signed', 'reversed')", name="state_known"),
        CheckConstraint(f"kind IN {KINDS!r}", name="kind_known"),
        CheckConstraint(f"format IN {FORMATS!r}", name="format_known"),
        CheckConstraint("person_id <> mentor_id", name="two_people"),
        # Nobody signs what they wrote, nor hours of their own.
        CheckConstraint(
            "signed_by IS NULL OR (signed_by <> author_id AND signed_by <> person_id)", name="not_self_signed"
        ),
        CheckConstraint("(state IN ('signed', 'reversed')) = (signed_by IS NOT NULL)", name="signed_has_signer"),
        Index("ix_mentoring_sessions_mentor_id_state", "mentor_id", "state", "starts_at"),
        Index("ix_mentoring_sessions_person_id_starts_at", "person_id", "starts_at"),
        Index(
            "ix_mentoring_sessions_waiting",
            "federation_id",
            "written_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    pairing_id: Mapped[UUID] = mapped_column(ForeignKey("pairings.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))  # whose hours they are
    mentor_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    competencies: Mapped[list[Any]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(default="")  # strengths, agreed next step: both read it
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    written_at: Mapped[datetime]
    returned_reason: Mapped[str | None]  # of the last return; stays when the author corrects
    returned_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[UUID | None]
    # Of the pairing, read with the session: for which federation the mentor signs, if not for this one.
    mentor_federation_id: Mapped[UUID | None] = column_property(
        select(Pairing.mentor_federation_id).where(Pairing.id == pairing_id).correlate_except(Pairing).scalar_subquery()
    )


class HoursEntry(Base):
    """A line of the ledger: minutes signed (positive) or taken back (negative). Append-only; balances are its sums."""

    __tablename__ = "hours_entries"
    __table_args__ = (
        CheckConstraint("(reverses = 0 AND minutes > 0) OR (reverses = 1 AND minutes < 0)", name="sign_of_minutes"),
        CheckConstraint("signed_by <> person_id", name="not_self_signed"),
        # A session counts once and is taken back at most once.
        Index("uq_hours_entries_session", "session_id", "reverses", unique=True),
        Index("ix_hours_entries_person_id_kind", "person_id", "federation_id", "kind"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    session_id: Mapped[UUID] = mapped_column(ForeignKey("mentoring_sessions.id"))
    reverses: Mapped[int] = mapped_column(default=0)  # 1: takes the session back
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    mentor_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int]
    signed_by: Mapped[UUID]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
