"""Reads of the register."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func, select

from certificates.accreditation.models import Dossier, SchemeVersion
from certificates.register import names, rules
from certificates.register.models import Certificate, RegisterAct
from courses.learning.models import Enrolment
from lms.audit import INSTALL, AuditEntry, fingerprint
from lms.db import Base, db
from lms.people.called import Called
from lms.people.models import Federation, Person
from lms.people.privacy import consents

PAGE = 25
LISTED = 500  # agents on the list for services


@dataclass(frozen=True, slots=True)
class Due:
    """An approved dossier whose certificate has not been issued."""

    dossier_id: UUID
    person_id: UUID
    name: str  # as it will stand on the certificate; the chosen name where that will be the legal one
    title: dict[str, str]  # {locale: text}
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Where the register and the audit trail say different things."""

    certificate_id: UUID
    fault: str  # edited | missing | inserted
    detail: str  # which part of the certificate, or which act


@dataclass(frozen=True, slots=True)
class Public:
    """What verification needs of a certificate; `act_digest` is None when the register has no act of issue."""

    state: str
    valid_until: datetime
    snapshot: dict[str, Any]
    digest: str
    act_digest: str | None
    code: str
    serial: str
    show_name: bool
    id: UUID
    sealed_name: bytes | None
    federation_id: UUID
    look: dict[str, Any]  # of the federation today; its name is in the snapshot


# --- What is to be issued ---------------------------------------------------------------------------------------------


NAME = case((Dossier.legal_name, Person.name), else_=Dossier.certificate_name)


def _due(*columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(Dossier)
        .join(SchemeVersion, SchemeVersion.id == Dossier.version_id)
        .join(Person, Person.id == Dossier.person_id)
        .where(Dossier.state == "approved")
        .order_by(Dossier.decided_at, Dossier.applied_at, Dossier.id)
    )


def due(federation_id: UUID, limit: int | None = None) -> list[Due]:
    """Approved dossiers without a certificate, the longest waiting first."""
    statement = _due(Dossier.id, Dossier.person_id, NAME, SchemeVersion.title, Dossier.decided_at).where(
        Dossier.federation_id == federation_id
    )
    return [Due(*row) for row in db.session.execute(statement.limit(limit))]


def due_ids(federation_id: UUID) -> list[UUID]:
    """The ids of those dossiers."""
    return list(db.session.scalars(_due(Dossier.id).where(Dossier.federation_id == federation_id)))


def of_dossier(federation_id: UUID, dossier_id: UUID) -> UUID | None:
    """The id of the certificate that a dossier led to."""
    return db.session.scalar(
        select(Certificate.id).where(Certificate.federation_id == federation_id, Certificate.dossier_id == dossier_id)
    )


def of_enrolment(enrolment_id: UUID) -> UUID | None:
    """The id of the certificate of completion that an enrolment led to."""
    return db.session.scalar(select(Certificate.id).where(Certificate.enrolment_id == enrolment_id))


def dossier(federation_id: UUID, dossier_id: UUID) -> Dossier | None:
    """The dossier that is to be issued, whatever its state."""
    return db.session.scalar(select(Dossier).where(Dossier.federation_id == federation_id, Dossier.id == dossier_id))


# --- Certificates -----------------------------------------------------------------------------------------------------


def certificate(federation_id: UUID | None, certificate_id: UUID) -> Certificate | None:
    """A certificate of this federation."""
    return db.session.scalar(
        select(Certificate).where(Certificate.id == certificate_id, Certificate.federation_id == federation_id)
    )


def of_person(person_id: UUID, federation_id: UUID | None) -> list[Certificate]:
    """A person's certificates in a federation, newest first."""
    return list(
        db.session.scalars(
            select(Certificate)
            .where(Certificate.person_id == person_id, Certificate.federation_id == federation_id)
            .order_by(Certificate.issued_at.desc(), Certificate.id)
        )
    )


def listed(federation_id: UUID, now: datetime) -> list[tuple[str, Certificate]]:
    """(chosen name, certificate) of those with an accreditation in force who have said yes to being listed, by name."""
    rows = db.session.execute(
        select(Person.name, Person.pronouns, Certificate)
        .join(Person, Person.id == Certificate.person_id)
        .where(
            Certificate.federation_id == federation_id,
            Certificate.dossier_id.is_not(None),
            Certificate.state == "in-force",
            Certificate.valid_until > now,
            Person.active,
            Person.id.in_(consents.givers(federation_id, "consent-registry")),
        )
        .order_by(func.lower(Person.name), Certificate.issued_at.desc())
        .limit(LISTED)
    )
    return [(Called(name, pronouns), found) for name, pronouns, found in rows]


def issued(federation_id: UUID, *, page: int = 1, per_page: int = PAGE) -> list[Certificate]:
    """One page of a federation's certificates, newest first; one more than `per_page` when there are others after it."""
    return list(
        db.session.scalars(
            select(Certificate)
            .where(Certificate.federation_id == federation_id)
            .order_by(Certificate.serial.desc())
            .offset((page - 1) * per_page)
            .limit(per_page + 1)
        )
    )


def everything(federation_id: UUID | None = None) -> list[Certificate]:
    """All certificates, of one federation or of the install, in order of issue."""
    statement = select(Certificate).order_by(Certificate.federation_id, Certificate.serial)
    if federation_id is not None:
        statement = statement.where(Certificate.federation_id == federation_id)
    return list(db.session.scalars(statement))


def lapsing(federation_id: UUID, now: datetime, limit: int = 10) -> list[Certificate]:
    """Certificates in force that end within 90 days, the next to end first."""
    return list(
        db.session.scalars(
            select(Certificate)
            .where(
                Certificate.federation_id == federation_id,
                Certificate.state == "in-force",
                Certificate.valid_until > now,
                Certificate.valid_until <= now + rules.LAPSES_SOON,
            )
            .order_by(Certificate.valid_until, Certificate.serial)
            .limit(limit)
        )
    )


def accredited(person_id: UUID, federation_id: UUID, now: datetime) -> bool:
    """Whether a person has an accreditation in force; a certificate of completion is none."""
    found = select(Certificate.id).where(
        Certificate.person_id == person_id,
        Certificate.federation_id == federation_id,
        Certificate.dossier_id.is_not(None),
        Certificate.state == "in-force",
        Certificate.valid_until > now,
    )
    return db.session.scalar(found.limit(1)) is not None


def count(federation_id: UUID) -> int:
    """How many certificates a federation has issued."""
    return db.session.scalar(select(func.count()).where(Certificate.federation_id == federation_id)) or 0


def acts(certificate_id: UUID) -> list[RegisterAct]:
    """What was done to a certificate, in order."""
    return list(
        db.session.scalars(
            select(RegisterAct).where(RegisterAct.certificate_id == certificate_id).order_by(RegisterAct.number)
        )
    )


def act_facts(certificate_id: UUID, number: int, act: str, by: UUID, at: datetime, reason: str, code: str) -> list[Any]:
    """What the digest of an act after the issue covers, in the order in which it is fingerprinted.

    The certificate's code is its salt: all else but the reason stands in the trail, where the reason could be guessed.
    """
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return [str(certificate_id), number, act, str(by), moment, reason, code]


# Tables, not entities, and built once with its one parameter: building, hashing and mapping it took longer than running it.
_certificates, _acts = Base.metadata.tables["certificates"].c, Base.metadata.tables["register_acts"].c
_federations = Base.metadata.tables["federations"].c
PUBLIC = (
    select(
        _certificates.state,
        _certificates.valid_until,
        _certificates.snapshot,
        _certificates.digest,
        _acts.digest.label("act_digest"),
        _certificates.code,
        _certificates.serial,
        _certificates.show_name,
        _certificates.id,
        _certificates.sealed_name,
        _certificates.federation_id,
        _federations.look,
    )
    .select_from(
        Certificate.__table__.join(Federation.__table__, _federations.id == _certificates.federation_id).outerjoin(
            RegisterAct.__table__,
            and_(_acts.certificate_id == _certificates.id, _acts.number == 1, _acts.act == "issue"),
        )
    )
    .where(_certificates.code == bindparam("wanted"))
)


def public(code: str) -> Public | None:
    """What verification needs of the certificate with this code, in one statement."""
    row = db.session.execute(PUBLIC, {"wanted": code}).one_or_none()
    return Public(*row) if row else None


# --- Does it all agree? -----------------------------------------------------------------------------------------------
ACTS = {"issue": "in-force", "suspend": "suspended", "reinstate": "in-force", "revoke": "revoked"}


def contradictions(federation_id: UUID) -> list[Contradiction]:
    """Certificates and acts that were edited, removed or slipped in behind the trail's back; empty when all agrees.

    Whether the trail itself is whole, `lms.audit.verify` says.
    """
    trail = _trail(federation_id)
    acts_of: dict[UUID, list[RegisterAct]] = {}
    for act in db.session.scalars(
        select(RegisterAct)
        .where(RegisterAct.federation_id == federation_id)
        .order_by(RegisterAct.certificate_id, RegisterAct.number)
    ).yield_per(1000):
        acts_of.setdefault(act.certificate_id, []).append(act)
    found: list[Contradiction] = []
    seen: set[UUID] = set()
    rows = db.session.execute(
        select(Certificate, func.coalesce(Dossier.person_id, Enrolment.person_id, Certificate.person_id))
        .outerjoin(Dossier, Dossier.id == Certificate.dossier_id)
        .outerjoin(Enrolment, Enrolment.id == Certificate.enrolment_id)  # gone once its person was erased
        .where(Certificate.federation_id == federation_id)
    )
    for certificate, person_id in rows.yield_per(1000):
        seen.add(certificate.id)
        here = acts_of.get(certificate.id, [])
        found += _about(certificate, person_id, here, trail.get(certificate.id, {}))
    for certificate_id, noted in trail.items():
        if certificate_id not in seen:
            found.append(Contradiction(certificate_id, "missing", "certificate"))
        numbers = {act.number for act in acts_of.get(certificate_id, [])}
        found += [
            Contradiction(certificate_id, "missing", f"act {number}")
            for number in sorted(noted)
            if number not in numbers
        ]
    return sorted(found, key=lambda one: (str(one.certificate_id), one.fault, one.detail))


def _trail(federation_id: UUID) -> dict[UUID, dict[int, AuditEntry]]:
    """What the audit trail knows of each certificate's acts, by their number."""
    entries = db.session.scalars(
        select(AuditEntry).where(
            AuditEntry.chain == federation_id, AuditEntry.action.in_([f"certificate.{act}" for act in ACTS])
        )
    )
    trail: dict[UUID, dict[int, AuditEntry]] = {}
    for entry in entries.yield_per(1000):
        trail.setdefault(UUID(entry.subject.partition(":")[2]), {})[int(entry.facts["number"])] = entry
    return trail


def _about(
    certificate: Certificate, person_id: UUID, acts_: list[RegisterAct], noted: dict[int, AuditEntry]
) -> list[Contradiction]:
    """The contradictions of one certificate with its acts and with what the trail noted."""
    faults: list[tuple[str, str]] = []
    if 1 not in noted:
        faults.append(("inserted", "certificate"))
    elif not (fingerprint(certificate.snapshot) == certificate.digest == noted[1].facts["digest"]):
        faults.append(("edited", "snapshot"))
    if certificate.person_id != person_id or (1 in noted and certificate.issued_by != (noted[1].actor_id or INSTALL)):
        faults.append(("edited", "people"))
    if not rules.agrees(
        certificate.snapshot,
        code=certificate.code,
        serial=certificate.serial,
        valid_until=certificate.valid_until,
    ):
        faults.append(("edited", "columns"))
    if names.is_changed(certificate.id, certificate.snapshot, certificate.sealed_name):
        faults.append(("edited", "name"))
    if acts_ and ACTS[acts_[-1].act] != certificate.state:
        faults.append(("edited", "state"))
    for act in acts_:
        entry = noted.get(act.number)
        digest = act.digest
        if act.act != "issue":
            digest = fingerprint(
                act_facts(act.certificate_id, act.number, act.act, act.by, act.at, act.reason, certificate.code)
            )
        if entry is None:
            faults.append(("inserted", f"act {act.number}"))
        elif not (
            digest == act.digest == entry.facts["digest"]
            and entry.action == f"certificate.{act.act}"
            and (entry.actor_id or INSTALL, entry.at) == (act.by, act.at)
        ):
            faults.append(("edited", f"act {act.number}"))
    return [Contradiction(certificate.id, fault, detail) for fault, detail in faults]
