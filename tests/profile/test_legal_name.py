"""The legal name: sealed for its person, opened where a certificate needs it and nowhere else, and always noted."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from certificates.accreditation.models import Dossier
from certificates.register import names, operations, queries
from certificates.register.models import Certificate
from lms import keys
from lms.audit import AuditEntry
from lms.db import db, transaction
from lms.people.profile import operations as profile
from lms.people.profile.models import LegalName
from lms.sealing import Unopenable
from tests.profile.dump import everything_in
from tests.register import seed
from tests.tamper import tamper
from tests.world import NOW, World

LEGAL = "Segismundo Urrutikoetxea"


def keep(world: World, person: UUID, name: str = LEGAL) -> None:
    with world.database(), transaction():
        profile.keep_legal_name(person, name, now=NOW)


def dossier(world: World, person: UUID, state: str = "approved") -> UUID:
    dossier_id = seed.approved(world, person, state=state, name="")
    with world.database(), transaction():
        db.session.get_one(Dossier, dossier_id).legal_name = True
    return dossier_id


def issued(world: World, person: UUID, by: UUID) -> Certificate:
    keep(world, person)
    dossier_id = dossier(world, person)
    with world.database(), transaction():
        return operations.issue(dossier_id, by=by, federation_id=world.here, now=NOW)


def noted(world: World, action: str) -> list[tuple[Any, str, Any]]:
    with world.database():
        rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.number))
        return [(row.actor_id, row.subject, row.facts) for row in rows]


# --- Its owner --------------------------------------------------------------------------------------------------------


def test_a_legal_name_is_kept_sealed_and_no_page_shows_it(world: World) -> None:
    me = world.person("agent")
    browser = world.browser(me)
    assert browser.post("/account/legal-name", {"name": f"  {LEGAL} "}).location == "/account/legal-name"
    for address in ("/account/legal-name", "/account/legal-name/see", "/account", "/account/name", "/road"):
        assert LEGAL not in browser.get(address).text
    with world.database() as session:
        assert LEGAL.encode() not in session.get_one(LegalName, me).sealed
    assert noted(world, "legal-name.keep") == [(me, f"person:{me}", {})]


def test_its_owner_sees_it_by_asking_and_that_is_noted(world: World) -> None:
    me = world.person("agent")
    keep(world, me)
    assert LEGAL in world.browser(me).post("/account/legal-name/see").text
    assert noted(world, "legal-name.view") == [(me, f"person:{me}", {"why": "own"})]


def test_after_a_while_it_is_asked_again_who_one_is(world: World) -> None:
    me = world.person("agent")
    keep(world, me)
    browser = world.browser(me, confirmed_at=NOW)
    assert browser.get("/account/legal-name/see").location.startswith("/account/confirm?next=")
    answer = browser.post("/account/legal-name/see")
    assert (answer.status_code, LEGAL in answer.text) == (302, False)
    assert noted(world, "legal-name.view") == []


def test_another_name_takes_its_place_and_it_can_be_taken_away(world: World) -> None:
    me = world.person("agent")
    keep(world, me)
    browser = world.browser(me)
    browser.post("/account/legal-name", {"name": "Otra Persona"})
    page = browser.post("/account/legal-name/see").text
    assert "Otra Persona" in page
    assert LEGAL not in page
    browser.post("/account/legal-name/forget")
    with world.database() as session:
        assert session.scalars(select(LegalName)).all() == []
    assert browser.post("/account/legal-name/see").location == "/account/legal-name"
    assert browser.post("/account/legal-name/forget").status_code == 302


@pytest.mark.parametrize("name", ["", " ", "123", "x" * 121, "a\x07b", "\u202e\u200b", "\u200b\u200d", "\U000e0001"])
def test_what_no_certificate_could_show_gets_a_sentence(world: World, name: str) -> None:
    answer = world.browser(world.person("agent")).post("/account/legal-name", {"name": name})
    assert answer.status_code == 422
    assert "Hay una cosa que revisar" in answer.text
    with world.database() as session:
        assert session.scalars(select(LegalName)).all() == []


@pytest.mark.parametrize("name", ["محمد بن علي", "Jose\u0301 Nguyễn", "O’Brien-Ñúñez", "李小龙"])
def test_names_of_every_script_come_back_as_they_were_written(world: World, name: str) -> None:
    import unicodedata

    me = world.person("agent")
    keep(world, me, name)
    assert unicodedata.normalize("NFC", name) in world.browser(me).post("/account/legal-name/see").text


def test_nobody_elses_name_can_be_set_by_a_form(world: World) -> None:
    me, other = world.person("agent"), world.person("agent")
    world.browser(me).post("/account/legal-name", {"name": LEGAL, "person_id": str(other), "sealed": "x"})
    with world.database() as session:
        assert session.scalars(select(LegalName.person_id)).all() == [me]


# --- A sealed name moved, or without its key ---------------------------------------------------------------------------


def test_a_sealed_name_that_is_moved_to_another_person_opens_for_nobody(app: Flask, world: World) -> None:
    me, other = world.person("agent"), world.person("agent", name="Otra")
    keep(world, me)
    keep(world, other, "Otra Persona")
    with world.database() as session:
        stolen = session.get_one(LegalName, me).sealed
    tamper(app, "UPDATE legal_names SET sealed = :stolen", stolen=stolen)
    answer = world.browser(other).post("/account/legal-name/see")
    assert answer.status_code == 409
    assert "No se ha perdido nada" in answer.text
    assert LEGAL not in answer.text


def test_without_the_key_there_is_a_sentence_and_with_it_everything_is_back(world: World) -> None:
    me = world.person("agent")
    keep(world, me)
    kept = keys.path
    with world.database():
        content = kept().read_bytes()
        kept().unlink()
    assert world.browser(me).post("/account/legal-name/see").status_code == 409
    with world.database():
        kept().write_bytes(content)
    assert LEGAL in world.browser(me).post("/account/legal-name/see").text


# --- The certificate ---------------------------------------------------------------------------------------------------


def test_who_applies_with_the_legal_name_has_to_have_given_it(world: World) -> None:
    from certificates.accreditation import operations as accreditation
    from certificates.accreditation.refusals import LegalNameNotKept

    me = world.person("agent")
    with world.database(), transaction(), pytest.raises(LegalNameNotKept):
        accreditation.apply(me, world.here, UUID(int=1), "", now=NOW, legal=True)


def test_a_certificate_with_a_legal_name_bears_it_and_neither_facts_nor_dossier_tell_it(world: World) -> None:
    me = world.person("agent")
    certificate = issued(world, me, world.person("registrar"))
    assert LEGAL not in str(certificate.snapshot)
    assert names.is_legal(certificate.snapshot)
    with world.database() as session:
        assert session.get_one(Dossier, certificate.dossier_id).certificate_name == ""
        assert names.name(certificate.id, certificate.snapshot, certificate.sealed_name) == LEGAL
        assert queries.contradictions(world.here) == []


def test_the_registrar_sees_it_by_asking_and_the_trail_says_who_and_for_what(world: World) -> None:
    me, registrar, other = world.person("agent"), world.person("registrar"), world.person("registrar")
    keep(world, me)
    dossier_id = dossier(world, me)
    browser = world.browser(registrar)
    for address in (f"/dossiers/{dossier_id}", "/register", "/dossiers"):
        assert LEGAL not in browser.get(address).text
    assert LEGAL in browser.post(f"/dossiers/{dossier_id}/legal-name").text
    with world.database(), transaction():
        certificate = operations.issue(dossier_id, by=other, federation_id=world.here, now=NOW)
    for address in ("/register", f"/certificates/{certificate.id}", "/", f"/verify/{certificate.code}"):
        assert LEGAL not in browser.get(address).text
    assert browser.get(f"/certificates/{certificate.id}/pdf").location == f"/certificates/{certificate.id}"
    assert LEGAL in browser.post(f"/certificates/{certificate.id}/legal-name").text
    assert LEGAL in read_bytes(browser.post(f"/certificates/{certificate.id}/pdf").data)
    person = f"person:{me}"
    assert noted(world, "legal-name.view") == [
        (registrar, person, {"why": f"dossier:{dossier_id}"}),
        (other, person, {"why": f"dossier:{dossier_id}"}),
        (registrar, person, {"why": f"certificate:{certificate.id}"}),
        (registrar, person, {"why": f"certificate:{certificate.id}"}),
    ]


def read_bytes(content: bytes) -> str:
    from io import BytesIO

    from pypdf import PdfReader

    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).replace("\n", " ")


def test_its_holder_gets_the_pdf_after_saying_again_who_they_are(world: World) -> None:
    me = world.person("agent")
    certificate = issued(world, me, world.person("registrar"))
    stale = world.browser(me, confirmed_at=NOW).get(f"/certificates/{certificate.id}/pdf")
    assert stale.location.startswith("/account/confirm?next=")
    assert LEGAL in read_bytes(world.browser(me).get(f"/certificates/{certificate.id}/pdf").data)


def test_the_public_page_shows_it_only_when_its_holder_says_so(world: World) -> None:
    me = world.person("agent")
    certificate = issued(world, me, world.person("registrar"))
    public = world.browser()
    assert LEGAL not in public.get(f"/verify/{certificate.code}").text
    world.browser(me).post(f"/certificates/{certificate.id}/name", {"show": "yes"})
    assert LEGAL in public.get(f"/verify/{certificate.code}").text


@pytest.mark.parametrize("kind", ["none", "dossier-without", "decided", "certificate-without"])
def test_where_no_certificate_needs_it_there_is_nothing_to_see(world: World, kind: str) -> None:
    me, registrar = world.person("agent"), world.person("registrar")
    keep(world, me)
    address = f"/dossiers/{UUID(int=1)}/legal-name"
    if kind == "dossier-without":
        address = f"/dossiers/{seed.approved(world, me)}/legal-name"
    elif kind == "decided":
        address = f"/dossiers/{dossier(world, me, state='refused')}/legal-name"
    elif kind == "certificate-without":
        address = f"/certificates/{seed.issued(world, me, world.person('registrar')).id}/legal-name"
    assert world.browser(registrar).post(address).status_code == 404
    assert noted(world, "legal-name.view") == []


def test_only_the_registrar_of_the_same_federation_who_is_somebody_else_gets_through(world: World) -> None:
    from lms.policy import ROLES

    me = world.person("agent", "registrar")
    keep(world, me)
    waiting = dossier(world, me)
    certificate = issued(world, world.person("agent"), world.person("registrar"))
    places = [
        f"/dossiers/{waiting}/legal-name",
        f"/certificates/{certificate.id}/legal-name",
        f"/certificates/{certificate.id}/pdf",
    ]
    for address in places:
        assert world.browser().post(address).location.startswith("/login")
        for role in ROLES:
            assert (world.browser(world.person(role)).post(address).status_code == 200) is (role == "registrar")
            stranger = world.person(role, federation=world.elsewhere)
            assert world.browser(stranger, federation=world.elsewhere).post(address).status_code == 404
    assert world.browser(me).post(places[0]).status_code == 404  # one's own


def test_what_was_taken_away_meanwhile_is_not_issued_and_nothing_is_half_done(world: World) -> None:
    me, registrar = world.person("agent"), world.person("registrar")
    keep(world, me)
    dossier_id = dossier(world, me)
    with world.database(), transaction():
        profile.forget_legal_name(me, now=NOW)
    answer = world.browser(registrar).post(f"/dossiers/{dossier_id}/issue", follow_redirects=True)
    assert "ya no lo tiene guardado" in answer.text
    with world.database() as session:
        assert session.get_one(Dossier, dossier_id).state == "approved"
        assert session.scalars(select(Certificate)).all() == []


def test_another_name_slipped_under_a_certificate_is_found(app: Flask, world: World) -> None:
    certificate = issued(world, world.person("agent"), world.person("registrar"))
    with world.database():
        _facts, forged = names.veiled({"holder": {"name": "Otra Persona"}}, certificate.id, legal=True)
    tamper(app, "UPDATE certificates SET sealed_name = :forged", forged=forged)
    with world.database():
        assert [one.detail for one in queries.contradictions(world.here)] == ["name"]
        with pytest.raises(Unopenable):
            names.name(certificate.id, certificate.snapshot, forged)
    assert "no es de fiar" in world.browser().get(f"/verify/{certificate.code}").text


def test_an_erased_name_leaves_the_certificate_verifiable(app: Flask, world: World) -> None:
    me = world.person("agent")
    certificate = issued(world, me, world.person("registrar"))
    world.browser(me).post(f"/certificates/{certificate.id}/name", {"show": "yes"})
    tamper(app, "UPDATE certificates SET sealed_name = NULL")
    said = world.browser().get(f"/verify/{certificate.code}.json").json
    assert (said["valid"], said.get("name")) == (True, None)
    with world.database():
        assert queries.contradictions(world.here) == []


# --- A dump of the database --------------------------------------------------------------------------------------------


def test_a_dump_of_the_database_names_nobody_whose_name_is_sealed(app: Flask, world: World) -> None:
    me = world.person("agent", name="Sirimiri")
    certificate = issued(world, me, world.person("registrar"))
    with world.database():
        assert read_bytes(world.browser(me).get(f"/certificates/{certificate.id}/pdf").data)
    dump = everything_in(app)
    assert b"Sirimiri" in dump  # the dump is of this database, and holds names that are not sealed
    for word in LEGAL.split():
        assert word.encode() not in dump
        assert word.lower().encode() not in dump.lower()
    with world.database():
        assert names.name(certificate.id, certificate.snapshot, certificate.sealed_name) == LEGAL
