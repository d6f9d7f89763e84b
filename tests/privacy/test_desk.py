"""The desk's pages: corrections, who looked, periods; what the federation sees."""

from datetime import timedelta
from uuid import UUID

import pytest

from lms import clock
from lms.db import transaction
from lms.people.privacy import corrections
from lms.people.privacy.models import Correction
from lms.people.privacy.refusals import CorrectionAnswered
from tests.statements import counted
from tests.world import World

PAGES = ("", "/consents", "/copy", "/correct", "/erase", "/looks", "/kept")


def asked(world: World, person: UUID, wish: str = "Mi correo es otro") -> UUID:
    with world.database(), transaction():
        return corrections.ask(person, world.here, wish, now=clock.now()).id


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_without_consent(world: World, page: str) -> None:
    browser = world.browser(world.person("agent", consented=False))
    assert browser.get(f"/account/privacy{page}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_every_page_takes_few_statements_however_much_there_is(world: World, page: str) -> None:
    person = world.person("agent")
    browser = world.browser(person)
    counts = []
    for many in (1, 6):
        for _ in range(many):
            world.browser(world.person("registrar")).get(f"/people/{person}")
        if many == 1:
            asked(world, person)
        else:
            for _ in range(4):
                asked(world, person)
        browser.get(f"/account/privacy{page}")
        with counted() as statements:
            browser.get(f"/account/privacy{page}")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8


def test_who_looked_is_told_in_plain_words(world: World) -> None:
    person, registrar = world.person("agent"), world.person("registrar", name="Marta Que Mira")
    world.browser(registrar).get(f"/people/{person}")
    page = world.browser(person).get("/account/privacy/looks").text
    assert "Marta Que Mira (Registro) miró tu ficha" in page
    assert "Marta" not in world.browser(world.person("agent")).get("/account/privacy/looks").text


def test_looks_have_pages(world: World) -> None:
    person = world.person("agent")
    for number in range(26):
        world.browser(world.person("registrar", name=f"Mirada {number:02}")).get(f"/people/{person}")
    browser = world.browser(person)
    assert "page=2" in browser.get("/account/privacy/looks").text
    assert "Mirada 00" in browser.get("/account/privacy/looks?page=2").text


def test_a_request_is_answered_by_a_registrar_and_read_by_whoever_asked(world: World) -> None:
    person = world.person("agent")
    browser = world.browser(person)
    browser.post("/account/privacy/correct", {"wish": "Mi correo ha cambiado"})
    registrar = world.browser(world.person("registrar"))
    assert "Mi correo ha cambiado" in registrar.get("/corrections").text
    with world.database():
        one = corrections.of(person)[0].id
    registrar.post(f"/corrections/{one}/answer", {"verdict": "done", "answer": "Ya está puesto el nuevo"})
    page = browser.get("/account/privacy/correct").text
    assert "Ya está puesto el nuevo" in page
    assert "Corregido" in page


def test_another_federation_sees_and_answers_nothing(world: World) -> None:
    one = asked(world, world.person("agent"), "petición-de-aquí")
    other = world.browser(world.person("registrar", federation=world.elsewhere), federation=world.elsewhere)
    assert "petición-de-aquí" not in other.get("/corrections").text
    assert other.post(f"/corrections/{one}/answer", {"verdict": "done", "answer": "Sí"}).status_code == 404


def test_nobody_answers_their_own_request(world: World) -> None:
    registrar = world.person("registrar", "agent")
    one = asked(world, registrar)
    browser = world.browser(registrar)
    assert browser.post(f"/corrections/{one}/answer", {"verdict": "done", "answer": "Sí"}).status_code == 404
    with world.database(), pytest.raises(CorrectionAnswered), transaction():
        corrections.answer(one, done=True, words="Sí", by=registrar, now=clock.now())


def test_a_second_answer_is_refused_and_what_was_typed_stays(world: World) -> None:
    one = asked(world, world.person("agent"))
    first, second = (world.browser(world.person("registrar")) for _ in range(2))
    first.post(f"/corrections/{one}/answer", {"verdict": "done", "answer": "Hecho"})
    second.post(f"/corrections/{one}/answer", {"verdict": "declined", "answer": "No"})
    with world.database() as session:
        assert session.get(Correction, one).answer == "Hecho"


@pytest.mark.parametrize("form", [{}, {"verdict": "done"}, {"verdict": "quizás", "answer": "a"}, {"answer": " "}])
def test_an_answer_needs_a_verdict_and_words(world: World, form: dict[str, str]) -> None:
    one = asked(world, world.person("agent"))
    assert world.browser(world.person("registrar")).post(f"/corrections/{one}/answer", form).status_code == 422


@pytest.mark.parametrize("wish", ["", "x" * 2001, "bell\x07"])
def test_odd_wishes_get_a_sentence(world: World, wish: str) -> None:
    assert world.browser(world.person("agent")).post("/account/privacy/correct", {"wish": wish}).status_code == 422


def test_five_requests_wait_at_most(world: World) -> None:
    person = world.person("agent")
    browser = world.browser(person)
    for number in range(6):
        answer = browser.post("/account/privacy/correct", {"wish": f"Número {number}"})
    assert answer.status_code == 422
    assert "Número 5" in answer.text
    with world.database():
        assert len(corrections.of(person)) == 5


def test_reading_a_request_is_a_look(world: World) -> None:
    person = world.person("agent")
    asked(world, person)
    world.browser(world.person("registrar", name="Quien Lee")).get("/corrections")
    assert (
        "Quien Lee (Registro) miró lo que pediste corregir" in world.browser(person).get("/account/privacy/looks").text
    )


def test_the_desk_says_that_an_erasure_waits_and_one_press_calls_it_back(world: World) -> None:
    browser = world.browser(world.person("agent"))
    browser.post("/account/privacy/erase", {"word": "borrar"})
    assert "Has pedido borrar tus datos" in browser.get("/account/privacy").text
    browser.post("/account/privacy/erase/call-back")
    assert "Has pedido borrar tus datos</" not in browser.get("/account/privacy").text


def test_what_was_asked_long_ago_asks_to_prove_who_one_is(world: World) -> None:
    browser = world.browser(world.person("agent"), confirmed_at=clock.now() - timedelta(hours=2))
    assert browser.post("/account/privacy/erase", {"word": "BORRAR"}).location.startswith("/account/confirm")
    assert "Has pedido" not in browser.get("/account/privacy").text
