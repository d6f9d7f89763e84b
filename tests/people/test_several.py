"""Inviting several people at once, and sending again what has lapsed: all of it or nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from lms.db import transaction
from lms.people.entry import several
from lms.people.entry.rules import Line, read_lines
from lms.people.models import Invitation
from tests.people.place import account, at_once, invited, link_in, outbox, sign_in
from tests.statements import counted
from tests.world import World

ADDRESS = "/people/invitations/several"
FORM = {"role": "agent", "locale": "es"}


@pytest.mark.parametrize(
    ("text", "email", "name"),
    [
        ("ana@demo.test", "ana@demo.test", ""),
        ("  ANA@demo.test , Ana Gil ", "ana@demo.test", "Ana Gil"),
        ("ana@demo.test; Ana Gil", "ana@demo.test", "Ana Gil"),
        ("ana@demo.test\tAna Gil", "ana@demo.test", "Ana Gil"),
        ("Ana Gil <Ana@demo.test>", "ana@demo.test", "Ana Gil"),
        ('"Gil, Ana" <ana@demo.test>', "ana@demo.test", "Gil, Ana"),
    ],
)
def test_a_line_is_read_as_people_write_it(text: str, email: str, name: str) -> None:
    assert read_lines(f"\n{text}\n\n") == [Line(2, email, name)]


def send(world: World, text: str, role: str = "registrar", **changes: str) -> Any:
    return world.browser(world.person(role)).post(ADDRESS, FORM | {"people": text} | changes)


def made(world: World) -> list[str]:
    with world.database() as session:
        return sorted(session.scalars(select(Invitation.email)))


def test_everybody_on_the_list_is_invited(world: World) -> None:
    answer = send(world, "ana@demo.test, Ana\r\n\r\neva@demo.test\r\n")
    assert answer.location == "/people/invitations"
    assert made(world) == ["ana@demo.test", "eva@demo.test"]
    assert sorted(mail.to[0] for mail in outbox(world.app)) == made(world)
    for mail in outbox(world.app):
        assert world.browser().get(link_in(mail.body)).status_code == 200


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("no es un correo", "Línea 2: «no es un correo» no parece un correo"),
        ("<script>alert(1)</script>", "Línea 2:"),
        ("ANA@demo.test", "Línea 2: ana@demo.test está dos veces"),
        ("otra@demo.test, " + "x" * 121, "Línea 2: el nombre es demasiado largo"),
        ("esperando@demo.test", "Línea 2: esperando@demo.test ya tiene una invitación"),
    ],
)
def test_a_wrong_line_is_named_and_nobody_is_invited(world: World, bad: str, words: str) -> None:
    invited(world, "esperando@demo.test", now=datetime.now(UTC))
    before = len(outbox(world.app))
    answer = send(world, f"ana@demo.test\n{bad}\nluz@demo.test")
    assert answer.status_code == 422
    assert words in answer.text
    assert "<script>alert" not in answer.text
    assert "luz@demo.test" in answer.text  # what was typed stays
    assert made(world) == ["esperando@demo.test"]
    assert len(outbox(world.app)) == before


def test_ones_own_address_is_not_invited(world: World) -> None:
    account(world, "rosa@demo.test", "registrar")
    browser, _ = sign_in(world, "rosa@demo.test")
    assert "tu propio correo" in browser.post(ADDRESS, FORM | {"people": "rosa@demo.test"}).text


@pytest.mark.parametrize("text", ["", " \n ", "\n".join(f"p{n}@demo.test" for n in range(101)), "x" * 40_001])
def test_nobody_and_too_many_get_a_sentence(world: World, text: str) -> None:
    answer = send(world, text)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert made(world) == []


def test_a_registrar_invites_nobody_to_a_guarded_role(world: World) -> None:
    assert send(world, "ana@demo.test", role="registrar", **{}).status_code == 302
    answer = world.browser(world.person("registrar")).post(ADDRESS, FORM | {"people": "b@demo.test", "role": "admin"})
    assert answer.status_code == 422
    assert made(world) == ["ana@demo.test"]


def test_a_known_address_makes_no_difference(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    assert send(world, "ana@demo.test\neva@demo.test").status_code == 302


def test_a_list_sent_twice_is_sent_once(world: World) -> None:
    browser = world.browser(world.person("registrar"))
    for _ in range(2):
        browser.post(ADDRESS, FORM | {"people": "ana@demo.test", "once": "the-same-key"})
    assert made(world) == ["ana@demo.test"]
    assert len(outbox(world.app)) == 1


def test_the_same_list_sent_by_two_at_once_is_sent_once(world: World) -> None:
    people = [world.person("registrar") for _ in range(3)]

    def inviting(by: Any) -> Any:
        return lambda: several.invite_several(
            world.here, "ana@demo.test", "agent", by=by, locale="es", now=datetime.now(UTC)
        )

    done = at_once(world, *(inviting(by) for by in people))
    assert sorted(map(str, done)) == ["1", "lines-refused", "lines-refused"]
    assert made(world) == ["ana@demo.test"]


def test_a_hundred_take_as_many_statements_as_one(world: World) -> None:
    world.app.extensions["lms_bell"] = lambda _job: None
    send(world, "first@demo.test")  # begins the audit trail
    numbers = []
    for many in (1, 100):
        browser = world.browser(world.person("registrar"))
        with counted() as statements:
            browser.post(ADDRESS, FORM | {"people": "\n".join(f"p{many}-{n}@demo.test" for n in range(many))})
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]
    assert len(made(world)) == 102


# ---- what has lapsed


def test_everything_that_lapsed_is_sent_again_and_nothing_else(world: World) -> None:
    old = datetime.now(UTC) - timedelta(days=20)
    for email in ("ana@demo.test", "eva@demo.test"):
        invited(world, email, now=old)
    gone, _ = invited(world, "ida@demo.test", now=old)
    invited(world, "luz@demo.test", now=datetime.now(UTC))
    with world.database(), transaction() as session:
        session.execute(update(Invitation).where(Invitation.id == gone).values(withdrawn_at=old))
    world.app.extensions["mailman"].outbox = []
    browser = world.browser(world.person("registrar"))
    assert "Enviar otra vez las caducadas" in browser.get("/people/invitations").text
    assert browser.post("/people/invitations/resend-lapsed").location == "/people/invitations"
    assert sorted(mail.to[0] for mail in outbox(world.app)) == ["ana@demo.test", "eva@demo.test"]
    for mail in outbox(world.app):
        assert world.browser().get(link_in(mail.body)).status_code == 200
    assert "Enviar otra vez las caducadas" not in browser.get("/people/invitations").text
    browser.post("/people/invitations/resend-lapsed")
    assert len(outbox(world.app)) == 2


def test_the_old_link_of_one_that_was_sent_again_is_dead(world: World) -> None:
    _, token = invited(world, "ana@demo.test", now=datetime.now(UTC) - timedelta(days=20))
    world.browser(world.person("registrar")).post("/people/invitations/resend-lapsed")
    assert world.browser().get(f"/welcome/{token}").status_code == 404


def test_those_of_another_federation_are_left_alone(world: World) -> None:
    invited(world, "ana@demo.test", now=datetime.now(UTC) - timedelta(days=20))
    world.app.extensions["mailman"].outbox = []
    there = world.browser(world.person("registrar", federation=world.elsewhere), world.elsewhere)
    there.post("/people/invitations/resend-lapsed")
    assert outbox(world.app) == []
    with world.database() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 1
