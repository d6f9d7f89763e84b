"""Tables: a federation's associations, the drafts of its texts, and its agreements with other federations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id

WHAT = ("certificates", "courses")


class Association(Base):
    """A member of a federation. Closed with a date, never deleted: what names it stays readable."""

    __tablename__ = "associations"
    __table_args__ = (
        UniqueConstraint("id", "federation_id"),  # for references that must stay within the federation
        Index(
            "uq_associations_open_name",
            "federation_id",
            "name",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Draft(Base):
    """What somebody is writing for a text of the federation. Each writes their own: nobody's words replace another's."""

    __tablename__ = "document_drafts"
    __table_args__ = (UniqueConstraint("federation_id", "kind", "person_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    title: Mapped[dict[str, Any]]  # {locale: text}, as is the Markdown
    markdown: Mapped[dict[str, Any]]
    based_on: Mapped[int]  # the version that was the newest when the writer last looked; 0 before the first
    revision: Mapped[int] = mapped_column(default=1)  # counts savings: an older page never replaces a newer one
    page: Mapped[str] = mapped_column(String(64), default="")  # the window that saved last, and its how-manieth saving
    sequence: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime]


class Recognition(Base):
    """An agreement: one federation recognises another's certificates or courses. Dated, and never deleted."""

    __tablename__ = "recognitions"
    __table_args__ = (
        CheckConstraint(f"what IN {WHAT!r}", name="what_known"),
        CheckConstraint("recognising_id <> recognised_id", name="not_of_oneself"),
        CheckConstraint("proposed_by_id IN (recognising_id, recognised_id)", name="proposed_by_a_party"),
        CheckConstraint("accepted_by IS NULL OR accepted_by <> proposed_by", name="two_people"),
        CheckConstraint("(accepted_by IS NULL) = (accepted_at IS NULL)", name="accepted_whole"),
        # One agreement about one thing stands at a time.
        Index(
            "uq_recognitions_standing",
            "recognising_id",
            "recognised_id",
            "what",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_recognitions_recognised_id", "recognised_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    recognising_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    recognised_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    what: Mapped[str] = mapped_column(String(20))
    proposed_by_id: Mapped[UUID]  # the federation that proposed it
    proposed_by: Mapped[UUID]  # and who did it there
    proposed_at: Mapped[datetime]
    accepted_by: Mapped[UUID | None]
    accepted_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
