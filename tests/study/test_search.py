"""The search finds what one may read, the same on both databases, and takes any question."""

import re
from urllib.parse import quote

import pytest
from sqlalchemy import delete, select, text, update

from courses.learning.models import Reflection
from courses.study.models import SearchEntry
from lms.db import transaction
from lms.ids import new_id
from lms.people import operations as people
from tests.platform.test_commands import run
from tests.statements import counted
from tests.study.conftest import Library
from tests.world import NOW, Browser, World

LESSONS = {
    "01-limites": "Límites que cuidan\n\nDecir que no protege la relación de apoyo mutuo.",
    "01-limites.plain": "Decir que no es bueno. Usa frases sencillísimas.",
    "01-limites.en": "Caring boundaries\n\nSaying no protects the relationship.",
    "02-recuperacion": "Recuperación\n\nCada persona recupera a su manera. Los límites ayudan poco aquí.",
    "03-crisis": "Una noche difícil\n\nAcompañábamos sin prisa; las emociones pasan.",
}
# Question → titles found, the best first.
QUESTIONS = {
    "limite": ["Límites que cuidan", "Recuperación"],
    "LÍMITES": ["Límites que cuidan", "Recuperación"],
    "recuperaciones": ["Recuperación"],
    "recuperacion limites": ["Recuperación"],
    "acompañar emocion": ["Una noche difícil"],
    "acompan": ["Una noche difícil"],
    "sencillisima": ["Límites que cuidan"],
    "boundaries": [],
    "volcanes límites": ["Límites que cuidan", "Recuperación"],
    "volcán": [],
}
ODD = [
    '"',
    "*",
    "NEAR(",
    "a AND",
    'límites"*',
    "' OR 1=1",
    "x" * 10_000,
    "de la y",
    "(((((",
    "límites:*&|!",
    "-",
    "𝒳",
    "\\",
    "%",
]


def titles(page: str) -> list[str]:
    """What a page of the search lists, without its marks."""
    lines = re.findall(r'<p class="row-title"><a [^>]*>(.*?)</a>', page)
    return [re.sub(r"<[^>]+>", "", one) for one in lines]


def found(browser: Browser, address: str) -> list[str]:
    """What is found; that the page is there is asserted too, since an error page lists nothing either."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code
    return titles(answer.text)


def test_both_databases_answer_the_same_questions_with_the_same_texts(library: Library) -> None:
    reader, _enrolment = library.reader(library.write("un-curso", LESSONS))
    browser = library.world.browser(reader)
    answers = {asked: found(browser, f"/search?what=lesson&q={quote(asked)}") for asked in QUESTIONS}
    assert answers == QUESTIONS
    english = library.world.browser(reader).get("/search?q=boundary").text
    assert "No hemos encontrado nada" in english


def test_an_english_reader_finds_the_english_text_and_what_there_is_only_in_spanish(library: Library) -> None:
    reader, _enrolment = library.reader(library.write("un-curso", LESSONS))
    with library.world.database(), transaction() as session:
        session.execute(text("UPDATE people SET locale = 'en'"))
    browser = library.world.browser(reader)
    assert found(browser, "/search?q=boundary") == ["Caring boundaries"]
    page = browser.get("/search?q=recuperacion").text
    assert titles(page) == ["Recuperación"]
    assert 'lang="es"' in page


def test_nobody_finds_a_lesson_of_an_edition_that_they_are_not_in(library: Library) -> None:
    version = library.write("un-curso", LESSONS)
    library.reader(version)
    other = library.world.person("agent")
    for browser in (library.world.browser(other), library.world.browser()):
        assert found(browser, "/search?q=limites") == []
        assert found(browser, "/search?q=curso") == ["Un curso"]  # the catalogue is everybody's


def test_what_one_reads_in_one_federation_is_not_found_while_acting_in_another(library: Library) -> None:
    reader, _enrolment = library.reader(library.write("un-curso", LESSONS))
    elsewhere = library.world.browser(reader, library.world.elsewhere)
    assert found(elsewhere, "/search?q=limites") == []


def test_a_federations_text_is_found_by_its_members_in_its_newest_version(world: World) -> None:
    with world.database(), transaction():
        for words in ("La palabra antigua.", "La palabra renovada: <em>respeto</em> & cuidado."):
            people.publish_document(world.here, "code-of-ethics", {"es": "Código"}, {"es": f"<p>{words}</p>"}, now=NOW)
        people.publish_document(world.here, "consent-x", {"es": "Permiso"}, {"es": "<p>Respeto.</p>"}, now=NOW)
    here = world.browser(world.person("agent"))
    assert found(here, "/search?q=respeto") == ["Código"]
    assert "&amp; cuidado" in here.get("/search?q=respeto").text
    assert found(here, "/search?q=antigua") == []
    stranger = world.person("agent", federation=world.elsewhere)
    assert found(world.browser(stranger, world.elsewhere), "/search?q=respeto") == []
    assert (
        here.get(re.findall(r'href="(/account/documents/[^"]+)"', here.get("/search?q=respeto").text)[0]).status_code
        == 200
    )


def test_a_reflection_is_found_by_its_writer_alone(library: Library) -> None:
    version = library.write("un-curso", LESSONS)
    reader, enrolment = library.reader(version)
    neighbour, _other = library.reader(version)
    with library.world.database(), transaction() as session:
        lesson = session.scalars(select(SearchEntry.lesson_id).where(SearchEntry.title == "Recuperación")).one()
        session.add(
            Reflection(
                id=new_id(), enrolment_id=enrolment, lesson_id=lesson, text="Pensé en el <b>volcán</b>.", updated_at=NOW
            )
        )
    mine = library.world.browser(reader).get("/search?q=volcanes").text
    assert "Tu reflexión" in mine
    assert "&lt;b&gt;<mark>volcán</mark>" in mine
    assert found(library.world.browser(neighbour), "/search?q=volcanes") == []


@pytest.mark.parametrize("who", ["member", "visitor"])
def test_any_question_is_answered_kindly(library: Library, who: str) -> None:
    reader, _enrolment = library.reader(library.write("un-curso", LESSONS))
    browser = library.world.browser(reader if who == "member" else None)
    for odd in ODD:
        for what in ("", "lesson", "own", "nonsense"):
            answer = browser.get(f"/search?q={quote(odd)}&what={what}&page=99999999999999")
            assert answer.status_code == 200, odd
    assert "demasiadas palabras" in browser.get("/search?q=" + "x" * 10_000).text
    assert "están en todos los textos" in browser.get("/search?q=de+la").text
    assert browser.get("/search?q=%00").status_code == 400


def test_six_statements_at_most_however_much_there_is(library: Library) -> None:
    reader, _enrolment = library.reader(library.write("un-curso", LESSONS))
    browser = library.world.browser(reader)
    with counted() as few:
        browser.get("/search?q=volcan+limites")
    for number in range(3):
        library.enrol(reader, library.edition(library.write(f"otro-{number}", LESSONS)))
    with counted() as many:
        browser.get("/search?q=volcan+limites")
    assert len(few) == len(many) <= 6, many


def test_a_new_version_takes_the_courses_place_and_leaves_the_editions_lessons(library: Library) -> None:
    first = library.write("un-curso", LESSONS, title="Curso de volcanes")
    reader, _enrolment = library.reader(first)
    library.write("un-curso", {"02-recuperacion": "Otra cosa\n\nSin aquello."}, title="Curso de ríos")
    browser = library.world.browser(reader)
    assert found(browser, "/search?what=course&q=volcanes") == []
    assert found(browser, "/search?what=course&q=rios") == ["Curso de ríos"]
    assert found(browser, "/search?what=lesson&q=recuperacion") == ["Recuperación"]


def test_the_box_in_the_head_is_for_those_who_may_read(library: Library) -> None:
    world = library.world
    pages = [
        world.browser(person).get(address).text
        for person in (world.person("agent"), world.person("agent", consented=False), None)
        for address in ("/courses",)
    ]
    assert ['id="site-search"' in page for page in pages] == [True, False, False]
    assert all('name="what" value="course"' in page for page in pages)  # the catalogue has one for everybody


def test_a_database_of_before_there_was_a_search_is_indexed_when_it_is_brought_up_to_date(library: Library) -> None:
    reader, _enrolment = library.reader(library.write("un-curso", LESSONS))
    with library.world.database(), transaction() as session:
        session.execute(delete(SearchEntry))
    code, said = run(library.world.app, "init-db")
    assert code == 0, said
    assert found(library.world.browser(reader), "/search?q=recuperacion") == ["Recuperación"]


def test_indexing_anew_finds_the_same_and_drops_what_was_wrong(library: Library) -> None:
    reader, _enrolment = library.reader(library.write("un-curso", LESSONS))
    browser = library.world.browser(reader)
    before = browser.get("/search?q=limites").text
    with library.world.database(), transaction() as session:
        session.execute(update(SearchEntry).values(title_terms="nada", text_terms="nada"))
    assert found(browser, "/search?q=limites") == []
    code, said = run(library.world.app, "search", "rebuild")
    assert code == 0, said
    assert found(browser, "/search?q=limites") == titles(before) != []
