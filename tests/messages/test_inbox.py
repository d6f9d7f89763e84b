from typing import Any
from uuid import UUID

from sqlalchemy import insert

from lms import clock
from lms.db import transaction
from lms.people.messages import operations, queries
from lms.people.messages.models import Message
from tests.messages.place import change, messages, tell
from tests.people.place import outbox
from tests.statements import counted
from tests.world import World


def test_what_one_is_told_stands_in_the_inbox_and_leaves_by_mail(world: World) -> None:
    ana, rosa = world.person("agent"), world.person("senior", name="Rosa Martín")
    tell(world, ana, "Dos horas", who=rosa)
    page = world.browser(ana).get("/messages").text
    assert "Mensajes: Rosa Martín" in page
    assert "Dos horas" in page
    [mail] = outbox(world.app)
    assert "Rosa Martín" in mail.body
    [message] = messages(world, ana)
    assert message.mail == "sent"


def test_a_message_is_written_in_the_language_of_whoever_reads_it(world: World) -> None:
    ana, rosa = world.person("agent"), world.person("senior")
    tell(world, ana, who=rosa)
    browser = world.browser(ana)
    assert "Sin leer" in browser.get("/messages").text
    browser.post("/language", {"locale": "en", "next": "/messages"})
    assert "Unread" in browser.get("/messages").text


def test_looking_marks_nothing_and_opening_marks_that_one(world: World) -> None:
    ana, rosa = world.person("agent"), world.person("senior")
    tell(world, ana, who=rosa)
    tell(world, ana, who=rosa)
    browser = world.browser(ana)
    browser.get("/messages")
    answer = browser.post(f"/messages/{messages(world, ana)[0].id}/open")
    assert (answer.status_code, answer.location) == (303, "/road")
    assert [message.read_at is None for message in messages(world, ana)] == [False, True]


def test_marking_all_leaves_what_came_since_the_page_was_read(world: World) -> None:
    ana = world.person("agent")
    tell(world, ana, "antes")
    newest = messages(world, ana)[0].id
    tell(world, ana, "después")
    world.browser(ana).post("/messages/read", {"newest": str(newest)})
    assert [message.facts["what"] for message in messages(world, ana) if message.read_at is None] == ["después"]


def test_nobody_marks_the_messages_of_another(world: World) -> None:
    ana, eva, rosa = world.person("agent"), world.person("agent"), world.person("senior")
    tell(world, ana, who=rosa)
    newest = messages(world, ana)[0].id
    world.browser(eva).post("/messages/read", {"newest": str(newest)})
    assert world.browser(eva).post(f"/messages/{newest}/open").status_code == 404
    assert messages(world, ana)[0].read_at is None


def test_the_head_says_how_many_wait(world: World) -> None:
    ana, rosa = world.person("agent"), world.person("senior")
    browser = world.browser(ana)
    assert 'class="count"' not in browser.get("/").text
    tell(world, ana, who=rosa)
    tell(world, ana, who=rosa)
    assert '<span class="count">2 ' in browser.get("/").text
    browser.post("/messages/read", {"newest": str(messages(world, ana)[0].id)})
    assert 'class="count"' not in browser.get("/").text


def test_whoever_reads_in_calm_sees_no_count(world: World) -> None:
    ana = world.person("agent")
    tell(world, ana)
    assert 'class="count"' in world.browser(ana).get("/").text
    change(world, ana, reading={"calm": "on"})
    assert 'class="count"' not in world.browser(ana).get("/").text


def test_the_inbox_takes_few_statements_and_never_more(world: World) -> None:
    ana = world.person("agent")
    browser = world.browser(ana)
    few = _statements(world, browser, ana, 2)
    assert _statements(world, browser, ana, 60) == few <= 4


def _statements(world: World, browser: Any, person: UUID, count: int) -> int:
    for _each in range(count):
        tell(world, person, who=world.person("senior") if count < 10 else person)
    with counted() as sent:
        assert browser.get("/messages").status_code == 200
    return len(sent)


def test_older_messages_are_a_page_further(world: World) -> None:
    ana = world.person("agent")
    for number in range(queries.PAGE + 2):
        tell(world, ana, f"nota-{number:02}")
    browser = world.browser(ana)
    first = browser.get("/messages").text
    assert "nota-01" not in first
    oldest = messages(world, ana)[queries.PAGE - 1].id
    assert f"before={oldest}" in first
    older = browser.get(f"/messages?before={oldest}").text
    assert "nota-01" in older
    assert "nota-02" not in older


def test_an_address_that_names_no_message_shows_the_newest(world: World) -> None:
    ana = world.person("agent")
    tell(world, ana, "hola")
    assert "hola" in world.browser(ana).get("/messages?before=no").text


def test_telling_twenty_takes_no_more_statements_than_telling_one(world: World) -> None:
    world.app.extensions["lms_soon"] = str
    people = [world.person("agent") for _each in range(20)]
    counts = []
    for group in (people[:1], people):
        facts = {person: {"who": person, "what": "x"} for person in group}
        with world.database(), counted() as sent, transaction():
            operations.tell_all(facts, "test", federation_id=world.here, now=clock.now())
        counts.append(len(sent))
    assert counts == [1, 1]


def test_a_message_that_this_version_cannot_read_hides_no_other(world: World) -> None:
    ana = world.person("agent")
    tell(world, ana, "hola")
    with world.database(), transaction() as session:
        session.execute(insert(Message).values(person_id=ana, kind="role-given", facts={}, at=clock.now(), mail="none"))
        session.execute(insert(Message).values(person_id=ana, kind="gone", facts={}, at=clock.now(), mail="none"))
    page = world.browser(ana).get("/messages").text
    assert page.count("Un mensaje que ya no se puede mostrar") >= 2
    assert "hola" in page
