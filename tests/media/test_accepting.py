"""In a lesson: whether the reader has accepted a text of their federation, and the way there and back."""

import pytest
from markupsafe import Markup

from courses.catalogue import operations as catalogue
from courses.learning import living
from lms.db import transaction
from lms.people.models import Acknowledgement, Document
from tests.learning.conftest import School
from tests.statements import counted
from tests.world import NOW

BLOCK = "/// acknowledge | El código ético\ndocument: code-of-ethics\nLéelo como Bea.\n///\n"


@pytest.mark.parametrize("state", ["nothing published", "not accepted", "accepted", "a newer version asks"])
def test_the_lesson_says_how_it_stands_and_leads_there_and_back(school: School, state: str) -> None:
    world, learner = school.world, school.world.person("agent")
    school.course()
    lesson = school.folder / "un-curso" / "01-modulo-1" / "01-leccion-1.md"
    text = lesson.read_text()
    with world.database(), transaction() as session:
        versions = {"nothing published": 0, "a newer version asks": 2}.get(state, 1)
        for number in range(1, versions + 1):
            document = Document(
                federation_id=world.here, kind="code-of-ethics", version=number, title={"es": "Código"},
                html={"es": "<p>C</p>"}, published_at=NOW, asks_again=True,
            )  # fmt: skip
            session.add(document)
            session.flush()
            if number == 1 and state in ("accepted", "a newer version asks"):
                session.add(
                    Acknowledgement(person_id=learner, document_id=document.id, federation_id=world.here, given_at=NOW)
                )
    lesson.write_text(text + BLOCK)
    with world.database(), transaction():
        version = catalogue.import_course(school.folder / "un-curso", now=NOW).id
    there = f"/learn/{school.enrol(learner, school.edition(version))}/modulo-1/leccion-1"
    browser = world.browser(learner)
    browser.get(there)  # the lesson's text is kept in the process
    with counted() as statements:
        page = browser.get(there).text
    assert len(statements) == 4  # who asks, the lesson, the text, what was accepted
    words = {
        "nothing published": "todavía no ha publicado", "not accepted": "Sin aceptar", "accepted": "Lo aceptaste el",
        "a newer version asks": "Hay una versión nueva",
    }  # fmt: skip
    assert words[state] in page
    assert "Léelo como Bea." in page
    if state != "nothing published":
        assert f'href="/account/documents/code-of-ethics?next={there.replace("/", "%2F")}"' in page


def test_a_topic_fills_its_places_and_the_others_stay() -> None:
    html = '<p>Uno</p><section id="example-1">viejo</section><section id="s1-inicio"><p>paso</p></section>'
    assert living.filled(html, None, "/x") == html
    living.fills("example", lambda rest, _page, address: Markup("<b>{} {}</b>").format(rest, address))
    try:
        assert living.filled(html, None, "/x") == ('<p>Uno</p><b>1 /x</b><section id="s1-inicio"><p>paso</p></section>')
    finally:
        del living.FILLS["example"]
