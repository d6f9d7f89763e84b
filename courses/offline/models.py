"""What a phone that keeps modules needs of the server: a key of its reader's, and which deeds have arrived."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.rotation import sealed_in


class PhoneKey(Base):
    """The key with which a person's phones seal what they keep: it is given to them alone, while they are signed in."""

    __tablename__ = "phone_keys"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    sealed: Mapped[bytes]
    made_at: Mapped[datetime]


class Deed(Base):
    """Something that was done without a connection and has arrived; a second arrival gets the same answer."""

    __tablename__ = "deeds"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # made on the phone, one for each deed
    kind: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))  # of its content
    outcome: Mapped[dict[str, Any]]  # what was answered
    at: Mapped[datetime]


def context(person_id: UUID) -> str:
    """What a person's key is sealed for."""
    return f"phone-key:{person_id}"


sealed_in(PhoneKey, "sealed", context)
