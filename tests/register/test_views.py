from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from certificates.register import operations, rules
from certificates.register.models import Certificate
from lms.db import db
from tests.register.seed import REASON, act, approved, issued, load, quiet_jobs
from tests.world import Browser, World


@pytest.fixture
def world(app: Flask) -> World:
    quiet_jobs(app)
    return World(app)


@pytest.fixture
def registrar(world: World) -> UUID:
    return world.person("registrar", name="Rita Registradora")


@pytest.fixture
def holder(world: World) -> UUID:
    return world.person("agent")


@pytest.fixture
def certificate(world: World, holder: UUID, registrar: UUID) -> Certificate:
    return issued(world, holder, registrar, now=datetime.now(UTC))


def statements(app: Flask, browser: Browser, address: str) -> int:
    """How many SQL statements a page takes."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            heard.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", hear)
    try:
        assert browser.get(address).status_code == 200
    finally:
        with app.app_context():
            event.remove(db.engine, "before_cursor_execute", hear)
    return len(heard)


def test_a_registrar_issues_with_one_click_and_sees_the_certificate(
    world: World, registrar: UUID, holder: UUID
) -> None:
    dossier_id = approved(world, holder)
    browser = world.browser(registrar)
    assert "Emitir certificado" in browser.get("/register").text
    page = browser.post(f"/dossiers/{dossier_id}/issue", follow_redirects=True)
    assert page.status_code == 200
    assert "Certificado 2026" in page.text or "emitido" in page.text
    assert "Lucía Núñez Peña" in page.text
    assert "Emitir certificado" not in browser.get("/register").text


def test_a_second_click_is_told_and_led_to_the_certificate(world: World, registrar: UUID, holder: UUID) -> None:
    dossier_id = approved(world, holder)
    browser = world.browser(registrar)
    first = browser.post(f"/dossiers/{dossier_id}/issue")
    second = browser.post(f"/dossiers/{dossier_id}/issue")
    assert first.location == second.location
    assert "ya está emitido" in browser.get(second.location).text


def test_two_clicks_at_once_issue_one_certificate(app: Flask, world: World, holder: UUID) -> None:
    dossier_id = approved(world, holder)
    browsers = [world.browser(world.person("registrar")) for _ in range(4)]
    barrier, answers = Barrier(4), []

    def click(browser: Browser) -> None:
        barrier.wait(timeout=10)
        answers.append(browser.post(f"/dossiers/{dossier_id}/issue").location)

    threads = [Thread(target=click, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert len(set(answers)) == 1
    with world.database() as session:
        assert session.scalar(select(func.count(Certificate.id))) == 1


def test_who_took_part_is_told_why_they_may_not_issue(world: World, holder: UUID) -> None:
    mentor = world.person("registrar", "senior")
    dossier_id = approved(world, holder, parties=(mentor,))
    page = world.browser(mentor).post(f"/dossiers/{dossier_id}/issue", follow_redirects=True)
    assert "has tomado parte" in page.text


def test_what_is_not_approved_is_refused_with_a_sentence(world: World, registrar: UUID, holder: UUID) -> None:
    dossier_id = approved(world, holder, state="open")
    page = world.browser(registrar).post(f"/dossiers/{dossier_id}/issue", follow_redirects=True)
    assert "todavía no está aprobado" in page.text


def test_another_federation_finds_nothing_here(world: World, certificate: Certificate, holder: UUID) -> None:
    dossier_id = approved(world, world.person("agent"))
    browser = world.browser(world.person("registrar", federation=world.elsewhere), federation=world.elsewhere)
    address = f"/certificates/{certificate.id}"
    assert browser.post(f"/dossiers/{dossier_id}/issue").status_code == 404
    for path in ("", "/pdf", "/revoke", "/suspend", "/reinstate"):
        assert browser.get(address + path).status_code == 404
    for path in ("/revoke", "/suspend", "/reinstate", "/name"):
        assert browser.post(address + path, {"reason": REASON, "show": "yes"}).status_code == 404
    assert "Núñez" not in browser.get("/register").text
    assert load(world, certificate.id).state == "in-force"


def test_another_person_finds_nothing_and_nobody_is_asked_to_sign_in(world: World, certificate: Certificate) -> None:
    other, nobody = world.browser(world.person("agent")), world.browser()
    for path in ("", "/pdf"):
        assert other.get(f"/certificates/{certificate.id}{path}").status_code == 404
        assert nobody.get(f"/certificates/{certificate.id}{path}").location.startswith("/login")
    assert nobody.get("/register").location.startswith("/login")
    assert nobody.get(f"/certificates/{uuid4()}").location.startswith("/login")
    assert other.get("/register").status_code == 404


@pytest.mark.parametrize("deed", ["revoke", "suspend", "reinstate"])
def test_the_holder_cannot_act_on_their_certificate(world: World, registrar: UUID, deed: str) -> None:
    own = world.person("agent", "registrar")  # even one who keeps the register
    certificate = issued(world, own, registrar)
    browser = world.browser(own)
    assert browser.get(f"/certificates/{certificate.id}").status_code == 200
    assert browser.get(f"/certificates/{certificate.id}/{deed}").status_code == 404
    assert browser.post(f"/certificates/{certificate.id}/{deed}", {"reason": REASON}).status_code == 404
    assert load(world, certificate.id).state == "in-force"


def test_a_revocation_asks_for_its_reason_and_is_in_the_timeline(
    world: World, registrar: UUID, holder: UUID, certificate: Certificate
) -> None:
    browser = world.browser(registrar)
    address = f"/certificates/{certificate.id}"
    assert "No se puede deshacer" in browser.get(f"{address}/revoke").text
    refused = browser.post(f"{address}/revoke", {"reason": "  "})
    assert (refused.status_code, "Escribe el motivo" in refused.text) == (422, True)
    page = browser.post(f"{address}/revoke", {"reason": REASON}, follow_redirects=True).text
    assert "El certificado está revocado." in page
    assert REASON in page
    assert "Rita Registradora" in page
    again = browser.post(f"{address}/revoke", {"reason": REASON})
    assert (again.status_code, "no se puede deshacer" in again.text) == (422, True)
    assert REASON not in world.browser(holder).get(address).text


def test_acts_on_certificates_ask_who_one_is_again(world: World, registrar: UUID, certificate: Certificate) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=3)
    browser = world.browser(registrar, confirmed_at=long_ago)
    for deed in ("revoke", "suspend", "reinstate"):
        assert browser.get(f"/certificates/{certificate.id}/{deed}").status_code == 302
        browser.post(f"/certificates/{certificate.id}/{deed}", {"reason": REASON})
    assert load(world, certificate.id).state == "in-force"


def test_the_holder_turns_the_name_on_and_off(world: World, holder: UUID, certificate: Certificate) -> None:
    browser = world.browser(holder)
    address = f"/certificates/{certificate.id}"
    assert "Ahora no se muestra" in browser.get(address).text
    assert "Ahora se muestra" in browser.post(f"{address}/name", {"show": "yes"}, follow_redirects=True).text
    assert load(world, certificate.id).show_name is True
    browser.post(f"{address}/name", {"show": "maybe"})
    assert load(world, certificate.id).show_name is True
    browser.post(f"{address}/name", {"show": "no"})
    assert load(world, certificate.id).show_name is False


def test_a_registrar_cannot_turn_the_name_on(world: World, registrar: UUID, certificate: Certificate) -> None:
    page = world.browser(registrar).get(f"/certificates/{certificate.id}").text
    assert "Mostrar mi nombre" not in page
    answer = world.browser(registrar).post(f"/certificates/{certificate.id}/name", {"show": "yes"})
    assert answer.status_code == 404
    assert load(world, certificate.id).show_name is False


def test_ones_own_certificates_are_listed_and_nobody_elses(
    world: World, holder: UUID, certificate: Certificate
) -> None:
    assert f"/certificates/{certificate.id}" in world.browser(holder).get("/certificates").text
    other = world.browser(world.person("agent")).get("/certificates").text
    assert "Todavía no tienes" in other
    assert str(certificate.id) not in other


def test_the_register_shows_newest_first_what_lapses_and_the_states(world: World, registrar: UUID) -> None:
    now = datetime.now(UTC)
    names = ["Antigua", "Suspendida", "Reciente"]
    for days, name in zip((700, 300, 1), names, strict=True):
        found = issued(world, world.person("agent"), registrar, name=name, now=now - timedelta(days=days))
        if name == "Suspendida":
            act(world, operations.suspend, found.id, registrar)
    page = world.browser(registrar).get("/register").text
    lapsing, listed = page.split("Emitidos", 1)
    assert "Caducan en los próximos 90 días" in lapsing
    assert "Antigua" in lapsing
    assert "Reciente" not in lapsing
    assert [listed.index(name) for name in ("Reciente", "Suspendida", "Antigua")] == sorted(
        listed.index(name) for name in names
    )
    for word in ("Vigente", "Suspendido", "Por caducar"):
        assert word in listed


def test_the_register_is_read_page_by_page_in_few_statements(app: Flask, world: World, registrar: UUID) -> None:
    browser = world.browser(registrar)
    issued(world, world.person("agent"), registrar)
    few = statements(app, browser, "/register")
    for _ in range(27):
        issued(world, world.person("agent"), registrar)
    assert statements(app, browser, "/register") == few <= 5
    assert "2026-000028" in browser.get("/register").text
    assert "2026-000002" not in browser.get("/register").text
    second = browser.get("/register?page=2").text
    assert "2026-000001" in second
    assert "2026-000028" not in second
    for odd in ("0", "-1", "x", "9" * 30, "3"):
        assert browser.get(f"/register?page={odd}").status_code == 200


def test_a_certificates_page_takes_few_statements(app: Flask, world: World, registrar: UUID, holder: UUID) -> None:
    certificate = issued(world, holder, registrar)
    for _ in range(5):
        act(world, operations.suspend, certificate.id, registrar)
        act(world, operations.reinstate, certificate.id, registrar)
    browser = world.browser(registrar)
    assert statements(app, browser, f"/certificates/{certificate.id}") <= 8  # four of them note the look
    assert statements(app, browser, f"/certificates/{certificate.id}") <= 5
    assert statements(app, world.browser(holder), f"/certificates/{certificate.id}") <= 2


def test_the_holder_downloads_the_pdf(world: World, holder: UUID, certificate: Certificate) -> None:
    answer = world.browser(holder).get(f"/certificates/{certificate.id}/pdf")
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="certificado-{certificate.serial}.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"%PDF-1.7")


def test_the_page_shows_the_code_in_groups(world: World, holder: UUID, certificate: Certificate) -> None:
    assert rules.grouped(certificate.code) in world.browser(holder).get(f"/certificates/{certificate.id}").text
