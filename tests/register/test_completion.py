"""Certificates of completion: once for each enrolment, by the rule, on the same register, and no accreditation."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from certificates.documents import operations as documents
from certificates.register import completion, operations, queries, rules
from certificates.register.models import Certificate
from certificates.register.refusals import AlreadyIssued, NotCompleted, OwnCertificate, UnknownEnrolment
from lms.db import transaction
from lms.people.privacy.erasures import erase
from lms.people.privacy.holdings import Asked
from tests.editions.conftest import Class, edition, room
from tests.learning.together import at_once
from tests.world import NOW

__all__ = ["edition", "room"]  # fixtures


@pytest.fixture
def done(room: Class, edition: UUID) -> tuple[UUID, UUID]:
    """A person and their enrolment, completed."""
    (ana,) = room.agents("ana")
    enrolment = room.enrol(ana, edition)
    room.study(enrolment)
    return ana, enrolment


def test_of_many_who_ask_at_once_one_gets_it_and_the_others_the_same(room: Class, done: tuple[UUID, UUID]) -> None:
    _ana, enrolment = done

    def job() -> UUID:
        with transaction():
            return completion.issue(enrolment, by=None, federation_id=room.world.here, now=NOW).id

    results = at_once(room.world, [job] * 4)
    assert sum(isinstance(one, UUID) for one in results) == 1
    assert sum(isinstance(one, AlreadyIssued) for one in results) == 3
    with room.world.database() as session:
        certificate = session.scalars(select(Certificate)).one()
        assert certificate.serial == "2026-000001"
        assert queries.contradictions(room.world.here) == []


def test_who_has_not_completed_gets_none_and_nobody_issues_to_themselves(room: Class, edition: UUID) -> None:
    here, both = room.world.here, room.world.person("agent", "registrar")
    enrolment = room.enrol(both, edition)
    for by, refusal in ((None, NotCompleted), (both, OwnCertificate)):
        with pytest.raises(refusal), room.deed():
            completion.issue(enrolment, by=by, federation_id=here, now=NOW)
    with pytest.raises(UnknownEnrolment), room.deed():
        completion.issue(enrolment, by=None, federation_id=room.world.elsewhere, now=NOW)
    room.study(enrolment)
    with room.world.database():
        assert completion.issue_all(edition, by=both, federation_id=here, now=NOW) == 0


def test_an_edition_is_issued_whole_and_again_nothing(room: Class) -> None:
    edition = room.edition(room.course(modules=1, lessons=1), seats=9)
    people = room.agents("ana", "bea", "carla")
    for person in people[:2]:
        room.study(room.enrol(person, edition))
    room.enrol(people[2], edition)
    registrar = room.world.browser(by := room.world.person("registrar"))
    assert registrar.post(f"/editions/{edition}/certificates").status_code == 302
    with room.world.database() as session:
        issued = session.scalars(select(Certificate)).all()
        assert {one.person_id for one in issued} == set(people[:2])
        assert {one.issued_by for one in issued} == {by}
        assert completion.issue_all(edition, by=by, federation_id=room.world.here, now=NOW) == 0
    assert "certificate-issued" in room.told(people[0])


def test_it_says_course_and_hours_verifies_does_not_lapse_and_accredits_nobody(
    room: Class, done: tuple[UUID, UUID]
) -> None:
    ana, enrolment = done
    browser, nobody = room.world.browser(ana), room.world.browser()
    assert "Ver mi certificado del curso" in browser.get(f"/learn/{enrolment}").text
    address = browser.post(f"/enrolments/{enrolment}/certificate").location
    assert browser.post(f"/enrolments/{enrolment}/certificate").location == address
    page = browser.get(address)
    assert "Un curso" in page.text
    assert "Duración del curso" in page.text
    assert "Válido hasta" not in page.text
    assert "Curso completado" in browser.get("/certificates").text
    assert browser.get(f"{address}/pdf").data.startswith(b"%PDF")
    with room.world.database() as session:
        certificate = session.scalars(select(Certificate)).one()
        code, certificate_id = certificate.code, certificate.id
        assert certificate.snapshot["course"]["minutes"] == 120
        assert [one["done"] for one in certificate.snapshot["met"]] == [2]
        assert rules.status("in-force", certificate.valid_until, NOW + timedelta(days=20_000)) == "in-force"
        assert queries.accredited(ana, room.world.here, NOW) is False
        facts = documents.names.facts(certificate.id, certificate.snapshot, certificate.sealed_name)
        assert documents.render.certificate(facts, "https://x/verify/1") == documents.render.certificate(
            facts, "https://x/verify/1"
        )
    public = nobody.get(f"/verify/{code}")
    for words in ("Certificado vigente", "Curso completado", "2 h"):
        assert words in public.text
    assert "Persona ana" not in public.text
    said = nobody.get(f"/verify/{code}.json").json
    assert (said["valid"], said["course_minutes"], "valid_until" in said) == (True, 120, False)
    registrar = room.world.person("registrar")
    with room.deed():
        operations.revoke(certificate_id, by=registrar, federation_id=room.world.here, reason="Error", now=NOW)
    assert nobody.get(f"/verify/{code}.json").json["status"] == "revoked"


def test_its_ground_is_frozen_and_outlives_its_person(room: Class, done: tuple[UUID, UUID]) -> None:
    ana, enrolment = done
    with room.deed():
        certificate = completion.issue(enrolment, by=None, federation_id=room.world.here, now=NOW)
    with pytest.raises(DBAPIError), room.deed() as session:
        session.execute(update(Certificate).values(enrolment_id=None))
    with room.deed():
        erase(Asked(ana, "a@demo.test"), now=NOW)
    with room.world.database() as session:
        kept = session.get(Certificate, certificate.id)
        assert (kept.enrolment_id, kept.sealed_name) == (enrolment, None)
        assert queries.contradictions(room.world.here) == []
    assert room.world.browser().get(f"/verify/{certificate.code}.json").json["valid"]
