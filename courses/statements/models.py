"""xAPI statements on their way to a federation's LRS, where it is, and under which name a person is known there."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id
from lms.rotation import sealed_in

STATES = ("due", "refused")


class LrsLink(Base):
    """Where a federation's statements go. Name and password for it are sealed."""

    __tablename__ = "lrs_links"
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(300))  # of the xAPI resources: /statements is below it
    login: Mapped[bytes] = mapped_column(LargeBinary)  # "name\npassword", sealed
    active: Mapped[bool]
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]
    fails: Mapped[int] = mapped_column(default=0)  # in a row
    retry_at: Mapped[datetime | None]  # nobody sends before; also the mark of who is sending now
    fault: Mapped[str | None] = mapped_column(String(20))  # of the last try
    sent: Mapped[int] = mapped_column(default=0)  # statements that were taken
    sent_at: Mapped[datetime | None]


class LrsName(Base):
    """A person's name at the LRS: random, and of no use anywhere else. A consent that is given anew gets a new one."""

    __tablename__ = "lrs_names"
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    name: Mapped[UUID]
    made_at: Mapped[datetime]


class Statement(Base):
    """A statement that the LRS has not taken yet; one that it took is gone from here. Its id is fixed, so that sending it
    again does no harm."""

    __tablename__ = "statements"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state_known"),
        Index("ix_statements_federation_id_state_id", "federation_id", "state", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="due")
    fault: Mapped[str | None] = mapped_column(String(20))  # why the LRS refused it


def context(federation_id: UUID) -> str:
    """To which place a sealed login belongs."""
    return f"lrs-login:{federation_id}"


sealed_in(LrsLink, "login", context)
