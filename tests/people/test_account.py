"""One's own account, consent, sessions; and the members of a federation."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from lms import audit
from lms.db import transaction
from lms.people import operations, queries
from lms.people.models import Membership, Person
from tests.people.place import account, consent_id
from tests.statements import counted
from tests.world import NOW, World

FORM = {"name": "Nadia", "pronouns": "ella", "locale": "en", "timezone": "Atlantic/Canary"}


def test_a_person_says_how_they_are_called(world: World) -> None:
    me = world.person("agent")
    browser = world.browser(me)
    more = {"email": "otra@demo.test", "active": "", "password": "x", "fs_uniquifier": "x", "roles": "admin"}
    assert browser.post("/account/name", FORM | more).location == "/account"
    with world.database() as session:
        person = session.get(Person, me)
        assert (person.name, person.pronouns, person.locale, person.timezone) == tuple(FORM.values())
        assert person.active
        assert person.email != "otra@demo.test"
        assert person.password is None
        assert person.fs_uniquifier == f"uniquifier-{me}"


@pytest.mark.parametrize(
    "change", [{"name": " "}, {"name": "x" * 121}, {"name": "a\x07b"}, {"locale": "xx"}, {"timezone": "Mars/Olympus"}]
)
def test_what_cannot_be_kept_gets_a_sentence(world: World, change: dict[str, str]) -> None:
    answer = world.browser(world.person("agent")).post("/account/name", FORM | change)
    assert answer.status_code == 422
    assert "ella" in answer.text


def test_a_name_with_markup_is_only_text(world: World) -> None:
    person = world.person("agent", name="<script>alert(1)</script>")
    browser = world.browser(world.person("registrar"))
    for address in ("/people", f"/people/{person}"):
        assert "<script>alert" not in browser.get(address).text


def test_the_chosen_language_is_kept(world: World) -> None:
    me = world.person("agent")
    world.browser(me).post("/language", {"locale": "en", "next": "/account"})
    with world.database() as session:
        assert session.get(Person, me).locale == "en"


def test_one_ends_ones_own_sessions_and_nobody_elses(world: World) -> None:
    me, other = world.person("agent"), world.person("agent")
    here, there, stranger = world.browser(me), world.browser(me), world.browser(other)
    with world.database():
        theirs = queries.sign_ins(other, NOW)[0].id
    assert here.post(f"/account/sessions/{theirs}/end").status_code == 404
    assert stranger.get("/account").status_code == 200
    assert here.post("/account/sessions/end-others").status_code == 302
    assert there.get("/account").status_code == 302
    assert here.get("/account").status_code == 200
    assert stranger.get("/account").status_code == 200


def test_without_consent_there_is_only_the_account_and_the_consent_page(world: World) -> None:
    browser = world.browser(world.person("registrar", consented=False))
    assert browser.get("/account").status_code == 200
    assert browser.get("/people").location == "/account/consent?next=%2Fpeople"


def test_the_door_stands_open_for_who_has_consented(world: World) -> None:
    browser = world.browser(world.person("registrar"))
    assert browser.get("/account/consent").location == "/account/privacy/consents"
    assert browser.get("/account/consent?next=/people").location == "/people"


def test_consent_to_a_text_that_changed_meanwhile_asks_to_read_the_new_one(world: World) -> None:
    browser = world.browser(world.person("agent", consented=False))
    with world.database(), transaction():
        old = queries.document(world.here, "consent")
        operations.publish_document(world.here, "consent", {"es": "C2"}, {"es": "<p>nuevo</p>"}, now=NOW)
    assert old is not None
    answer = browser.post("/account/consent", {"document": str(old.id), "agree": "y"})
    assert answer.status_code == 422
    assert "ha cambiado mientras lo leías" in answer.text
    assert "nuevo" in answer.text


def test_consent_to_a_text_of_another_federation_is_not_taken(world: World) -> None:
    browser = world.browser(world.person("agent", consented=False))
    with world.database():
        foreign = consent_id(world, world.elsewhere)
    assert browser.post("/account/consent", {"document": str(foreign), "agree": "y"}).status_code == 422


def test_the_code_of_ethics_is_read_and_accepted(world: World) -> None:
    me = world.person("agent")
    with world.database(), transaction():
        text = operations.publish_document(world.here, "code-of-ethics", {"es": "Código"}, {"es": "<p>c</p>"}, now=NOW)
    browser = world.browser(me)
    address = "/account/documents/code-of-ethics"
    assert browser.post(address, {"document": str(text.id)}).status_code == 422
    assert browser.post(address, {"document": str(text.id), "agree": "y"}).location == "/"
    with world.database():
        assert queries.acknowledged(me, world.here)["code-of-ethics"].current
    assert browser.get("/account/documents/consent").status_code == 404


def test_an_admin_gives_and_takes_roles_and_the_power_ends_at_once(world: World) -> None:
    admin, agent = world.browser(world.person("admin")), world.person("agent")
    theirs = world.browser(agent)
    assert theirs.get("/people").status_code == 404
    assert admin.post(f"/people/{agent}/roles", {"role": "registrar"}).status_code == 302
    assert theirs.get("/people").status_code == 200
    with world.database() as session:
        role = session.scalar(select(Membership.id).where(Membership.role == "registrar"))
    assert admin.post(f"/people/{agent}/roles/{role}/take").status_code == 302
    assert theirs.get("/people").status_code == 404
    with world.database():
        assert list(audit.verify(world.here)) == []


def test_nobody_changes_their_own_roles(world: World) -> None:
    me = world.person("admin")
    browser = world.browser(me)
    assert browser.get(f"/people/{me}/roles").status_code == 404
    assert browser.post(f"/people/{me}/roles", {"role": "registrar"}).status_code == 404


def test_a_registrar_gives_every_role_but_those_that_decide(world: World) -> None:
    agent = world.person("agent")
    browser = world.browser(world.person("registrar"))
    assert browser.post(f"/people/{agent}/roles", {"role": "senior"}).status_code == 302
    for role in ("admin", "registrar"):
        assert browser.post(f"/people/{agent}/roles", {"role": role}).status_code == 422
    with world.database():
        assert queries.roles_of(agent, world.here) == {"agent", "senior"}


def test_a_role_that_is_held_or_unknown_gets_a_sentence(world: World) -> None:
    browser, agent = world.browser(world.person("admin")), world.person("agent")
    assert "ya tiene ese papel" in browser.post(f"/people/{agent}/roles", {"role": "agent"}).text
    assert browser.post(f"/people/{agent}/roles", {"role": "rey"}).status_code == 422


def test_people_of_another_federation_are_not_there(world: World) -> None:
    stranger = world.person("agent", federation=world.elsewhere)
    browser = world.browser(world.person("admin"))
    for address in (f"/people/{stranger}", f"/people/{stranger}/roles", f"/people/{uuid4()}"):
        assert browser.get(address).status_code == 404
    assert browser.post(f"/people/{stranger}/roles", {"role": "agent"}).status_code == 404
    with world.database() as session:
        role = session.scalar(select(Membership.id).where(Membership.person_id == stranger))
    assert browser.post(f"/people/{stranger}/roles/{role}/take").status_code == 404


@pytest.mark.parametrize("address", ["/people", "/people/invitations", "/account", "/account/sessions"])
def test_pages_take_few_statements_however_many_people_there_are(world: World, address: str) -> None:
    browser = world.browser(world.person("admin", "registrar"))
    browser.get(address)
    with counted() as few:
        browser.get(address)
    for n in range(5):
        account(world, f"p{n}@demo.test", "agent")
    with counted() as many:
        browser.get(address)
    assert len(many) == len(few) <= 8


@pytest.mark.parametrize("page", ["-1", "0", "x", "9" * 30])
def test_an_odd_page_number_is_no_error(world: World, page: str) -> None:
    assert world.browser(world.person("admin")).get(f"/people?page={page}&role=x").status_code == 200


def test_one_acts_in_another_federation_only_with_a_role_there(world: World) -> None:
    me = world.person("agent")
    browser = world.browser(me)
    assert browser.post(f"/account/federation/{world.elsewhere}").status_code == 404
    with world.database(), transaction():
        operations.give_role(world.elsewhere, me, "agent", by=None, now=NOW)
    assert "Pasar a Federación elsewhere" in browser.get("/account").text
    assert browser.post(f"/account/federation/{world.elsewhere}").status_code == 302
    assert browser.get("/account/documents/code-of-ethics").location.startswith("/account/consent")
