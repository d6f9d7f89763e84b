"""Tables: ways in beside an invitation: another provider's account, open enrolment; and the devices that are known."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id


class Identity(Base):
    """An account at the configured provider with which a person signs in here. Connected by its owner, never by e-mail."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("person_id", "issuer"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    connected_at: Mapped[datetime]


class Device(Base):
    """A browser in which a person has signed in. The cookie's value is kept hashed together with the person's id.

    Two people who share a browser share its cookie, but nothing here tells so.
    """

    __tablename__ = "devices"
    __table_args__ = (UniqueConstraint("person_id", "token_hash"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64))
    known_since: Mapped[datetime]
    last_used_at: Mapped[datetime]


class OpenRequest(Base):
    """An invitation that somebody asked for themselves, on the page of an edition that is open to everybody."""

    __tablename__ = "open_requests"
    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id"), index=True)
