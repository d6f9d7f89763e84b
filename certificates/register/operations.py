"""Issuing, suspending, reinstating, revoking: each claims its row, so that of two at once one does it."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

import certificates.register.messages  # noqa: F401 (registers what is told here)
from certificates.accreditation import evidence
from certificates.accreditation.models import Dossier, Scheme, SchemeVersion
from certificates.register import names, queries, rules
from certificates.register.models import Certificate, RegisterAct, SerialCounter
from certificates.register.refusals import (
    AlreadyIssued,
    AlreadySuspended,
    IssuedByParty,
    NoLegalName,
    NotApproved,
    NotRegistrar,
    NotSuspended,
    OwnCertificate,
    ReasonMissing,
    Revoked,
    UnknownCertificate,
    UnknownDossier,
)
from lms import audit, jobs
from lms.db import db, insert_once, transaction
from lms.errors import Refusal
from lms.ids import new_id
from lms.people import queries as people
from lms.people.messages.operations import tell
from lms.people.models import Federation, Person
from lms.people.profile import operations as profile

TOLD = {"suspend": "certificate-suspended", "reinstate": "certificate-reinstated", "revoke": "certificate-revoked"}

# --- Issue ------------------------------------------------------------------------------------------------------------


def _claim(dossier_id: UUID, federation_id: UUID) -> Dossier:
    """The approved dossier, taken so that nobody else issues it."""
    taken: Any = db.session.execute(
        update(Dossier)
        .where(Dossier.id == dossier_id, Dossier.federation_id == federation_id, Dossier.state == "approved")
        .values(state="issued")
        .execution_options(synchronize_session=False)
    )
    dossier = db.session.scalar(
        select(Dossier)
        .where(Dossier.id == dossier_id, Dossier.federation_id == federation_id)
        .execution_options(populate_existing=True)
    )
    if dossier is None:
        raise UnknownDossier
    if taken.rowcount != 1:
        certificate_id = queries.of_dossier(federation_id, dossier_id)
        raise AlreadyIssued(certificate_id) if certificate_id else NotApproved
    return dossier


def next_serial(federation_id: UUID, year: int) -> str:
    """The next serial of the year. The counter's row stays locked until the commit: no gap, no double."""
    insert_once(SerialCounter, {"federation_id": federation_id, "year": year, "last": 0})
    number = db.session.execute(
        update(SerialCounter)
        .where(SerialCounter.federation_id == federation_id, SerialCounter.year == year)
        .values(last=SerialCounter.last + 1)
        .returning(SerialCounter.last)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return rules.serial(year, number)


def _name(dossier: Dossier, by: UUID, now: datetime) -> str:
    """The name that the certificate shall bear; a legal one is opened here, and the trail says so."""
    if not dossier.legal_name:
        return dossier.certificate_name
    try:
        return profile.open_legal_name(
            dossier.person_id, by=by, now=now, federation_id=dossier.federation_id, why=f"dossier:{dossier.id}"
        )
    except profile.LegalNameMissing as missing:
        raise NoLegalName from missing


def issue(dossier_id: UUID, *, by: UUID, federation_id: UUID, now: datetime) -> Certificate:
    """Issue the certificate of an approved dossier, once, with its facts frozen; its PDF is made after the commit.

    Call inside a transaction. Raises UnknownDossier, NotApproved, AlreadyIssued (leads to the certificate), NotRegistrar,
    IssuedByParty, NoLegalName, Unopenable.
    """
    dossier = _claim(dossier_id, federation_id)
    if str(by) in {str(dossier.person_id), *map(str, dossier.parties), *evidence.parties(dossier.person_id)}:
        raise IssuedByParty
    if not people.holds(by, federation_id, "registrar", now=now):
        raise NotRegistrar
    version, scheme_slug, federation, locale = db.session.execute(
        select(SchemeVersion, Scheme.slug, Federation, Person.locale)
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .join(Federation, Federation.id == Scheme.federation_id)
        .join(Person, Person.id == dossier.person_id)
        .where(SchemeVersion.id == dossier.version_id, Federation.id == federation_id)
    ).one()
    dates = rules.validity(now, version.validity_months, federation.timezone)
    zone = ZoneInfo(federation.timezone)
    certificate_id = uuid4()
    facts = rules.snapshot(
        federation={"slug": federation.slug, "name": federation.name},
        scheme={
            "slug": scheme_slug,
            "title": version.title,
            "version": version.number,
            "validity_months": version.validity_months,
        },
        name=_name(dossier, by, now),
        locale=locale,
        dates=dates,
        decided_on=dossier.decided_at.astimezone(zone).date() if dossier.decided_at else None,
        serial=next_serial(federation_id, dates.issued_on.year),
        code=rules.public_code(secrets.randbits(rules.CODE_BITS)),
        met=rules.achieved(dossier.evidence),
    )
    snapshot, sealed_name = names.veiled(facts, certificate_id, legal=dossier.legal_name)
    certificate = Certificate(
        id=certificate_id,
        federation_id=federation_id,
        dossier_id=dossier.id,
        person_id=dossier.person_id,
        code=snapshot["code"],
        serial=snapshot["serial"],
        snapshot=snapshot,
        sealed_name=sealed_name,
        digest=audit.fingerprint(snapshot),
        issued_at=now,
        issued_by=by,
        valid_until=dates.ends_at,
        state="in-force",
    )
    db.session.add(certificate)
    db.session.flush()
    note(certificate, "issue", 1, certificate.digest, by=by, reason="", now=now)
    jobs.add("certificate.pdf", now, certificate_id=certificate.id)
    tell(certificate.person_id, "certificate-issued", federation_id=federation_id, now=now, certificate=certificate.id)
    return certificate


def issue_all(
    federation_id: UUID,
    by: UUID,
    now: datetime,
    *,
    each: Callable[[UUID, str | None], Any] = lambda _dossier_id, _refused: None,
) -> int:
    """Issue every certificate that is due, each in its own transaction: how many this call issued.

    Stopped anywhere and started again, or run twice at once, it issues one for each dossier. `each` hears of every
    dossier: its id, and the code of the refusal if there was one.
    """
    issued = 0
    for dossier_id in queries.due_ids(federation_id):
        try:
            with transaction():
                issue(dossier_id, by=by, federation_id=federation_id, now=now)
        except Refusal as refusal:
            each(dossier_id, refusal.code)
            continue
        issued += 1
        each(dossier_id, None)
    return issued


# --- Acts on what was issued ------------------------------------------------------------------------------------------


def note(
    certificate: Certificate, act: str, number: int, digest: str, *, by: UUID | None, reason: str, now: datetime
) -> None:
    """Write the act into the register, and its digest into the audit trail. `by` None: a rule did it, and nobody."""
    db.session.add(
        RegisterAct(
            id=new_id(),
            federation_id=certificate.federation_id,
            certificate_id=certificate.id,
            number=number,
            act=act,
            by=by or audit.INSTALL,
            at=now,
            reason=reason,
            digest=digest,
        )
    )
    audit.record(
        f"certificate.{act}",
        f"certificate:{certificate.id}",
        federation_id=certificate.federation_id,
        actor_id=by,
        now=now,
        number=number,
        digest=digest,
    )


def _act(
    certificate_id: UUID,
    act: str,
    before: tuple[str, ...],
    after: str,
    otherwise: type[Refusal],
    *,
    by: UUID,
    federation_id: UUID,
    reason: str,
    now: datetime,
) -> Certificate:
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    here = (Certificate.id == certificate_id, Certificate.federation_id == federation_id)
    moved: Any = db.session.execute(
        update(Certificate)
        .where(*here, Certificate.state.in_(before))
        .values(state=after)
        .execution_options(synchronize_session=False)
    )
    certificate = db.session.scalar(select(Certificate).where(*here).execution_options(populate_existing=True))
    if certificate is None:
        raise UnknownCertificate
    if certificate.person_id == by:
        raise OwnCertificate
    if not people.holds(by, federation_id, "registrar", now=now):
        raise NotRegistrar
    if moved.rowcount != 1:
        raise Revoked if certificate.state == "revoked" else otherwise
    number = 1 + (
        db.session.scalar(select(func.max(RegisterAct.number)).where(RegisterAct.certificate_id == certificate_id)) or 0
    )
    digest = audit.fingerprint(queries.act_facts(certificate_id, number, act, by, now, reason, certificate.code))
    note(certificate, act, number, digest, by=by, reason=reason, now=now)
    tell(certificate.person_id, TOLD[act], federation_id=federation_id, now=now, certificate=certificate_id)
    return certificate


def suspend(certificate_id: UUID, *, by: UUID, federation_id: UUID, reason: str, now: datetime) -> Certificate:
    """Suspend a certificate in force. Raises UnknownCertificate, OwnCertificate, ReasonMissing, AlreadySuspended, Revoked."""
    return _act(
        certificate_id, "suspend", ("in-force",), "suspended", AlreadySuspended,
        by=by, federation_id=federation_id, reason=reason, now=now,
    )  # fmt: skip


def reinstate(certificate_id: UUID, *, by: UUID, federation_id: UUID, reason: str, now: datetime) -> Certificate:
    """Lift a suspension. Raises UnknownCertificate, OwnCertificate, ReasonMissing, NotSuspended, Revoked."""
    return _act(
        certificate_id, "reinstate", ("suspended",), "in-force", NotSuspended,
        by=by, federation_id=federation_id, reason=reason, now=now,
    )  # fmt: skip


def revoke(certificate_id: UUID, *, by: UUID, federation_id: UUID, reason: str, now: datetime) -> Certificate:
    """Revoke a certificate, for good. Raises UnknownCertificate, OwnCertificate, ReasonMissing, Revoked."""
    return _act(
        certificate_id, "revoke", ("in-force", "suspended"), "revoked", Revoked,
        by=by, federation_id=federation_id, reason=reason, now=now,
    )  # fmt: skip


def show_name(certificate_id: UUID, *, person_id: UUID, show: bool, now: datetime) -> None:
    """Let the public page show the holder's name, or stop it: only the holder's choice. Raises UnknownCertificate."""
    federation_id = db.session.execute(
        update(Certificate)
        .where(Certificate.id == certificate_id, Certificate.person_id == person_id)
        .values(show_name=show)
        .returning(Certificate.federation_id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if federation_id is None:
        raise UnknownCertificate
    audit.record(
        "certificate.show-name",
        f"certificate:{certificate_id}",
        federation_id=federation_id,
        actor_id=person_id,
        now=now,
        show=show,
    )
