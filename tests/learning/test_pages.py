"""The pages of editions and lessons: what they show, and how few statements they need."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from courses.learning import lesson_queries, operations
from courses.learning.models import Edition, Enrolment
from lms.config import CHECKOUT
from lms.db import db, transaction
from tests.learning.conftest import School
from tests.statements import counted
from tests.world import NOW, Browser


def statements(browser: Browser, address: str) -> int:
    """How many statements a page takes."""
    with counted() as sent:
        assert browser.get(address).status_code == 200
    return len(sent)


FIRST_VIEW = (
    95_000  # bytes, nothing compressed; up to the aim of 100,000 there is room for a federation's colours and logo
)
LINKED = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:src|href)="(/[^"]+)"')


def first_view(browser: Browser, page: Any) -> int:
    """A page with everything that it names, for somebody whose browser has nothing of it yet."""
    weight = len(page.data)
    for address in dict.fromkeys(LINKED.findall(page.text)):
        file = browser.client.get(unescape(address))
        assert file.status_code == 200
        weight += len(file.data)
        file.close()
    return weight


def test_a_visitor_reads_the_course_and_is_shown_the_way_in(school: School, edition: UUID) -> None:
    visitor = school.world.browser()
    assert "/courses/un-curso" in visitor.get("/courses").text
    page = visitor.get("/courses/un-curso").text
    assert "/login?next=/courses/un-curso" in page
    assert "noindex" not in page
    assert "Otoño" not in page
    assert visitor.get("/courses/nada").status_code == 404


def test_a_module_without_lessons_is_shown_as_to_come(school: School) -> None:
    school.course(lessons=0)
    assert "Próximamente" in school.world.browser().get("/courses/un-curso").text


def test_an_agent_enrols_from_the_course_page(school: School, edition: UUID) -> None:
    browser = school.world.browser(school.world.person("agent"))
    assert "Quedan 5 plazas" in browser.get("/courses/un-curso").text
    home = browser.post(f"/editions/{edition}/enrol").location
    assert browser.post(f"/editions/{edition}/enrol").location == home
    assert "Empieza por aquí" in browser.get(home).text
    assert home in browser.get("/courses/un-curso").text


def test_who_comes_back_is_welcomed_to_where_they_left_it(school: School, edition: UUID) -> None:
    person = school.world.person("agent")
    home = f"/learn/{school.enrol(person, edition)}"
    browser = school.world.browser(person)
    for number in (1, 2, 3):
        browser.post(f"{home}/modulo-1/leccion-{number}", {"done": "1"})
    browser.post(f"{home}/modulo-2/leccion-1", {"done": "1"})
    assert "Qué bien verte. Lo dejaste en el módulo 2, lección 2." in browser.get(home).text
    for number in (2, 3):
        browser.post(f"{home}/modulo-2/leccion-{number}", {"done": "1"})
    assert "Has hecho todas las lecciones que hay" in browser.get(home).text


def test_a_lesson_says_its_notice_and_the_way_round_before_its_text(school: School, edition: UUID) -> None:
    person = school.world.person("agent")
    page = school.world.browser(person).get(f"/learn/{school.enrol(person, edition)}/modulo-1/leccion-2").text
    places = [page.index(words) for words in ("Aviso 2.", "Rodeo 2.", "Texto 1.2.", "¿Qué piensas?", "Otra cosa.")]
    assert places == sorted(places)
    assert 'rel="prev"' in page
    assert 'rel="next"' in page


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("full", "ya no quedan plazas"),
        ("closed", "está cerrada"),
        ("ended", "ya terminó"),
        ("audience", "es para otro papel"),
    ],
)
def test_a_refused_enrolment_is_said_on_the_course_page(school: School, edition: UUID, what: str, words: str) -> None:
    with school.world.database(), transaction():
        found = db.session.execute(select(Edition).where(Edition.id == edition)).scalar_one()
        if what == "full":
            found.seats_taken = found.seats
        found.open = what != "closed"
        if what == "ended":
            found.begins_on = found.ends_on = NOW.date() - timedelta(days=3_000)
    browser = school.world.browser(school.world.person("professional" if what == "audience" else "agent"))
    answer = browser.post(f"/editions/{edition}/enrol", follow_redirects=True)
    assert answer.status_code == 200
    assert words in answer.text
    with school.world.database():
        assert db.session.scalars(select(Enrolment)).all() == []


def test_another_federation_sees_no_edition(school: School, edition: UUID) -> None:
    there = school.world.elsewhere
    agent = school.world.browser(school.world.person("agent", federation=there), federation=there)
    assert "Otoño" not in agent.get("/courses/un-curso").text
    assert agent.post(f"/editions/{edition}/enrol").status_code == 404
    registrar = school.world.browser(school.world.person("registrar", federation=there), federation=there)
    assert "Otoño" not in registrar.get("/editions").text
    assert registrar.post(f"/editions/{edition}/close").status_code == 404


def form(version: UUID, **changes: str) -> dict[str, str]:
    return {
        "course": str(version),
        "name": "Primavera",
        "begins_on": "2030-01-10",
        "ends_on": "2030-06-10",
        "seats": "12",
    } | changes


def test_a_registrar_opens_an_edition_once(school: School) -> None:
    version, browser = school.course(), school.world.browser(school.world.person("registrar"))
    sent = form(version) | {"once": "the-same-key-twice"}
    for _again in range(2):
        assert browser.post("/editions", sent).location == "/editions"
    with school.world.database():
        assert db.session.scalars(select(Edition.seats)).all() == [12]
    assert "0 de 12 plazas ocupadas" in browser.get("/editions").text
    assert browser.post("/editions", sent | {"seats": "13"}).status_code == 422


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_on": "2029-12-31"}, "termina antes de empezar"),
        ({"begins_on": "2020-01-01", "ends_on": "2020-02-01"}, "ya pasó"),
        ({"ends_on": "2050-01-01"}, "cinco años"),
        ({"seats": "0"}, "Las plazas van de 1 a 1000"),
        ({"seats": "muchas"}, "número entero"),
        ({"seats": "9" * 30}, "número entero"),
        ({"begins_on": "ayer"}, "Escribe una fecha"),
        ({"name": " "}, "Hace falta"),
        ({"name": "x" * 121}, "120"),
    ],
)
def test_a_wrong_edition_is_said_in_the_form_and_what_was_typed_stays(
    school: School, changes: dict[str, str], words: str
) -> None:
    version, browser = school.course(), school.world.browser(school.world.person("registrar"))
    page = browser.post("/editions", form(version) | {"name": "Primavera"} | changes)
    assert page.status_code == 422
    assert words in page.text
    assert next(iter(changes.values())).strip() in page.text
    with school.world.database():
        assert db.session.scalars(select(Edition)).all() == []


def test_a_course_that_is_not_in_the_list_is_refused(school: School, edition: UUID) -> None:
    browser = school.world.browser(school.world.person("registrar"))
    assert browser.post("/editions", form(edition)).status_code == 422
    assert browser.post("/editions", form(edition) | {"course": "9" * 30}).status_code == 422


def test_a_registrar_closes_an_edition_and_opens_it_again(school: School, edition: UUID) -> None:
    browser = school.world.browser(school.world.person("registrar"))
    for what, words in (("close", "Volver a abrirla"), ("open", "Cerrar la inscripción")):
        assert words in browser.post(f"/editions/{edition}/{what}", follow_redirects=True).text


@pytest.mark.parametrize("role", ["agent", "trainer", "author", "senior", "professional"])
def test_only_a_registrar_opens_and_closes_editions(school: School, edition: UUID, role: str) -> None:
    browser = school.world.browser(school.world.person(role))
    assert browser.post("/editions", form(school.course())).status_code == 404
    assert browser.post(f"/editions/{edition}/close").status_code == 404
    assert browser.get("/editions").status_code == (200 if role in ("trainer", "author") else 404)


def test_pages_take_few_statements_however_much_there_is(school: School) -> None:
    world = school.world
    person, registrar = world.person("agent"), world.person("registrar")
    browser, desk = world.browser(person), world.browser(registrar)
    counts: list[dict[str, int]] = []
    for lessons, others in ((2, 0), (15, 6)):
        edition = school.edition(school.course(lessons=lessons), seats=20)
        enrolment = school.enrol(person, edition)
        for _other in range(others):
            school.enrol(world.person("agent"), edition)
            school.edition(school.course(lessons=lessons))
        with world.database(), transaction():
            found = db.session.get(Enrolment, enrolment)
            page = lesson_queries.lesson_page(enrolment, "modulo-1", "leccion-1")
            assert page is not None
            operations.save_reflection(page.enrolment, page.lesson.id, "Mío", used_alternative=False, now=NOW)
            assert found is not None
        browser.get("/courses/un-curso")  # what was published is read once in a process
        counts.append(
            {
                "catalogue": statements(browser, "/courses"),
                "course": statements(browser, "/courses/un-curso"),
                "home": statements(browser, f"/learn/{enrolment}"),
                "lesson": statements(browser, f"/learn/{enrolment}/modulo-1/leccion-1"),
                "editions": statements(desk, "/editions"),
            }
        )
    assert counts[0] == counts[1]
    assert counts[1] == {"catalogue": 2, "course": 3, "home": 6, "lesson": 2, "editions": 3}


def test_a_real_lesson_with_its_picture_is_light(school: School) -> None:
    from courses.catalogue.operations import import_course

    person = school.world.person("agent")
    with school.world.database(), transaction():
        version = import_course(CHECKOUT / "courses" / "content" / "apoyo-mutuo", now=NOW).id
    home = f"/learn/{school.enrol(person, school.edition(version))}"
    browser = school.world.browser(person)
    page: Any = browser.get(f"{home}/bienvenida/lo-que-se-queda-y-lo-que-no")
    assert page.status_code == 200
    assert "data:image/svg+xml;base64," in page.text
    assert len(page.data) < 40_000
    longest = browser.get(f"{home}/limites-y-riesgo/no-a-solas")
    assert longest.status_code == 200
    assert max(first_view(browser, page), first_view(browser, longest)) < FIRST_VIEW
    assert "/bienvenida" in browser.post(f"{home}/bienvenida/tu-plan-version-uno", {"done": "1"}).location
