"""The road, the application and the dossiers, as people see them."""

import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from certificates.accreditation.models import Decision, Dossier, Scheme
from lms.db import db, transaction
from lms.ids import new_id
from lms.people.models import Membership
from tests.accreditation.evidence import REASONS, Learner, dossier, dossier_of, scheme, vote
from tests.statements import counted
from tests.world import NOW, World


def text(answer: Any) -> str:
    """A page's words, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def count(world: World, model: type) -> int:
    with world.database():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def learner(world: World) -> Learner:
    scheme(world)
    return Learner(world)


def application(world: World, **changes: Any) -> dict[str, Any]:
    with world.database():
        scheme_id = db.session.scalar(select(Scheme.id).where(Scheme.federation_id == world.here))
    return {"scheme_id": scheme_id, "name_kind": "chosen"} | changes


# --- The road ---------------------------------------------------------------------------------------------------------


def test_the_road_says_what_is_missing_and_whose_turn_it_is(world: World, learner: Learner) -> None:
    learner.accept()
    learner.study()
    learner.mentored(signed=False)
    page = text(world.browser(learner.person).get("/road"))
    assert "2 de 5 requisitos cumplidos" in page
    assert "6 sesiones por visar (12 h)" in page
    assert "Rosa 1 y Rosa 2, desde el 2 de marzo de 2026" in page
    assert "quien evalúa" in page
    assert "name_kind" not in page


def test_the_road_without_a_scheme_says_so(world: World) -> None:
    page = world.browser(world.person("agent")).get("/road")
    assert (page.status_code, "Tu federación prepara sus requisitos" in text(page)) == (200, True)


def test_with_everything_met_the_form_is_there(world: World, learner: Learner) -> None:
    learner.earn()
    page = world.browser(learner.person).get("/road")
    assert "5 de 5 requisitos cumplidos" in text(page)
    assert 'name="name_kind"' in page.get_data(as_text=True)
    assert "El nombre que usas aquí es Ana Ruiz" in text(page)


def test_the_number_of_statements_does_not_grow_with_the_data(world: World, learner: Learner) -> None:
    browser = world.browser(learner.person)
    browser.get("/road")
    learner.mentored({"individual": 30}, signed=False)
    with counted() as before:
        browser.get("/road")
    learner.earn()
    for _time in range(3):
        learner.mentored({"individual": 30, "group": 20}, signed=False)
        learner.mentored({"individual": 30, "group": 20})
        learner.observed()
    with counted() as after:
        browser.get("/road")
    assert len(after) <= len(before) <= 9, after


def test_applying_opens_a_dossier_and_leads_back_to_the_road(world: World, learner: Learner) -> None:
    learner.earn()
    browser = world.browser(learner.person)
    answer = browser.post("/road/apply", application(world))
    assert (answer.status_code, answer.location) == (302, "/road")
    page = text(browser.get("/road"))
    assert "Tu expediente está en manos de la federación" in page
    assert "Nombre que figurará" not in page
    assert count(world, Dossier) == 1


def test_the_same_application_sent_twice_opens_one_dossier(world: World, learner: Learner) -> None:
    learner.earn()
    browser = world.browser(learner.person)
    data = application(world, once="the-same-key-of-a-form")
    answers = [browser.post("/road/apply", data) for _time in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(302, "/road")] * 2
    assert browser.post("/road/apply", data | {"name_kind": "legal"}).status_code == 422
    assert count(world, Dossier) == 1


def test_an_application_with_something_missing_says_what(world: World, learner: Learner) -> None:
    learner.accept()
    answer = world.browser(learner.person).post("/road/apply", application(world))
    assert answer.status_code == 422
    assert "Todavía falta: Módulos 1 y 4" in text(answer)
    assert count(world, Dossier) == 0


@pytest.mark.parametrize("kind", ["", "x", "legal", "Ana\x07"])
def test_without_a_name_that_can_be_used_nothing_is_opened(world: World, learner: Learner, kind: str) -> None:
    learner.earn()
    answer = world.browser(learner.person).post("/road/apply", application(world, name_kind=kind))
    assert answer.status_code == 422
    assert "Hay una cosa que revisar" in text(answer)
    assert count(world, Dossier) == 0


@pytest.mark.parametrize("scheme_id", ["", "x", "7", str(UUID(int=5))])
def test_an_unknown_scheme_opens_nothing(world: World, learner: Learner, scheme_id: str) -> None:
    answer = world.browser(learner.person).post("/road/apply", application(world, scheme_id=scheme_id))
    assert answer.status_code in (404, 422)
    assert count(world, Dossier) == 0


def test_the_road_is_for_those_who_may_be_accredited(world: World) -> None:
    assert world.browser().get("/road").location.startswith("/login")
    assert world.browser(world.person("registrar")).get("/road").status_code == 404
    assert world.browser(world.person("professional")).post("/road/apply", {}).status_code == 404


# --- Dossiers ---------------------------------------------------------------------------------------------------------


def ballot(**changes: Any) -> dict[str, Any]:
    return {"verdict": "approve", "reasons": REASONS} | changes


def test_registrars_find_open_dossiers_and_vote(world: World) -> None:
    opened, member = dossier(world), world.person("registrar")
    browser = world.browser(member)
    assert "Esperan tu voto AR Ana Ruiz" in text(browser.get("/dossiers"))
    page = text(browser.get(f"/dossiers/{opened}"))
    assert "Mentoría individual: 8 h (se piden 6 h)" in page
    assert "Guardar mi voto" in page
    answer = browser.post(f"/dossiers/{opened}/decision", ballot())
    assert (answer.status_code, answer.location) == (302, f"/dossiers/{opened}")
    assert "Has votado" in text(browser.get("/dossiers"))


def test_a_vote_sent_twice_counts_once(world: World) -> None:
    opened, browser = dossier(world), world.browser(world.person("registrar"))
    data = ballot(once="the-same-key-of-a-form")
    assert [browser.post(f"/dossiers/{opened}/decision", data).status_code for _time in range(2)] == [302, 302]
    assert count(world, Decision) == 1


@pytest.mark.parametrize("changes", [{"verdict": ""}, {"verdict": "maybe"}, {"reasons": "Sí."}, {"reasons": ""}])
def test_a_vote_without_verdict_or_reasons_keeps_what_was_typed(world: World, changes: dict[str, str]) -> None:
    opened, browser = dossier(world), world.browser(world.person("registrar"))
    answer = browser.post(f"/dossiers/{opened}/decision", ballot(**changes))
    assert answer.status_code == 422
    assert (changes.get("reasons", REASONS)) in text(answer)
    assert count(world, Decision) == 0


def test_the_reasons_of_others_are_hidden_until_one_has_voted(world: World) -> None:
    opened, second = dossier(world), world.person("registrar")
    vote(world, opened, world.person("registrar", name="Primera"), "refuse", reasons="Falta ver el grupo otra vez.")
    browser = world.browser(second)
    before = text(browser.get(f"/dossiers/{opened}"))
    assert "Ha votado 1 persona." in before
    assert not any(word in before for word in ("Falta ver el grupo", "Primera", "No aprueba "))
    browser.post(f"/dossiers/{opened}/decision", ballot())
    after = text(browser.get(f"/dossiers/{opened}"))
    assert "Primera" in after
    assert "Falta ver el grupo" in after


def test_the_applicant_reads_the_decision_once_it_is_final_and_not_who_voted(world: World) -> None:
    opened = dossier(world)
    own = world.browser(dossier_of(world, opened).person_id)
    vote(world, opened, world.person("registrar", name="Primera"), "refuse", reasons="Falta ver el grupo otra vez.")
    assert "Falta ver el grupo" not in text(own.get(f"/dossiers/{opened}"))
    vote(world, opened, world.person("registrar", name="Segunda"), "approve", reasons="A mí me parece suficiente.")
    vote(world, opened, world.person("registrar", name="Tercera"), "refuse", reasons="Pido una observación más.")
    page = text(own.get(f"/dossiers/{opened}"))
    assert "Falta ver el grupo" in page
    assert "Pido una observación más" in page
    assert not any(name in page for name in ("Primera", "Segunda", "Tercera", "me parece suficiente"))
    assert "no se aprobó esta vez" in text(own.get("/road"))


def test_a_party_sees_why_they_cannot_vote(world: World) -> None:
    mentor = world.person("registrar", "senior")
    opened = dossier(world, [mentor])
    browser = world.browser(mentor)
    page = text(browser.get(f"/dossiers/{opened}"))
    assert "No puedes decidir ni emitir" in page
    assert "Guardar mi voto" not in page
    answer = browser.post(f"/dossiers/{opened}/decision", ballot())
    assert answer.status_code == 422
    assert "has acompañado o evaluado a esta persona" in text(answer)
    assert count(world, Decision) == 0


def test_approved_dossiers_lead_to_the_issue_except_for_parties(world: World) -> None:
    mentor = world.person("registrar", "senior")
    opened, member = dossier(world, [mentor]), world.person("registrar")
    for voter in (member, world.person("registrar")):
        vote(world, opened, voter)
    for browser, shown in ((world.browser(member), True), (world.browser(mentor), False)):
        for address in ("/dossiers", f"/dossiers/{opened}"):
            assert ("Emitir el certificado" in text(browser.get(address))) == shown


def test_dossiers_of_another_federation_and_of_other_people_are_not_there(world: World) -> None:
    opened = dossier(world)
    theirs = world.person("registrar", "agent", federation=world.elsewhere)
    for browser in (world.browser(theirs, world.elsewhere), world.browser(world.person("agent", "senior"))):
        assert browser.get(f"/dossiers/{opened}").status_code == 404
        assert browser.post(f"/dossiers/{opened}/decision", ballot()).status_code == 404
    registrar = world.browser(world.person("registrar"))
    assert registrar.get(f"/dossiers/{new_id()}").status_code == 404
    assert registrar.get("/dossiers/123").status_code == 404
    assert count(world, Decision) == 0


def test_an_applicant_who_keeps_the_register_cannot_vote_on_themselves(world: World) -> None:
    opened = dossier(world)
    person = dossier_of(world, opened).person_id
    with world.database(), transaction() as session:
        session.add(Membership(person_id=person, federation_id=world.here, role="registrar", since=NOW))
    browser = world.browser(person)
    assert "Guardar mi voto" not in text(browser.get(f"/dossiers/{opened}"))
    assert browser.post(f"/dossiers/{opened}/decision", ballot()).status_code == 404


def test_nobody_signed_in_is_asked_to_sign_in(world: World) -> None:
    opened = dossier(world)
    for address in ("/dossiers", f"/dossiers/{opened}", f"/dossiers/{opened}/decision"):
        assert world.browser().get(address).location.startswith("/login")


def test_pages_of_dossiers_stay_within_eight_statements(world: World) -> None:
    opened, member = dossier(world), world.person("registrar")
    vote(world, opened, world.person("registrar"))
    browser = world.browser(member)
    for address in ("/dossiers", f"/dossiers/{opened}"):
        browser.get(address)
        with counted() as sent:
            assert browser.get(address).status_code == 200
        assert len(sent) <= 8, sent
