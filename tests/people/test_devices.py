"""Devices: one that is not known is told to the owner, and a known one cannot be locked out by whoever guesses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from lms.db import db, transaction
from lms.people.entry.models import Device
from lms.people.models import SignIn
from tests.people.place import PASSWORD, account, outbox, sign_in
from tests.statements import counted
from tests.world import Browser, World

NEW = "dispositivo nuevo"
COOKIE = "entrepares-device"


def told(world: World) -> list[Any]:
    return [mail.to[0] for mail in outbox(world.app) if NEW in mail.subject]


def signed_out(world: World, browser: Browser) -> Browser:
    """The same device on another day: only its own cookie is left."""
    other = world.browser()
    other.client.set_cookie(COOKIE, browser.client.get_cookie(COOKIE).value)  # type: ignore[union-attr]
    return other


def again(world: World, browser: Browser, email: str = "ana@demo.test") -> Browser:
    own = signed_out(world, browser)
    assert own.post("/login", {"email": email, "password": PASSWORD}).location == "/"
    return own


def test_the_first_sign_in_tells_nobody_and_one_from_another_browser_tells_the_owner(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    sign_in(world, "ana@demo.test")
    assert told(world) == []
    sign_in(world, "ana@demo.test")
    assert told(world) == ["ana@demo.test"]


def test_a_browser_is_known_the_second_time(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    browser, _ = sign_in(world, "ana@demo.test")
    again(world, browser)
    assert told(world) == []


def test_a_mail_about_a_new_device_names_it_and_leads_to_the_sessions(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    sign_in(world, "ana@demo.test")
    other = world.browser()
    other.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Android 14) Gecko/1 Firefox/140.0"
    other.post("/login", {"email": "ana@demo.test", "password": PASSWORD})
    assert "Firefox · Android" in outbox(world.app)[-1].body
    assert "/account/sessions" in outbox(world.app)[-1].body


def test_two_who_share_a_browser_are_both_known_and_nothing_kept_tells_so(world: World) -> None:
    for email in ("ana@demo.test", "eva@demo.test"):
        account(world, email, "agent")
    browser, _ = sign_in(world, "ana@demo.test")
    shared = again(world, again(world, browser, "eva@demo.test"))
    assert told(world) == []
    value = shared.client.get_cookie(COOKIE).value  # type: ignore[union-attr]
    with world.database() as session:
        hashes = list(session.scalars(select(Device.token_hash)))
    assert len(set(hashes)) == 2
    assert value not in hashes


def test_the_device_cookie_is_for_the_server_alone(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    _, answer = sign_in(world, "ana@demo.test")
    [kept] = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(COOKIE)]
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept


def test_a_device_cookie_opens_nothing_by_itself(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    browser, _ = sign_in(world, "ana@demo.test")
    assert signed_out(world, browser).get("/account").status_code == 302


def guess(world: World, times: int, *, at: str) -> list[int]:
    """What somebody at this address is answered who guesses at Ana's password."""
    stranger = world.browser()
    stranger.client.environ_base["REMOTE_ADDR"] = at
    form = {"email": "ana@demo.test", "password": "no es esta"}
    return [stranger.post("/login", form).status_code for _ in range(times)]


def besieged(world: World) -> Browser:
    """Ana's own browser, while others have used up what her account allows: from four addresses, and from beside her."""
    account(world, "ana@demo.test", "agent")
    own = signed_out(world, sign_in(world, "ana@demo.test")[0])
    for n in range(5):
        guess(world, 6, at=f"198.51.100.{n}")
    guess(world, 6, at="127.0.0.1")
    return own


def test_the_owner_signs_in_from_a_known_device_while_others_guess_from_everywhere(world: World) -> None:
    own = besieged(world)
    form = {"email": "ana@demo.test", "password": PASSWORD}
    stranger = world.browser()
    stranger.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert stranger.post("/login", form).status_code == 429  # what guards the account is used up
    assert own.post("/login", form).location == "/"


def test_the_owner_can_ask_for_a_new_password_while_others_guess(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    own = signed_out(world, sign_in(world, "ana@demo.test")[0])
    for n in range(5):
        stranger = world.browser()
        stranger.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{n}"
        for _ in range(6):
            stranger.post("/reset", {"email": "ana@demo.test"})
    assert own.post("/reset", {"email": "ana@demo.test"}).status_code == 200


def test_a_known_device_that_guesses_is_throttled_too(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    own = signed_out(world, sign_in(world, "ana@demo.test")[0])
    form = {"email": "ana@demo.test", "password": "no es esta"}
    assert [own.post("/login", form).status_code for _ in range(6)] == [200] * 5 + [429]


def test_a_device_of_one_account_gives_nothing_for_another(world: World) -> None:
    besieged(world)
    account(world, "eva@demo.test", "agent")
    other = signed_out(world, sign_in(world, "eva@demo.test")[0])
    assert other.post("/login", {"email": "ana@demo.test", "password": PASSWORD}).status_code == 429


def test_a_device_cookie_does_not_tell_whether_there_is_an_account(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    account(world, "eva@demo.test", "agent")
    sent = []
    for email in ("eva@demo.test", "nadie@demo.test"):
        browser = signed_out(world, sign_in(world, "ana@demo.test")[0])
        with counted() as statements:
            browser.post("/login", {"email": email, "password": "no es esta"})
        sent.append([statement.split("(")[0] for statement in statements])
    assert sent[0] == sent[1]


# ---- the page of sessions


def test_the_page_of_sessions_says_when_each_began_and_was_used_last(world: World) -> None:
    person = account(world, "ana@demo.test", "agent")
    browser, _ = sign_in(world, "ana@demo.test")
    assert "Última acción" not in browser.get("/account/sessions").text
    with world.database(), transaction():
        old = datetime.now(UTC) - timedelta(hours=3)
        db.session.execute(update(SignIn).where(SignIn.person_id == person).values(began_at=old))
    browser.post("/language", {"locale": "es"})
    assert "Última acción" in browser.get("/account/sessions").text


@pytest.mark.parametrize(("minutes", "written"), [(59, 0), (61, 1)])
def test_when_a_session_was_used_is_noted_once_an_hour(world: World, minutes: int, written: int) -> None:
    then = datetime.now(UTC) - timedelta(minutes=minutes)
    browser = world.browser(world.person("agent"), began_at=then)
    with counted() as statements:
        for _ in range(2):
            browser.post("/language", {"locale": "xx"})
    assert len([one for one in statements if one.startswith("UPDATE sign_ins")]) == written
