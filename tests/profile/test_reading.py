"""How a person reads: kept with the account, in a browser for visitors, and said on every page."""

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from courses.catalogue.models import Lesson
from lms import reading
from lms.db import transaction
from lms.people.models import Person
from lms.people.profile.forms import ReadingForm
from tests.cast import gather
from tests.register import seed
from tests.statements import counted
from tests.world import Browser, World

ALL = {"size": "largest", "spacing": "wide", "theme": "dark", "calm": "on", "motion": "less", "plain": "on"}
NONE = {name: known[0] for name, known in reading.CHOICES.items()}
MARKS = "".join(f' data-{name}="{value}"' for name, value in ALL.items())


def opening(answer: Any) -> str:
    """The `<html …>` of a page."""
    return answer.text.partition("<html")[2].partition(">")[0]


def test_what_was_chosen_stands_on_every_page_and_on_the_next_device(world: World) -> None:
    me = world.person("agent")
    assert world.browser(me).post("/account/reading", ALL).location == "/account/reading"
    another = world.browser(me)
    for address in ("/", "/account", "/account/reading", "/courses", "/verify", "/nowhere"):
        assert MARKS in opening(another.get(address))


def test_it_is_nobody_elses(world: World) -> None:
    world.browser(world.person("agent")).post("/account/reading", ALL)
    for other in (world.browser(), world.browser(world.person("agent"))):
        assert "data-" not in opening(other.get("/"))


def test_a_visitor_keeps_it_in_the_browser_and_only_there(world: World) -> None:
    visitor = world.browser()
    answer = visitor.post("/account/reading", ALL)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    for address in ("/", "/login", "/verify", "/verify/0000000000000", "/crisis"):
        assert MARKS in opening(visitor.get(address))
    assert "data-" not in opening(world.browser().get("/"))


def test_before_signing_in_a_browser_shows_what_was_kept_with_the_account_in_it(world: World) -> None:
    browser = world.browser(world.person("agent"))
    browser.post("/account/reading", ALL)
    with browser.client.session_transaction() as session:
        session.clear()
    assert MARKS in opening(browser.get("/login"))


def test_the_account_goes_before_the_browser_once_it_says_something(world: World) -> None:
    browser = world.browser(world.person("agent"))
    browser.client.set_cookie("reading", "theme=light")
    assert opening(browser.get("/")).endswith(' data-theme="light"')
    browser.post("/account/reading", NONE | {"size": "large"})
    browser.client.set_cookie("reading", "theme=light")
    assert opening(browser.get("/")).endswith(' data-size="large"')


def test_everything_back_as_it_was_leaves_nothing(world: World) -> None:
    me = world.person("agent")
    browser = world.browser(me)
    browser.post("/account/reading", ALL)
    browser.post("/account/reading", NONE)
    assert "data-" not in opening(browser.get("/"))
    assert browser.client.get_cookie("reading") is None
    with world.database() as session:
        assert session.get_one(Person, me).reading == {}


@pytest.mark.parametrize(
    "kept", ["", "size=huge", "size", "=&=", "x" * 3000, "size=%22%3E%3Cscript%3E", "size=large&size=\x7f"]
)
def test_a_cookie_that_says_nothing_known_changes_nothing(world: World, kept: str) -> None:
    visitor = world.browser()
    visitor.client.set_cookie("reading", kept)
    answer = visitor.get("/")
    assert answer.status_code == 200
    assert "data-" not in opening(answer)


@pytest.mark.parametrize("change", [{"size": "huge"}, {"theme": ""}, {"calm": "<script>"}])
def test_what_is_not_listed_gets_a_sentence_and_the_rest_stays_chosen(world: World, change: dict[str, str]) -> None:
    me = world.person("agent")
    answer = world.browser(me).post("/account/reading", ALL | change)
    assert answer.status_code == 422
    assert 'value="wide" checked' in answer.text
    with world.database() as session:
        assert session.get_one(Person, me).reading == {}


def test_a_form_sets_nothing_else(world: World) -> None:
    me = world.person("agent")
    world.browser(me).post("/account/reading", ALL | {"name": "x", "reading": "x", "onload": "x", "person_id": "x"})
    with world.database() as session:
        person = session.get_one(Person, me)
        assert (person.name, person.reading) == ("Persona agent", ALL)


def test_the_form_offers_what_the_page_knows(world: World) -> None:
    with world.app.test_request_context():
        offered = {field.name: tuple(value for value, *_ in field.iter_choices()) for field in _radios(ReadingForm())}
    assert offered == reading.CHOICES


def _radios(form: ReadingForm) -> list[Any]:
    return [field for field in form if field.type == "RadioField"]


def test_it_costs_no_statement(world: World) -> None:
    me = world.person("agent")
    plain, chosen = world.browser(me), world.browser(me)
    plain.get("/account/reading")
    with counted() as before:
        plain.get("/account/reading")
    chosen.post("/account/reading", ALL)
    chosen.get("/account/reading")
    with counted() as after:
        chosen.get("/account/reading")
    assert len(before) == len(after) == 1


def test_a_certificate_is_checked_without_a_cookie_whatever_one_reads(world: World) -> None:
    visitor = Browser(world.app)
    visitor.client.set_cookie("reading", "theme=dark")
    answer = visitor.get("/verify")
    assert ' data-theme="dark"' in opening(answer)
    assert "reading" not in "".join(answer.headers.getlist("Set-Cookie"))
    assert MultiDict(answer.headers).get("Cache-Control")


def test_who_reads_in_plain_language_sees_that_first_and_the_full_text_a_step_away(world: World) -> None:
    cast = gather(world)
    with world.database(), transaction() as session:
        for lesson in session.scalars(select(Lesson)):
            lesson.plain = {"es": "<p>Palabras fáciles</p>"}
    browser = world.browser(cast.people["owner"])
    place = f"/learn/{cast.ids['enrolment_id']}/bienvenida/primera"
    assert "Palabras fáciles" not in browser.get(place).text
    browser.post("/account/reading", NONE | {"plain": "on"})
    assert "Palabras fáciles" in browser.get(place).text
    assert "Palabras fáciles" not in browser.get(f"{place}?plain=0").text


def test_the_page_that_verification_keeps_is_another_for_each_way_of_reading(world: World) -> None:
    code = seed.issued(world, world.person("agent"), world.person("registrar")).code
    plain, dark = world.browser(), Browser(world.app)
    dark.client.set_cookie("reading", "theme=dark")
    assert "data-" not in opening(plain.get(f"/verify/{code}"))
    assert ' data-theme="dark"' in opening(dark.get(f"/verify/{code}"))
    assert "data-" not in opening(plain.get(f"/verify/{code}"))
