"""Tables: how a person is called, and where they work."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.rotation import sealed_in


class LegalName(Base):
    """The name of a person's papers, sealed (`lms.sealing`) for that person. Apart from who they are here."""

    __tablename__ = "legal_names"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # begins with the mark of its key
    given_at: Mapped[datetime]


class Workplace(Base):
    """In which service of a federation a person works: as they say themselves, if they wish to."""

    __tablename__ = "workplaces"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"), primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"), index=True)
    said_at: Mapped[datetime]


def context(person_id: UUID) -> str:
    """The place to which a sealed legal name is bound."""
    return f"legal-name:{person_id}"


sealed_in(LegalName, "sealed", context)
