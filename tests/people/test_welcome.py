"""The way in: an invitation from the registrar's form to the new desk, and every link that leads nowhere."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from socket import socket
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import func, select

from lms.db import transaction
from lms.people import operations, queries
from lms.people.models import Invitation, Person
from tests.people.place import PASSWORD, account, consent_id, invited, link_in, outbox, sign_in
from tests.world import World

FORM = {"email": "nueva@demo.test", "name": "Nueva", "role": "agent", "locale": "es"}


class Sink:
    """Keeps what an SMTP server was handed."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def free_port() -> int:
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_an_invitation_arrives_by_mail_and_leads_to_a_desk(make_app: Callable[..., Flask]) -> None:
    sink = Sink()
    port = free_port()
    server = Controller(sink, hostname="127.0.0.1", port=port)
    server.start()
    try:
        world = World(make_app(MAIL_URL=f"smtp://127.0.0.1:{port}", BASE_URL="http://aula.test"))
        world.browser(world.person("registrar", name="Rosa")).post("/people/invitations", FORM)
    finally:
        server.stop()
    [mail] = sink.mails
    text = mail.get_body(("plain",)).get_content()
    assert mail["To"] == "nueva@demo.test"
    assert "Rosa" in mail["Subject"]
    assert "http://aula.test/welcome/" in text

    browser = world.browser()
    link = link_in(text)
    assert "Rosa" in browser.get(link).text
    answer = browser.post(link, {"name": "Nadia", "password": PASSWORD})
    assert answer.location == "/account/consent"
    page = browser.get("/account/consent")
    with world.database():
        text_ = consent_id(world)
    assert "checked" not in page.text
    answer = browser.post("/account/consent", {"document": str(text_)})
    assert answer.status_code == 422
    answer = browser.post("/account/consent", {"document": str(text_), "agree": "y"})
    assert answer.location == "/"
    assert browser.get("/account").status_code == 200
    with world.database():
        person = queries.person_at("nueva@demo.test")
        assert person is not None
        assert person.name == "Nadia"
        assert queries.roles_of(person.id, world.here) == {"agent"}


def test_the_link_goes_to_our_address_whatever_host_the_request_claims(world: World) -> None:
    browser = world.browser(world.person("registrar"))
    browser.post("/people/invitations", FORM, headers={"Host": "evil.test", "Origin": "http://evil.test"})
    assert all("evil.test" not in mail.body for mail in outbox(world.app))


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("corta", "es corta"),
        ("nueva nueva sillas", "tu nombre o tu correo"),
        ("password1234", "fácil de adivinar"),
        ("", "Elige una contraseña"),
    ],
)
def test_a_weak_password_gets_a_sentence_and_the_name_stays(world: World, password: str, words: str) -> None:
    _, token = invited(world, "nueva@demo.test", now=datetime.now(UTC))
    answer = world.browser().post(f"/welcome/{token}", {"name": "Mi nombre", "password": password})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Mi nombre"' in answer.text


def test_blanks_around_a_password_belong_to_it(world: World) -> None:
    _, token = invited(world, "nueva@demo.test", now=datetime.now(UTC))
    world.browser().post(f"/welcome/{token}", {"name": "N", "password": f" {PASSWORD} "})
    assert sign_in(world, "nueva@demo.test")[1].status_code == 200
    browser, answer = sign_in(world, "nueva@demo.test", f" {PASSWORD} ")
    assert answer.status_code == 302
    assert browser.post("/account/confirm", {"password": f" {PASSWORD} "}).status_code == 302


def test_what_the_form_does_not_ask_cannot_be_set(world: World) -> None:
    _, token = invited(world, "nueva@demo.test", now=datetime.now(UTC))
    more = {"role": "admin", "roles": "admin", "active": "", "email": "otra@demo.test", "federation_id": "x"}
    world.browser().post(f"/welcome/{token}", {"name": "N", "password": PASSWORD, **more})
    with world.database():
        person = queries.person_at("nueva@demo.test")
        assert person is not None
        assert person.active
        assert queries.roles_of(person.id, world.here) == {"agent"}


def dead_links(world: World) -> dict[str, str]:
    now = datetime.now(UTC)
    expired = invited(world, "a@demo.test", now=now - timedelta(days=15))[1]
    id_, withdrawn = invited(world, "b@demo.test", now=now)
    used = invited(world, "c@demo.test", now=now)[1]
    with world.database(), transaction():
        operations.withdraw_invitation(id_, by=None, now=now)
        operations.accept_invitation(used, password=PASSWORD, name="C", now=now)
    return {"expired": expired, "withdrawn": withdrawn, "used": used, "wrong": used[:-3] + "abc", "rubbish": "ñ.a"}


def test_each_dead_link_has_its_page_and_its_way_on(world: World) -> None:
    links = dead_links(world)
    browser = world.browser()
    pages = {name: browser.get(f"/welcome/{link}") for name, link in links.items()}
    assert {name: page.status_code for name, page in pages.items()} == {
        "expired": 410,
        "withdrawn": 410,
        "used": 410,
        "wrong": 404,
        "rubbish": 404,
    }
    assert "ha caducado" in pages["expired"].text
    assert "ha retirado" in pages["withdrawn"].text
    assert 'href="/login"' in pages["used"].text
    assert "no es válido" in pages["wrong"].text


def test_a_dead_link_says_the_same_for_an_address_with_an_account(world: World) -> None:
    old = datetime.now(UTC) - timedelta(days=15)
    account(world, "con@demo.test")
    pages = [
        world.browser().get(f"/welcome/{invited(world, email, now=old)[1]}")
        for email in ("con@demo.test", "sin@demo.test")
    ]
    assert [page.status_code for page in pages] == [410, 410]
    assert body(pages[0].text) == body(pages[1].text)


def body(text: str) -> str:
    """The part of a page that is about the matter, without the token that differs each time."""
    return re.sub(r'name="csrf_token"[^>]*', "", text.partition("<main")[2].partition("</main>")[0])


def test_the_registrar_sees_no_difference_between_a_known_and_an_unknown_address(world: World) -> None:
    account(world, "con@demo.test")
    browser = world.browser(world.person("registrar"))
    answers = [browser.post("/people/invitations", FORM | {"email": f"{who}@demo.test"}) for who in ("con", "sin")]
    assert [answer.location for answer in answers] == ["/people/invitations"] * 2
    page = browser.get("/people/invitations").text
    assert page.count("En espera") == 2
    assert len(outbox(world.app)) == 2


def test_one_who_has_an_account_signs_in_and_accepts_the_role(world: World) -> None:
    person = account(world, "ana@demo.test", "agent")
    _, token = invited(world, "ana@demo.test", "senior", now=datetime.now(UTC))
    page = world.browser().get(f"/welcome/{token}")
    assert f"/login?next=/welcome/{token}" in page.text
    browser, answer = sign_in(world, "ana@demo.test", next=f"/welcome/{token}")
    assert answer.location == f"/welcome/{token}"
    assert browser.post(f"/welcome/{token}").location == "/"
    with world.database():
        assert queries.roles_of(person, world.here) == {"agent", "senior"}


def test_a_link_sent_with_a_password_makes_no_second_account_and_changes_no_password(world: World) -> None:
    account(world, "ana@demo.test")
    _, token = invited(world, "ana@demo.test", "senior", now=datetime.now(UTC))
    world.browser().post(f"/welcome/{token}", {"name": "X", "password": "otra clave muy larga"})
    assert sign_in(world, "ana@demo.test")[1].status_code == 302
    with world.database() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1


def test_somebody_else_who_is_signed_in_cannot_take_the_role(world: World) -> None:
    other = world.person("agent")
    _, token = invited(world, "ana@demo.test", "senior", now=datetime.now(UTC))
    browser = world.browser(other)
    assert "otro correo" in browser.get(f"/welcome/{token}").text
    browser.post(f"/welcome/{token}")
    with world.database():
        assert queries.roles_of(other, world.here) == {"agent"}


def test_an_invitation_sent_twice_is_made_once(world: World) -> None:
    browser = world.browser(world.person("registrar"))
    for _ in range(2):
        assert browser.post("/people/invitations", FORM | {"once": "the-same-key"}).location == "/people/invitations"
    with world.database() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 1
    assert len(outbox(world.app)) == 1


@pytest.mark.parametrize(
    "change", [{"role": "admin"}, {"role": "nada"}, {"email": "no"}, {"locale": "xx"}, {"name": " "}]
)
def test_a_wrong_invitation_gets_a_sentence_and_makes_nothing(world: World, change: dict[str, str]) -> None:
    answer = world.browser(world.person("registrar")).post("/people/invitations", FORM | change)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert outbox(world.app) == []


def test_a_registrar_resends_and_withdraws(world: World) -> None:
    id_, old = invited(world, "nueva@demo.test", now=datetime.now(UTC))
    browser = world.browser(world.person("registrar"))
    browser.post(f"/people/invitations/{id_}/resend")
    new = link_in(outbox(world.app)[-1].body)
    assert world.browser().get(f"/welcome/{old}").status_code == 404
    assert world.browser().get(new).status_code == 200
    browser.post(f"/people/invitations/{id_}/withdraw")
    assert world.browser().get(new).status_code == 410


def test_an_invitation_of_another_federation_is_not_there(world: World) -> None:
    id_, token = invited(world, "nueva@demo.test", now=datetime.now(UTC))
    there = world.browser(world.person("registrar", federation=world.elsewhere), world.elsewhere)
    assert there.post(f"/people/invitations/{id_}/withdraw").status_code == 404
    assert world.browser().get(f"/welcome/{token}").status_code == 200


def test_guessing_at_a_link_is_throttled(world: World) -> None:
    _, token = invited(world, "nueva@demo.test", now=datetime.now(UTC))
    browser = world.browser()
    answers = [browser.post(f"/welcome/{token}", {"name": "N", "password": "x"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
