"""Texts by version: what was accepted stands until a later version asks again."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from lms.db import db, transaction
from lms.people.federations import documents
from lms.people.federations.texts import Writing
from lms.people.messages.models import Message
from tests.federations.papers import FORM, KIND, WORDS, accept, draft, newest, published, stands
from tests.federations.place import trail
from tests.people.place import at_once
from tests.statements import counted
from tests.world import NOW, Browser, World

WRITE, PUBLISH = f"/federation/documents/{KIND}/write", f"/federation/documents/{KIND}/publish"


@pytest.fixture
def writer(world: World) -> Any:
    """The person who administers and writes."""
    return world.person("admin")


@pytest.fixture
def desk(world: World, writer: Any) -> Browser:
    """Their browser, with a draft begun."""
    browser = world.browser(writer)
    browser.post(f"/federation/documents/{KIND}/begin")
    return browser


def saved(browser: Browser, world: World, writer: Any, **changes: str) -> Any:
    """Send the form of a window that was opened just now."""
    base = str(draft(world, writer).revision)
    return browser.post(WRITE, FORM | {"page": "p" * 20, "sequence": "1", "base": base} | changes)


# --- Whose acceptance stands ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asks", list(itertools.product([False, True], repeat=3)))
def test_an_acceptance_stands_until_a_later_version_asks_again(
    world: World, writer: Any, asks: tuple[bool, ...]
) -> None:
    agent = world.person("agent")
    published(world, writer)
    accept(world, agent)
    for number, again in enumerate(asks, 2):
        assert published(world, writer, asks_again=again, text=str(number)) == number
        assert stands(world, agent) is not any(asks[: number - 1])
    accept(world, agent)
    assert stands(world, agent)


@pytest.mark.parametrize("again", [False, True])
def test_the_door_of_consent_follows_the_same_rule(world: World, writer: Any, again: bool) -> None:
    browser = world.browser(world.person("agent"))
    assert browser.get("/account/documents").status_code == 200
    published(world, writer, "consent", asks_again=again)
    assert (browser.get("/account/documents").status_code == 302) is again


def test_the_first_version_of_a_text_is_always_to_be_signed(world: World, writer: Any) -> None:
    published(world, writer, asks_again=False)
    found = newest(world)
    assert found is not None
    assert found.asks_again


def test_those_who_had_accepted_are_told_once_when_it_asks_again(world: World, writer: Any) -> None:
    signed, _unsigned = world.person("agent"), world.person("agent")
    published(world, writer)
    accept(world, signed)
    published(world, writer, asks_again=False)
    published(world, writer, asks_again=True)
    with world.database():
        found = db.session.execute(select(Message.person_id, Message.kind)).all()
    assert [tuple(one) for one in found] == [(signed, "text-asks-again")]


# --- Writing and publishing -------------------------------------------------------------------------------------------


def test_a_text_is_written_looked_at_and_published_in_both_languages(world: World, writer: Any, desk: Browser) -> None:
    answer = saved(desk, world, writer, show="es")
    page = desk.get(answer.location).text
    assert "<strong>sin juzgar</strong>" in page
    assert "Publicar esta versión" in desk.get(PUBLISH).text
    assert desk.post(PUBLISH, {"asks": "yes"}).status_code == 302
    found = newest(world)
    assert found is not None
    assert (found.version, found.markdown) == (1, WORDS)
    assert "<strong>sin juzgar</strong>" in found.html["es"]
    assert draft(world, writer) is None
    action, facts = trail(world)[-1]
    assert (action, facts["kind"], facts["version"], facts["asks_again"]) == ("document.publish", KIND, 1, True)


def test_what_is_typed_is_kept_field_by_field_while_typing(world: World, writer: Any, desk: Browser) -> None:
    saved(desk, world, writer)
    base = str(draft(world, writer).revision)
    fetch = {"X-Requested-With": "fetch"}
    answer = desk.post(WRITE, {"text_es": "Otra", "page": "q" * 20, "sequence": "1", "base": base}, headers=fetch)
    assert answer.json == {"saved": True}
    kept = draft(world, writer)
    assert (kept.markdown["es"], kept.markdown["en"]) == ("Otra", WORDS["en"])


def test_two_windows_of_one_writer_lose_nothing(world: World, writer: Any, desk: Browser) -> None:
    base = str(draft(world, writer).revision)
    desk.post(WRITE, FORM | {"text_es": "La primera", "page": "a" * 20, "sequence": "1", "base": base})
    second = FORM | {"text_es": "La segunda", "page": "b" * 20, "sequence": "1", "base": base}
    answer = desk.post(WRITE, second)
    assert answer.status_code == 422
    assert "en otra ventana" in answer.text
    assert "La primera" in answer.text
    assert "La segunda" in answer.text
    assert draft(world, writer).markdown["es"] == "La primera"
    fetch = desk.post(WRITE, second, headers={"X-Requested-With": "fetch"})
    assert (fetch.status_code, "en otra ventana" in fetch.json["message"]) == (409, True)
    seen = str(draft(world, writer).revision)
    assert desk.post(WRITE, second | {"base": seen}).status_code == 302
    assert draft(world, writer).markdown["es"] == "La segunda"


def test_two_who_administer_write_apart_and_the_second_is_told(world: World, writer: Any, desk: Browser) -> None:
    other = world.person("admin", name="Amparo")
    second = world.browser(other)
    second.post(f"/federation/documents/{KIND}/begin")
    saved(second, world, other, text_es="Lo de Amparo")
    page = desk.get(WRITE).text
    assert "Amparo también está escribiendo este texto" in page
    theirs = draft(world, other)
    assert "Lo de Amparo" in desk.get(f"/federation/documents/{KIND}/drafts/{theirs.id}").text
    saved(desk, world, writer)
    assert second.post(PUBLISH, {"asks": "yes"}).status_code == 302
    answer = desk.post(PUBLISH, {"asks": "yes"})
    assert answer.status_code == 422
    assert "otra persona publicó la versión 1" in answer.text
    assert draft(world, writer).markdown == WORDS
    assert "Mientras escribías se publicó la versión 1" in desk.get(WRITE).text
    desk.post(f"/federation/documents/{KIND}/go-on/1")
    assert desk.post(PUBLISH, {"asks": "no"}).status_code == 302
    found = newest(world)
    assert found is not None
    assert (found.version, found.markdown) == (2, WORDS)


def test_of_several_who_publish_at_once_one_does(world: World) -> None:
    writers = [world.person("admin") for _ in range(4)]
    with world.database(), transaction():
        for one in writers:
            begun = documents.begin(world.here, KIND, one, now=NOW)
            documents.save(begun, {"es": "T"}, {"es": "Texto"}, Writing("p", 1, 1), now=NOW)

    def deed(one: Any) -> Any:
        return lambda: documents.publish(world.here, KIND, one, ("es",), asks_again=True, now=NOW).version

    done = at_once(world, *[deed(one) for one in writers])
    assert sorted(done, key=str) == [1, "version-moved", "version-moved", "version-moved"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text_es": ""}, "Falta el título o el texto"),
        ({"text_en": "   "}, "Falta el título o el texto"),
        ({"title_es": ""}, "Falta el título o el texto"),
        ({"text_es": "***\n\n---"}, "Falta el título o el texto"),
        ({"text_es": "Hola <script>alert(1)</script>"}, "No se admite HTML"),
        ({"text_es": "[a](javascript:alert(1))"}, "Este enlace no se admite"),
        ({"text_es": "# Uno"}, "Los títulos van en orden"),
    ],
)
def test_what_will_not_do_is_kept_as_a_draft_and_not_published(
    world: World, writer: Any, desk: Browser, changes: dict[str, str], sentence: str
) -> None:
    assert saved(desk, world, writer, **changes).status_code == 302
    for answer in (desk.get(PUBLISH), desk.post(PUBLISH, {"asks": "yes"})):
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "<script>alert" not in answer.text
    assert newest(world) is None
    assert draft(world, writer) is not None


def test_a_language_that_the_federation_does_not_offer_may_stay_empty(world: World, writer: Any, desk: Browser) -> None:
    desk.post("/federation", {"name": "F", "languages": ["es"], "locale": "es", "timezone": "Europe/Madrid"})
    saved(desk, world, writer, text_en="", title_en="")
    assert desk.post(PUBLISH, {"asks": "yes"}).status_code == 302
    found = newest(world)
    assert found is not None
    assert set(found.html) == {"es"}


@pytest.mark.parametrize("field", ["title_es", "text_es"])
def test_scripts_in_a_text_run_nowhere(world: World, writer: Any, desk: Browser, field: str) -> None:
    payload = "<img src=x onerror=alert(1)>"
    saved(desk, world, writer, **{field: payload})
    for path in (WRITE, f"{WRITE}?show=es", PUBLISH, "/federation/documents"):
        assert "<img src=x" not in desk.get(path).text
    second = world.browser(world.person("admin"))
    assert "<img src=x" not in second.get(f"/federation/documents/{KIND}/drafts/{draft(world, writer).id}").text
    desk.post(PUBLISH, {"asks": "yes"})
    agent = world.browser(world.person("agent"))
    for path in ("/account/documents", f"/account/documents/{KIND}"):
        assert "<img src=x" not in agent.get(path).text


def test_too_long_a_text_is_refused_and_stays_in_the_form(world: World, writer: Any, desk: Browser) -> None:
    answer = saved(desk, world, writer, text_es="palabra " * 6_000)
    assert answer.status_code == 422
    assert "Usa como mucho 40.000 caracteres." in answer.text
    assert answer.text.count("palabra ") >= 5_999


def test_a_text_of_a_kind_of_its_own_is_added_with_its_title(world: World, writer: Any, desk: Browser) -> None:
    where = desk.post("/federation/documents").location
    kind = where.split("/")[3]
    assert kind.startswith("other-")
    desk.post(where, FORM | {"title_es": "Plan de cuidados", "page": "p" * 20, "sequence": "1", "base": "1"})
    assert desk.post(f"/federation/documents/{kind}/publish", {"asks": "yes"}).status_code == 302
    assert "Plan de cuidados" in world.browser(world.person("agent")).get("/account/documents").text


@pytest.mark.parametrize("kind", ["nothing", "..", "other-12345678", "x" * 300, "A", "a%00b"])
def test_a_kind_that_nobody_knows_is_not_there(world: World, desk: Browser, kind: str) -> None:
    for path in (f"/federation/documents/{kind}", f"/federation/documents/{kind}/people", f"/account/documents/{kind}"):
        assert desk.get(path).status_code in (400, 404)
    assert desk.post(f"/federation/documents/{kind}/begin").status_code in (400, 404)


def test_publishing_asks_to_prove_again_who_one_is_and_the_draft_waits(
    world: World, writer: Any, desk: Browser
) -> None:
    saved(desk, world, writer)
    old = world.browser(writer, confirmed_at=datetime.now(UTC) - timedelta(hours=3))
    assert old.get(PUBLISH).location.startswith("/account/confirm")
    assert old.post(PUBLISH, {"asks": "yes"}).location.startswith("/account/confirm")
    assert newest(world) is None
    assert draft(world, writer) is not None


def test_a_discarded_draft_leaves_what_is_published(world: World, writer: Any) -> None:
    published(world, writer)
    browser = world.browser(writer)
    browser.post(f"/federation/documents/{KIND}/begin")
    assert draft(world, writer).markdown["es"].startswith("## Qué hago")
    browser.post(f"/federation/documents/{KIND}/discard")
    assert draft(world, writer) is None
    assert newest(world) is not None


def test_what_is_published_is_not_edited_even_in_the_database(world: World, writer: Any) -> None:
    published(world, writer)
    for deed in ("UPDATE documents SET version = 9", "DELETE FROM documents"):
        with world.database(), pytest.raises(DBAPIError), transaction() as session:
            session.execute(text(deed))


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_versions_are_listed_and_compared_word_by_word(world: World, writer: Any) -> None:
    published(world, writer, text="Guardo tu nombre.")
    published(world, writer, text="Guardo tu correo.")
    browser = world.browser(world.person("registrar"))
    assert "Versión 2" in browser.get(f"/federation/documents/{KIND}").text
    page = browser.get(f"/federation/documents/{KIND}/compare?old=1&new=2").text
    assert ">nombre.<" in page.partition("<del>")[2]
    assert ">correo.<" in page.partition("<ins>")[2]
    assert "Guardo tu nombre." in browser.get(f"/federation/documents/{KIND}?version=1").text


@pytest.mark.parametrize(
    "query", ["", "?old=1", "?old=1&new=9", "?old=x&new=y", "?old=-1&new=1", f"?old=1&new={'9' * 30}"]
)
def test_versions_that_are_not_there_are_not_compared(world: World, writer: Any, query: str) -> None:
    published(world, writer)
    assert world.browser(writer).get(f"/federation/documents/{KIND}/compare{query}").status_code == 404
    assert world.browser(writer).get(f"/federation/documents/{KIND}?version={'9' * 30}").status_code == 404


def test_a_registrar_sees_who_has_accepted_which_version(world: World, writer: Any) -> None:
    first, second = world.person("agent", name="Ana"), world.person("agent", name="Berta")
    world.person("agent", name="Carla")
    published(world, writer)
    accept(world, first)
    published(world, writer, asks_again=True)
    accept(world, second)
    browser = world.browser(world.person("registrar", name="Zoe"))
    assert 'href="/federation/documents"' in browser.get("/people").text
    page = browser.get(f"/federation/documents/{KIND}/people").text
    order = [page.index(word) for word in ("Ana", "Falta firmar la nueva", "Berta", "Vale<", "Carla", "Sin aceptar")]
    assert order == sorted(order)
    assert "Aceptado por 1 de 5" in browser.get("/federation/documents").text


def test_a_member_finds_the_texts_to_read_and_accepts_one(world: World, writer: Any) -> None:
    agent = world.person("agent")
    browser = world.browser(agent)
    published(world, writer)
    found = newest(world)
    assert found is not None
    assert "Sin aceptar" in browser.get("/account/documents").text
    assert "Textos de tu federación" in browser.get("/account").text
    assert browser.post(f"/account/documents/{KIND}", {"document": str(found.id), "agree": "y"}).status_code == 302
    assert stands(world, agent)
    published(world, writer, asks_again=False)
    page = browser.get(f"/account/documents/{KIND}").text
    assert "Fue la versión 1" in page
    assert 'name="agree"' not in page
    published(world, writer, asks_again=True)
    assert 'name="agree"' in browser.get(f"/account/documents/{KIND}").text
    assert "Ha cambiado: firma de nuevo" in browser.get("/account/documents").text


def test_nothing_of_another_federation_is_seen_written_or_published(
    world: World, writer: Any, desk: Browser, other_admin: Browser
) -> None:
    saved(desk, world, writer)
    mine = draft(world, writer)
    for path in ("", "/people", "/compare?old=1&new=1", "/write", "/publish", f"/drafts/{mine.id}"):
        assert other_admin.get(f"/federation/documents/{KIND}{path}").status_code == 404
    assert other_admin.post(PUBLISH, {"asks": "yes"}).location == "/federation/documents"  # they write none
    for path in ("/write", "/discard", "/go-on/1"):
        assert other_admin.post(f"/federation/documents/{KIND}{path}", FORM | {"asks": "yes"}).status_code == 404
    assert newest(world, federation=world.elsewhere) is None
    assert draft(world, writer) is not None


@pytest.mark.parametrize("role", ["registrar", "agent", "senior", "trainer"])
def test_only_who_administers_writes(world: World, writer: Any, desk: Browser, role: str) -> None:
    saved(desk, world, writer)
    browser = world.browser(world.person(role))
    for path in ("/write", "/publish", "/discard", "/begin", "/go-on/1"):
        assert browser.post(f"/federation/documents/{KIND}{path}", FORM).status_code == 404
    assert browser.get(WRITE).status_code == 404


def test_pages_cost_the_same_however_much_there_is(world: World, writer: Any) -> None:
    published(world, writer)
    published(world, writer)
    accept(world, world.person("agent"))
    browser = world.browser(writer)
    browser.post(f"/federation/documents/{KIND}/begin")
    paths = [
        "/federation/documents", f"/federation/documents/{KIND}", f"/federation/documents/{KIND}/people",
        f"/federation/documents/{KIND}/compare?old=1&new=2", WRITE, PUBLISH, "/account/documents", f"/account/documents/{KIND}",
    ]  # fmt: skip

    def costs() -> list[int]:
        found = []
        for path in paths:
            with counted() as statements:
                assert browser.get(path).status_code == 200, path
            found.append(len(statements))
        return found

    costs()
    few = costs()
    for _ in range(5):
        accept(world, world.person("agent"))
        other = world.person("admin")
        world.browser(other).post(f"/federation/documents/{KIND}/begin")
        published(world, world.person("admin"), "code-of-ethics")
    assert costs() == few
    assert max(few) <= 8
