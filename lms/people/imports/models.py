"""Tables: people from a spreadsheet."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.people.imports.rules import STATES


class Import(Base):
    """A spreadsheet of people, from its reading to its end. What was in it lies in files, until it is used or a day old.

    reading → judged | unreadable; judged → queued → done | refused; dropped from any state but done.
    """

    __tablename__ = "people_imports"
    __table_args__ = (CheckConstraint(f"state IN {STATES!r}", name="state_known"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"), index=True)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))  # None: from the command line
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    fault: Mapped[str | None] = mapped_column(String(40))  # why it is unreadable: the code of a refusal
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what its sentence is filled with
    role: Mapped[str] = mapped_column(String(20), default="")  # for rows that name none; "": each must
    locale: Mapped[str] = mapped_column(String(5), default="es")  # likewise
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the file
    kind: Mapped[str] = mapped_column(String(4), default="")  # csv | xlsx
    encoding: Mapped[str] = mapped_column(String(20), default="")  # of a CSV, as recognised
    unread: Mapped[list[Any]] = mapped_column(default=list)  # headings of columns that are not used
    rows: Mapped[int] = mapped_column(default=0)
    bad_rows: Mapped[int] = mapped_column(default=0)
    findings: Mapped[int] = mapped_column(default=0)
    mail: Mapped[bool] = mapped_column(default=True)  # whether invitations leave at once
    invited: Mapped[int] = mapped_column(default=0)
    kept_digest: Mapped[str] = mapped_column(String(64), default="")  # SHA-256 of the rows as they were judged
    ended_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
