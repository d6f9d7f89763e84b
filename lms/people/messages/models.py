"""Messages to people, the daily digests that gathered them, and how each person wants to be told."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id
from lms.people.messages.rules import DISCRETIONS, MAIL_STATES, WAYS

_UNREAD = text("read_at IS NULL")
NOT_GONE = text("mail IN ('due', 'digest', 'refused')")


class Digest(Base):
    """One mail with what waited for it: at most one for each person and day (of theirs)."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("person_id", "day"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    day: Mapped[date]
    sent_at: Mapped[datetime | None]


class Message(Base):
    """Something that a person is told. `facts` are ids and short plain values; the words are made when it is read."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint(f"mail IN {MAIL_STATES!r}", name="mail_known"),
        Index("ix_messages_person_id_id", "person_id", "id"),
        Index("ix_messages_unread", "person_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
        Index("ix_messages_not_gone", "mail", "federation_id", sqlite_where=NOT_GONE, postgresql_where=NOT_GONE),
        Index("ix_messages_digest_id", "digest_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    federation_id: Mapped[UUID | None] = mapped_column(ForeignKey("federations.id"))  # None: about the account itself
    kind: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail: Mapped[str] = mapped_column(String(10), default="due")
    mailed_at: Mapped[datetime | None]
    digest_id: Mapped[UUID | None] = mapped_column(ForeignKey("digests.id", ondelete="SET NULL"))
    job_id: Mapped[UUID | None]  # the job that has its mail in hand, while that is due


class Wish(Base):
    """How a person wants to hear of a group of kinds, where that is not the usual way."""

    __tablename__ = "message_wishes"
    __table_args__ = (CheckConstraint(f"way IN {WAYS!r}", name="way_known"),)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    group: Mapped[str] = mapped_column("kind_group", String(20), primary_key=True)
    way: Mapped[str] = mapped_column(String(10))


class Discretion(Base):
    """How much of a mail may be seen over a person's shoulder, where that is not the usual (`discreet`)."""

    __tablename__ = "message_discretions"
    __table_args__ = (CheckConstraint(f"level IN {DISCRETIONS!r}", name="level_known"),)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str] = mapped_column(String(10))
