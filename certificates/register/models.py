"""The register: certificates with their frozen facts, and the acts done to them. It only grows."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id
from lms.rotation import sealed_in

STATES = ("in-force", "suspended", "revoked")


class SerialCounter(Base):
    """The last serial of a federation and year: a row, not a sequence, so that there are no gaps."""

    __tablename__ = "serial_counters"
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class Certificate(Base):
    """What was issued. Its snapshot never changes (a trigger refuses it); `state` follows the acts."""

    __tablename__ = "certificates"
    __table_args__ = (
        UniqueConstraint("federation_id", "serial"),
        CheckConstraint(f"state IN {STATES!r}", name="state_known"),
        CheckConstraint("issued_by <> person_id", name="not_issued_to_oneself"),
        Index("ix_certificates_person_id", "person_id"),
        CheckConstraint("(dossier_id IS NULL) <> (enrolment_id IS NULL)", name="one_ground"),
        Index("uq_certificates_enrolment_id", "enrolment_id", unique=True),  # one enrolment, one certificate
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    # What it rests on: a dossier (an accreditation), or an enrolment (a certificate of completion; it outlives its row).
    dossier_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("dossiers.id"), unique=True
    )  # one dossier, one certificate
    enrolment_id: Mapped[UUID | None]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    code: Mapped[str] = mapped_column(String(13), unique=True)
    serial: Mapped[str] = mapped_column(String(20))
    snapshot: Mapped[dict[str, Any]]  # the facts; of the holder's name only a mark (register.names)
    sealed_name: Mapped[bytes | None] = mapped_column(LargeBinary)  # the name itself; None once it was erased
    digest: Mapped[str] = mapped_column(String(64))  # fingerprint of the snapshot
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID]
    valid_until: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default="in-force")
    show_name: Mapped[bool] = mapped_column(default=False)  # the holder's choice
    pdf_digest: Mapped[str | None] = mapped_column(String(64))  # SHA-256 of the stored PDF


def name_context(certificate_id: UUID) -> str:
    """The place to which a certificate's sealed name is bound."""
    return f"certificate-name:{certificate_id}"


sealed_in(Certificate, "sealed_name", name_context)


class RegisterAct(Base):
    """Issue, suspend, reinstate, revoke: who, when, why (never published). Triggers refuse UPDATE and DELETE."""

    __tablename__ = "register_acts"
    __table_args__ = (
        UniqueConstraint("certificate_id", "number"),
        CheckConstraint("act IN ('issue', 'suspend', 'reinstate', 'revoke')", name="act_known"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"), index=True)
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificates.id"))
    number: Mapped[int]
    act: Mapped[str] = mapped_column(String(20))
    by: Mapped[UUID]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(String(64))  # of the snapshot at issue, of the act otherwise; also in the trail
