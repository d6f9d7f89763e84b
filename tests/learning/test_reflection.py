"""A private text that is never lost, never overwritten by an older one, and read by its writer alone."""

import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from courses.learning.models import Enrolment, LessonDone, Reflection
from courses.learning.rules import LONGEST_REFLECTION
from lms.db import db
from tests.learning.conftest import School
from tests.learning.together import at_once
from tests.world import Browser

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def person(school: School) -> UUID:
    return school.world.person("agent")


@pytest.fixture
def address(school: School, edition: UUID, person: UUID) -> str:
    return f"/learn/{school.enrol(person, edition)}/modulo-1/leccion-1"


@pytest.fixture
def browser(school: School, person: UUID) -> Browser:
    return school.world.browser(person)


def hidden(page: Any) -> dict[str, str]:
    """The hidden fields that an open page sends."""
    return dict(re.findall(r'name="(page|sequence|base)" type="hidden" value="([^"]*)"', page.text))


def kept(school: School) -> list[tuple[str, bool]]:
    with school.world.database():
        rows = db.session.execute(select(Reflection.text, Reflection.used_alternative))
        return [(text, used) for text, used in rows]


def test_a_reflection_is_kept_without_script(school: School, browser: Browser, address: str) -> None:
    page = browser.get(address)
    answer = browser.post(address, hidden(page) | {"text": "Lo mío.\r\nY más.", "used_alternative": "y"})
    assert answer.status_code == 302
    assert answer.location == address
    assert kept(school) == [("Lo mío.\nY más.", True)]
    assert "Lo mío." in browser.get(address).text
    # Unticked and emptied again: nothing stays.
    browser.post(address, hidden(browser.get(address)) | {"text": ""})
    assert kept(school) == [("", False)]


def test_the_autosave_changes_only_what_it_sends(school: School, browser: Browser, address: str) -> None:
    sent = hidden(browser.get(address))
    ticked = browser.post(address, sent | {"used_alternative": "y", "sequence": "1"}, headers=FETCH)
    assert ticked.json == {"saved": True}
    browser.post(address, sent | {"text": "Texto", "sequence": "2"}, headers=FETCH)
    assert kept(school) == [("Texto", True)]
    browser.post(address, sent | {"used_alternative": "", "sequence": "3"}, headers=FETCH)
    assert kept(school) == [("Texto", False)]


def test_a_sending_that_was_overtaken_changes_nothing(school: School, browser: Browser, address: str) -> None:
    sent = hidden(browser.get(address))
    browser.post(address, sent | {"text": "Nuevo", "sequence": "2"}, headers=FETCH)
    late = browser.post(address, sent | {"text": "Viejo", "sequence": "1"}, headers=FETCH)
    assert late.status_code == 409
    assert late.json["error"] == "reflection-stale"
    assert kept(school) == [("Nuevo", False)]


def test_a_page_that_did_not_see_the_newer_text_shows_both(school: School, browser: Browser, address: str) -> None:
    one, other = hidden(browser.get(address)), hidden(browser.get(address))
    browser.post(address, one | {"text": "Del móvil", "sequence": "1"}, headers=FETCH)
    assert browser.post(address, other | {"text": "Del ordenador", "sequence": "1"}, headers=FETCH).status_code == 409
    both = browser.post(address, other | {"text": "Del ordenador", "sequence": "2"})
    assert both.status_code == 422
    assert "Del móvil" in both.text
    assert "Del ordenador" in both.text
    assert kept(school) == [("Del móvil", False)]
    assert browser.post(address, hidden(both) | {"text": "Los dos", "sequence": "1"}).status_code == 302
    assert kept(school) == [("Los dos", False)]


def test_two_pages_at_once_leave_one_text_and_one_sentence(
    school: School, browser: Browser, person: UUID, address: str
) -> None:
    others = [school.world.browser(person) for _ in range(4)]
    pages = [hidden(other.get(address)) for other in others]

    def sending(number: int) -> Any:
        return lambda: others[number].post(address, pages[number] | {"text": f"T{number}"}, headers=FETCH).status_code

    assert sorted(at_once(school.world, [sending(number) for number in range(4)])) == [200, 409, 409, 409]
    assert len(kept(school)) == 1


def test_a_text_that_is_too_long_stays_in_its_field(school: School, browser: Browser, address: str) -> None:
    sent = hidden(browser.get(address))
    text = "á\n" * (LONGEST_REFLECTION // 2) + "x"
    page = browser.post(address, sent | {"text": text.replace("\n", "\r\n")})
    assert page.status_code == 422
    assert "20001" in page.text
    assert text in page.text
    refused = browser.post(address, sent | {"text": text}, headers=FETCH)
    assert refused.status_code == 422
    assert "20000" in refused.json["message"]
    assert kept(school) == []
    assert browser.post(address, sent | {"text": text[:-1]}).status_code == 302


def test_a_visit_without_a_word_leaves_no_row(school: School, browser: Browser, address: str) -> None:
    browser.post(address, hidden(browser.get(address)) | {"text": "  "})
    assert kept(school) == []


def test_done_keeps_the_text_and_goes_on(school: School, browser: Browser, address: str) -> None:
    done = browser.post(address, hidden(browser.get(address)) | {"text": "Antes de seguir", "done": "1"})
    assert done.location == address.replace("leccion-1", "leccion-2")
    assert kept(school) == [("Antes de seguir", False)]
    last = address.replace("leccion-1", "leccion-3")
    assert browser.post(last, {"done": "1"}).status_code == 302
    with school.world.database():
        assert len(db.session.scalars(select(LessonDone)).all()) == 2


def test_done_with_a_text_that_is_refused_marks_nothing(school: School, browser: Browser, address: str) -> None:
    assert browser.post(address, {"text": "x" * (LONGEST_REFLECTION + 1), "done": "1"}).status_code == 422
    with school.world.database():
        assert db.session.scalars(select(LessonDone)).all() == []
        assert db.session.scalars(select(Enrolment.last_lesson_id)).all() == [None]


@pytest.mark.parametrize("role", ["agent", "registrar", "admin", "senior", "trainer", "assessor"])
def test_nobody_else_opens_it(school: School, browser: Browser, address: str, role: str) -> None:
    browser.post(address, hidden(browser.get(address)) | {"text": "Solo mío"})
    for federation in (school.world.here, school.world.elsewhere):
        other = school.world.browser(school.world.person(role, federation=federation), federation=federation)
        home = address.rpartition("/modulo-1")[0]
        assert [other.get(address).status_code, other.get(home).status_code] == [404, 404]
        assert other.post(address, {"text": "Ajeno"}).status_code == 404
        assert other.post(address, {"text": "Ajeno"}, headers=FETCH).status_code == 404
    assert kept(school) == [("Solo mío", False)]


def test_nobody_signed_in_is_asked_to_sign_in(school: School, address: str) -> None:
    assert "/login" in school.world.browser().get(address).location


def test_a_lesson_of_another_course_is_not_there(school: School, browser: Browser, address: str) -> None:
    for odd in ("nada/leccion-1", "modulo-1/nada", f"modulo-1/{'9' * 70}"):
        assert browser.get(address.replace("modulo-1/leccion-1", odd)).status_code == 404
