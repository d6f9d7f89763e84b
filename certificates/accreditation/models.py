"""Schemes as data, dossiers and their decisions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id


class Scheme(Base):
    """A level that a federation grants."""

    __tablename__ = "schemes"
    __table_args__ = (UniqueConstraint("federation_id", "slug"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    slug: Mapped[str] = mapped_column(String(40))
    current_version_id: Mapped[UUID | None]


class SchemeVersion(Base):
    """The rules of a level, as data. Never edited."""

    __tablename__ = "scheme_versions"
    __table_args__ = (UniqueConstraint("scheme_id", "number"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    scheme_id: Mapped[UUID] = mapped_column(ForeignKey("schemes.id"))
    number: Mapped[int]
    title: Mapped[dict[str, Any]]  # {locale: text}
    validity_months: Mapped[int]
    requirements: Mapped[list[Any]]  # accreditation.rules reads them
    created_at: Mapped[datetime]


class Dossier(Base):
    """An application, with the evidence that stood when it was made."""

    __tablename__ = "dossiers"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'approved', 'refused', 'issued')", name="state_known"),
        Index(
            "uq_dossiers_standing",
            "person_id",
            "scheme_id",
            unique=True,
            sqlite_where=text("state IN ('open', 'approved')"),
            postgresql_where=text("state IN ('open', 'approved')"),
        ),
        Index("ix_dossiers_federation_id_state", "federation_id", "state", "applied_at"),
        # Asked for with each desk, also those that were settled.
        Index("ix_dossiers_person_id_scheme_id", "person_id", "scheme_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    scheme_id: Mapped[UUID] = mapped_column(ForeignKey("schemes.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    certificate_name: Mapped[str] = mapped_column(String(120))  # the name for the certificate; "" if the legal one
    legal_name: Mapped[bool] = mapped_column(default=False)  # it stands sealed elsewhere, and is opened at issue
    state: Mapped[str] = mapped_column(default="open")
    applied_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    evidence: Mapped[list[Any]]  # frozen: [{requirement, met, …}]
    parties: Mapped[list[Any]]  # ids of mentors and assessors in the evidence: they may not decide


class Decision(Base):
    """One member's verdict, with reasons. Two that agree decide."""

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint("verdict IN ('approve', 'refuse')", name="verdict_known"),
        CheckConstraint("member_id <> person_id", name="not_oneself"),
    )
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    person_id: Mapped[UUID]
    verdict: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[str]
    at: Mapped[datetime]
