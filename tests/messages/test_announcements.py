"""What a federation tells a whole group."""

import pytest
from sqlalchemy import select

from lms.audit import AuditEntry
from lms.db import db
from tests.messages.place import messages
from tests.people.place import outbox
from tests.statements import counted
from tests.world import World

WORDS = {"role": "agent", "subject": "Encuentro", "text": "El jueves.\r\n\r\n<b>Traed</b> ganas."}


def test_an_announcement_reaches_whoever_holds_the_role_here_and_nobody_else(world: World) -> None:
    ana, eva = world.person("agent", name="Ana"), world.person("agent", "assessor")
    others = [world.person("senior"), world.person("agent", federation=world.elsewhere)]
    answer = world.browser(world.person("registrar", name="Rosa")).post("/messages/announce", WORDS)
    assert answer.status_code == 302
    assert [len(messages(world, person)) for person in (ana, eva, *others)] == [1, 1, 0, 0]
    page = world.browser(ana).get("/messages").text
    assert "El jueves." in page
    assert "&lt;b&gt;Traed" in page
    assert "Lo escribe Rosa." in page
    assert len(outbox(world.app)) == 2


def test_everybody_hears_it_once_whatever_roles_they_hold_but_not_its_writer(world: World) -> None:
    eva, admin = world.person("agent", "assessor"), world.person("admin", "registrar")
    world.browser(admin).post("/messages/announce", WORDS | {"role": ""})
    assert (len(messages(world, eva)), len(messages(world, admin))) == (1, 0)


def test_the_form_sent_twice_tells_once(world: World) -> None:
    ana, browser = world.person("agent"), world.browser(world.person("registrar"))
    for _twice in range(2):
        browser.post("/messages/announce", WORDS | {"once": "the-same-key"})
    assert len(messages(world, ana)) == 1


@pytest.mark.parametrize(
    "wrong", [{"role": "nobody"}, {"role": "trainer"}, {"subject": " "}, {"text": ""}, {"text": "x" * 2001}]
)
def test_what_cannot_be_sent_is_said_and_what_was_typed_stays(world: World, wrong: dict[str, str]) -> None:
    ana = world.person("agent")
    answer = world.browser(world.person("registrar")).post("/messages/announce", WORDS | {"subject": "Hola"} | wrong)
    assert answer.status_code == 422
    assert ("Hola" in answer.text) or wrong == {"subject": " "}
    assert messages(world, ana) == []


def test_the_trail_notes_that_it_was_made_and_not_what_it_said(world: World) -> None:
    world.person("agent")
    world.browser(world.person("registrar")).post("/messages/announce", WORDS)
    with world.database():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "announcement.make")).one()
        assert entry.facts == {"role": "agent", "count": 1}


def test_telling_fifty_takes_no_more_statements_than_telling_one(world: World) -> None:
    world.app.extensions["lms_soon"] = str
    browser = world.browser(world.person("registrar"))
    world.person("agent")
    few = _statements(browser)
    for _each in range(50):
        world.person("agent")
    assert _statements(browser) <= few  # the first also begins the trail


def _statements(browser: object) -> int:
    with counted() as sent:
        assert browser.post("/messages/announce", WORDS).status_code == 302  # type: ignore[attr-defined]
    return len(sent)
