"""Certificates of completion: issued by the rule of the edition, once for each enrolment, on the same register as the others."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select

import certificates.register.messages  # noqa: F401 (registers what is told here)
from certificates.register import names, operations, queries, rules
from certificates.register.models import Certificate
from certificates.register.refusals import AlreadyIssued, NotCompleted, NotRegistrar, OwnCertificate, UnknownEnrolment
from courses.catalogue.models import Course, CourseVersion
from courses.editions import queries as editions
from courses.editions.rules import Answer
from courses.learning.models import Edition, Enrolment
from lms import audit, jobs
from lms.db import db, transaction
from lms.errors import Refusal
from lms.people import queries as people
from lms.people.messages.operations import tell
from lms.people.models import Federation, Person

BY_RULE = audit.INSTALL  # who issues when nobody does: the rule of the edition

# What a demand is called on the certificate; minutes are said beside it.
TITLES = {
    "lessons": {"es": "Lecciones hechas: {}", "en": "Lessons done: {}"},
    "quizzes": {"es": "Comprobaciones superadas: {}", "en": "Checks of learning passed: {}"},
    "attendance": {"es": "Asistencia a los encuentros", "en": "Attendance at the meetings"},
}


def _met(answers: list[Answer]) -> list[dict[str, Any]]:
    return [
        {
            "requirement": {
                "kind": one.kind,
                "share": one.share,
                "title": {locale: text.format(one.have) for locale, text in TITLES[one.kind].items()},
            },
            "done": one.have,
            "total": one.need,
            "unit": "minute" if one.kind == "attendance" else "piece",
        }
        for one in answers
        if one.need
    ]


def issue(enrolment_id: UUID, *, by: UUID | None, federation_id: UUID, now: datetime) -> Certificate:
    """Issue the certificate of completion of an enrolment, once; what the rule asks for is judged again here.

    `by`: the registrar who asked for it; None: the learner did, and the rule issues. Call inside a transaction. Raises
    UnknownEnrolment, AlreadyIssued (leads to the certificate), NotCompleted, NotRegistrar, OwnCertificate.
    """
    # The enrolment stays locked until the commit, so that of two who ask at once one issues.
    enrolment = db.session.scalar(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.federation_id == federation_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if enrolment is None:
        raise UnknownEnrolment
    if by == enrolment.person_id:
        raise OwnCertificate
    if by is not None and not people.holds(by, federation_id, "registrar", now=now):
        raise NotRegistrar
    if certificate_id := queries.of_enrolment(enrolment_id):
        raise AlreadyIssued(certificate_id)
    standing = editions.standings([enrolment_id])[enrolment_id]
    if not standing.complete:
        raise NotCompleted
    edition, version, slug, federation, person = db.session.execute(
        select(Edition.name, CourseVersion, Course.slug, Federation, Person)
        .select_from(Edition)
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .join(Federation, Federation.id == Edition.federation_id)
        .join(Person, Person.id == enrolment.person_id)
        .where(Edition.id == enrolment.edition_id)
    ).one()
    issued_on, certificate_id = now.astimezone(ZoneInfo(federation.timezone)).date(), uuid4()
    facts = rules.completion(
        federation={"slug": federation.slug, "name": federation.name},
        course={"slug": slug, "title": version.title, "version": version.number, "minutes": version.minutes},
        edition=edition,
        name=person.name,
        locale=person.locale,
        issued_on=issued_on,
        rule=standing.rule,
        serial=operations.next_serial(federation_id, issued_on.year),
        code=rules.public_code(secrets.randbits(rules.CODE_BITS)),
        met=_met(standing.answers),
    )
    snapshot, sealed_name = names.veiled(facts, certificate_id, legal=False)
    certificate = Certificate(
        id=certificate_id,
        federation_id=federation_id,
        dossier_id=None,
        enrolment_id=enrolment_id,
        person_id=enrolment.person_id,
        code=snapshot["code"],
        serial=snapshot["serial"],
        snapshot=snapshot,
        sealed_name=sealed_name,
        digest=audit.fingerprint(snapshot),
        issued_at=now,
        issued_by=by or BY_RULE,
        valid_until=rules.FOREVER,
        state="in-force",
    )
    db.session.add(certificate)
    db.session.flush()
    operations.note(certificate, "issue", 1, certificate.digest, by=by, reason="", now=now)
    jobs.add("certificate.pdf", now, certificate_id=certificate_id)
    if by is not None:  # who asked for it themselves is on its page already
        tell(
            enrolment.person_id, "certificate-issued", federation_id=federation_id, now=now, certificate=certificate_id
        )
    return certificate


def issue_all(edition_id: UUID, *, by: UUID, federation_id: UUID, now: datetime) -> int:
    """Issue what is due in an edition, each in its own transaction: how many. Stopped and started again, one for each."""
    have = select(Certificate.enrolment_id).where(Certificate.enrolment_id.is_not(None))
    inside = select(Enrolment.id).where(
        Enrolment.edition_id == edition_id,
        Enrolment.federation_id == federation_id,
        Enrolment.person_id != by,
        Enrolment.id.not_in(have),
    )
    due = editions.completed(db.session.scalars(inside).all())
    issued = 0
    for enrolment_id in sorted(due, key=str):
        try:
            with transaction():
                issue(enrolment_id, by=by, federation_id=federation_id, now=now)
        except Refusal:  # somebody else was quicker, or a correction came in between
            continue
        issued += 1
    return issued
