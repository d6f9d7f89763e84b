"""Signing in and out: sessions, second factors, throttling, and what must not be found out."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pyotp
import pytest
from flask_security import MfRecoveryCodesUtil
from sqlalchemy import func, select, update

from lms import audit
from lms.db import db, transaction
from lms.people.models import Federation, Person, SignIn
from tests.people.place import PASSWORD, account, link_in, outbox, sign_in
from tests.people.test_welcome import body
from tests.statements import counted
from tests.world import Browser, World

NEW = "veinte mareas lentas"


def cookie(browser: Browser) -> str:
    found = browser.client.get_cookie("entrepares")
    assert found is not None
    return found.value


def alive(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def test_signing_in_begins_a_new_session_and_the_old_cookie_stays_nobody(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    browser = world.browser()
    before = cookie(browser)
    assert browser.post("/login", {"email": " ANA@demo.test", "password": PASSWORD}).location == "/"
    assert cookie(browser) != before
    assert alive(browser)
    fixed = world.browser()
    fixed.client.set_cookie("entrepares", before)
    assert not alive(fixed)


def test_a_cookie_replayed_after_signing_out_opens_nothing(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    browser, _ = sign_in(world, "ana@demo.test")
    kept = cookie(browser)
    assert browser.post("/logout").status_code == 302
    assert not alive(browser)
    browser.client.set_cookie("entrepares", kept)
    assert not alive(browser)


def test_signing_out_needs_a_post(world: World) -> None:
    browser = world.browser(world.person("agent"))
    assert browser.get("/logout").status_code == 405
    assert alive(browser)


def test_a_session_ends_by_itself(world: World) -> None:
    old = datetime.now(UTC) - timedelta(seconds=1)
    assert not alive(world.browser(world.person("agent"), expires_at=old))


def test_changing_the_password_ends_the_other_sessions_and_tells_the_owner(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    here, there = sign_in(world, "ana@demo.test")[0], sign_in(world, "ana@demo.test")[0]
    form = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    assert here.post("/change", form).location == "/account"
    assert alive(here)
    assert not alive(there)
    assert sign_in(world, "ana@demo.test", NEW)[1].location == "/"
    assert "Ha cambiado tu contraseña" in [mail.subject for mail in outbox(world.app)]
    with world.database() as session:
        assert session.scalar(select(func.count()).where(SignIn.ended_at.is_(None))) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "otra cosa"}, "no es tu contraseña"),
        ({"new_password": "corta", "new_password_confirm": "corta"}, "es corta"),
        ({"new_password_confirm": "distinta"}, "no coinciden"),
    ],
)
def test_a_wrong_change_of_password_gets_a_sentence(world: World, change: dict[str, str], words: str) -> None:
    account(world, "ana@demo.test", "agent")
    browser, _ = sign_in(world, "ana@demo.test")
    form = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    answer = browser.post("/change", form | change)
    assert words in answer.text


def test_sign_in_says_the_same_for_a_known_and_an_unknown_address(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    answers = [sign_in(world, email, "no es esta")[1] for email in ("ana@demo.test", "eva@demo.test")]
    assert answers[0].status_code == answers[1].status_code
    assert body(answers[0].text.replace("ana@", "x@")) == body(answers[1].text.replace("eva@", "x@"))
    assert "no coinciden" in answers[0].text


def test_reset_says_the_same_for_a_known_and_an_unknown_address(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    answers = [world.browser().post("/reset", {"email": email}) for email in ("ana@demo.test", "eva@demo.test")]
    assert answers[0].status_code == answers[1].status_code
    assert body(answers[0].text.replace("ana@", "x@")) == body(answers[1].text.replace("eva@", "x@"))
    assert [mail.to for mail in outbox(world.app)] == [["ana@demo.test"]]


def test_reset_does_the_same_work_for_a_known_and_an_unknown_address(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    world.app.extensions["lms_bell"] = lambda _job: None
    sent = {}
    for email in ("ana@demo.test", "eva@demo.test"):
        with counted() as statements:
            world.browser().post("/reset", {"email": email})
        sent[email] = [statement.split("(")[0] for statement in statements]
    assert sent["ana@demo.test"] == sent["eva@demo.test"]


def test_a_reset_link_works_once_and_ends_every_session(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    signed_in, _ = sign_in(world, "ana@demo.test")
    world.browser().post("/reset", {"email": "ana@demo.test"})
    link = link_in(outbox(world.app)[-1].body)
    form = {"password": NEW, "password_confirm": NEW}
    weak = world.browser().post(link, {"password": "corta", "password_confirm": "corta"})
    assert "es corta" in weak.text
    assert world.browser().post(link, form).location == "/login"
    assert not alive(signed_in)
    assert world.browser().post(link, form).location == "/reset"
    assert sign_in(world, "ana@demo.test", NEW)[1].location == "/"


def test_the_sixth_wrong_password_waits_and_the_right_one_then_too(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    answers = [sign_in(world, "ana@demo.test", "no es esta")[1].status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    assert "no está bloqueada" in sign_in(world, "ana@demo.test")[1].text


def test_another_address_can_still_sign_in_while_one_is_throttled(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    for _ in range(6):
        sign_in(world, "ana@demo.test", "no es esta")
    elsewhere = world.browser()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert elsewhere.post("/login", {"email": "ana@demo.test", "password": PASSWORD}).status_code == 302


def test_an_address_that_tries_many_accounts_is_throttled(world: World) -> None:
    answers = [sign_in(world, f"p{n}@demo.test", "no es esta")[1].status_code for n in range(21)]
    assert answers[-2:] == [200, 429]


def test_a_class_signs_in_together_behind_one_address(world: World) -> None:
    for n in range(22):
        account(world, f"p{n}@demo.test", "agent")
        assert sign_in(world, f"p{n}@demo.test")[1].status_code == 302


def test_many_sign_in_at_the_same_moment(world: World) -> None:
    emails = [f"p{n}@demo.test" for n in range(12)]
    for email in emails:
        account(world, email, "agent")
    with ThreadPoolExecutor(len(emails)) as pool:
        answers = list(pool.map(lambda email: sign_in(world, email)[1].status_code, emails))
    assert answers == [302] * len(emails)
    with world.database():
        assert list(audit.verify(world.here)) == []


def test_asking_for_reset_links_is_throttled_alike_for_everyone(world: World) -> None:
    account(world, "ana@demo.test")
    for email in ("ana@demo.test", "eva@demo.test"):
        answers = [world.browser().post("/reset", {"email": email}).status_code for _ in range(6)]
        assert answers == [200] * 5 + [429]


ELSEWHERE = [
    "//evil.test",
    "https://evil.test",
    "\\\\evil.test",
    "/\\evil.test",
    "///evil.test",
    "/\t/evil.test",
    " //evil.test",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_signing_in_never_leads_elsewhere(world: World, address: str) -> None:
    account(world, "ana@demo.test", "agent")
    _, answer = sign_in(world, "ana@demo.test", next=address)
    assert answer.location in (None, "/", "/%5Cevil.test")  # the last is a page of ours that is not there


@pytest.mark.parametrize("address", ELSEWHERE)
def test_confirming_never_leads_elsewhere(world: World, address: str) -> None:
    account(world, "ana@demo.test", "agent")
    browser, _ = sign_in(world, "ana@demo.test")
    answer = browser.client.post(
        "/account/confirm", query_string={"next": address}, data={"csrf_token": browser.token, "password": PASSWORD}
    )
    assert answer.location == "/"


def test_extra_fields_of_the_sign_in_form_change_nothing(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    browser, _ = sign_in(world, "ana@demo.test", remember="y", active="", roles="admin", tf_primary_method="none")
    assert browser.client.get_cookie("remember_token") is None
    assert browser.get("/people").status_code == 404


def test_json_is_not_spoken_at_the_door(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    browser = world.browser()
    answer = browser.client.post(
        "/login?include_auth_token=1",
        json={"email": "ana@demo.test", "password": PASSWORD},
        headers={"X-CSRFToken": browser.token},
    )
    assert answer.status_code == 400


def test_a_form_without_its_token_is_refused(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    answer = world.browser().client.post("/login", data={"email": "ana@demo.test", "password": PASSWORD})
    assert answer.status_code == 400


# ---- second factor


def demand(world: World) -> None:
    """Let the federation ask a second factor of those who decide."""
    with world.database(), transaction():
        db.session.execute(update(Federation).values(second_factor_waived=False))


def set_up_codes(browser: Browser) -> Any:
    """Walk through the set-up of an authenticator; gives the authenticator."""
    page = browser.post("/tf-setup", {"setup": "authenticator"}).text
    secret = page.partition('<code id="key">')[2].partition("<")[0].replace("-", "").replace(" ", "")
    action = page.partition('action="/tf-setup/')[2].partition('"')[0]
    totp = pyotp.TOTP(secret)
    answer = browser.post(f"/tf-setup/{action}", {"code": totp.now()})
    assert answer.location == "/account/second-factor"
    return totp


def test_a_wrong_first_code_shows_the_same_drawing_again(world: World) -> None:
    account(world, "rosa@demo.test", "registrar")
    demand(world)
    browser, _ = sign_in(world, "rosa@demo.test")
    page = browser.post("/tf-setup", {"setup": "authenticator"}).text
    key = page.partition('<code id="key">')[2].partition("<")[0]
    action = page.partition('action="/tf-setup/')[2].partition('"')[0]
    again = browser.post(f"/tf-setup/{action}", {"code": "000000"})
    assert again.status_code == 422
    assert key in again.text
    assert "data:image" in again.text
    assert "Escribe el que ves en este momento" in again.text
    totp = pyotp.TOTP(key.replace("-", "").replace(" ", ""))
    assert browser.post(f"/tf-setup/{action}", {"code": totp.now()}).location == "/account/second-factor"


def test_a_registrar_without_a_second_factor_is_sent_to_set_one_up_and_then_let_in(world: World) -> None:
    account(world, "rosa@demo.test", "registrar")
    demand(world)
    browser, _ = sign_in(world, "rosa@demo.test")
    assert browser.get("/people").location.startswith("/account/second-factor")
    assert "data:image" in browser.post("/tf-setup", {"setup": "authenticator"}).text
    set_up_codes(browser)
    assert browser.get("/people").status_code == 200
    assert "segundo paso" in outbox(world.app)[-1].subject


def test_an_agent_needs_no_second_factor(world: World) -> None:
    account(world, "ana@demo.test", "agent")
    demand(world)
    browser, _ = sign_in(world, "ana@demo.test")
    assert browser.get("/account/documents/code-of-ethics").status_code in (200, 404)


def test_the_code_is_asked_at_sign_in_and_throttled(world: World) -> None:
    account(world, "rosa@demo.test", "registrar")
    demand(world)
    totp = set_up_codes(sign_in(world, "rosa@demo.test")[0])
    browser, answer = sign_in(world, "rosa@demo.test", next="/people")
    assert answer.location.startswith("/tf-validate")
    assert not alive(browser)
    assert "no es válido" in browser.post(answer.location, {"code": "000000"}).text
    assert (
        browser.post(answer.location, {"code": totp.at(datetime.now(UTC) + timedelta(seconds=30))}).location
        == "/people"
    )
    assert browser.get("/people").status_code == 200
    other, _ = sign_in(world, "rosa@demo.test")
    answers = [other.post("/tf-validate", {"code": "000000"}).status_code for _ in range(5)]
    assert answers[-1] == 429


def test_a_recovery_code_opens_the_account_once(world: World) -> None:
    account(world, "rosa@demo.test", "registrar")
    demand(world)
    browser, _ = sign_in(world, "rosa@demo.test")
    set_up_codes(browser)
    page = browser.post("/mf-recovery-codes", {"generate_new_codes": "1"}).text
    code = page.partition("<li><code>")[2].partition("<")[0]
    for expected in (302, 200):
        other, _ = sign_in(world, "rosa@demo.test")
        assert other.post("/mf-recovery", {"code": code}).status_code == expected
    with world.database() as session:
        assert session.scalar(select(func.count()).where(SignIn.second_factor)) >= 2


def test_a_session_without_the_second_factor_cannot_change_it(world: World) -> None:
    person = account(world, "rosa@demo.test", "registrar")
    demand(world)
    set_up_codes(sign_in(world, "rosa@demo.test")[0])
    with world.database() as session:
        uniquifier = session.get(Person, person).fs_uniquifier
    browser = world.browser(person, second_factor=False)
    with browser.client.session_transaction() as cookie_:
        cookie_["_user_id"] = uniquifier
    for address in ("/tf-setup", "/wan-register", "/mf-recovery-codes"):
        assert browser.get(address).location == "/account/second-factor"
        assert browser.post(address, {"setup": "disable"}).location == "/account/second-factor"


# ---- proving again


def test_a_stale_session_confirms_before_a_sensitive_act_and_comes_back(world: World) -> None:
    admin = account(world, "ada@demo.test", "admin")
    agent = world.person("agent")
    browser, _ = sign_in(world, "ada@demo.test")
    with world.database(), transaction():
        old = datetime.now(UTC) - timedelta(hours=2)
        db.session.execute(update(SignIn).where(SignIn.person_id == admin).values(confirmed_at=old))
    address = f"/people/{agent}/roles"
    asked = browser.get(address)
    assert asked.location.startswith("/account/confirm?next=")
    assert browser.post(address, {"role": "senior"}).location.startswith("/account/confirm")
    assert browser.post(asked.location, {"password": "no es esta"}).status_code == 422
    assert browser.post(asked.location, {"password": PASSWORD}).location == address
    assert browser.get(address).status_code == 200


def test_confirming_asks_for_the_code_of_who_uses_one(world: World) -> None:
    account(world, "rosa@demo.test", "registrar")
    browser, _ = sign_in(world, "rosa@demo.test")
    totp = set_up_codes(browser)
    assert browser.post("/account/confirm", {"password": PASSWORD}).status_code == 422
    assert browser.post("/account/confirm", {"password": PASSWORD, "code": "000000"}).status_code == 422
    good = {"password": PASSWORD, "code": totp.at(datetime.now(UTC) + timedelta(seconds=30))}
    assert browser.post("/account/confirm", good).location == "/"
    assert browser.post("/account/confirm", good).status_code == 422  # a code opens once


def test_confirming_is_throttled(world: World) -> None:
    account(world, "rosa@demo.test", "registrar")
    browser, _ = sign_in(world, "rosa@demo.test")
    answers = [browser.post("/account/confirm", {"password": "x"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_code_opens_once_even_for_two_at_the_same_moment(world: World) -> None:
    account(world, "rosa@demo.test", "registrar")
    code = set_up_codes(sign_in(world, "rosa@demo.test")[0]).at(datetime.now(UTC) + timedelta(seconds=30))
    waiting = [sign_in(world, "rosa@demo.test")[0] for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda browser: browser.post("/tf-validate", {"code": code}), waiting))
    assert sorted(alive(browser) for browser in waiting) == [False, True]
    assert sorted(answer.status_code for answer in answers) != [302, 302]


def recovery_codes(browser: Browser) -> list[str]:
    """New ones, as the page shows them."""
    page = browser.post("/mf-recovery-codes", {"generate_new_codes": "1"}).text
    return re.findall(r"<li><code>([^<]+)</code>", page)


def test_a_recovery_code_opens_once_even_for_two_at_the_same_moment(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    account(world, "rosa@demo.test", "registrar")
    browser, _ = sign_in(world, "rosa@demo.test")
    set_up_codes(browser)
    code = recovery_codes(browser)[0]
    waiting = [sign_in(world, "rosa@demo.test")[0] for _ in range(2)]
    both, real = Barrier(2), MfRecoveryCodesUtil.check_recovery_code

    def checked(self: Any, user: Any, code: str) -> bool:
        found = real(self, user, code)
        with suppress(BrokenBarrierError):  # who holds the row waits in vain for the other
            both.wait(timeout=1)
        return found

    monkeypatch.setattr(MfRecoveryCodesUtil, "check_recovery_code", checked)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: one.post("/mf-recovery", {"code": code}), waiting))
    assert sorted(alive(one) for one in waiting) == [False, True]


def test_recovery_codes_can_be_taken_along_and_new_ones_end_the_old(world: World) -> None:
    account(world, "rosa@demo.test", "registrar")
    browser, _ = sign_in(world, "rosa@demo.test")
    set_up_codes(browser)
    old = recovery_codes(browser)
    page = browser.get("/mf-recovery-codes?show_codes=1").text
    assert "download=" in page
    assert all(page.count(code) == 2 for code in old)  # on the page, and in the file
    assert f"Quedan {len(old)}" in browser.get("/account/second-factor").text
    recovery_codes(browser)
    other, _ = sign_in(world, "rosa@demo.test")
    assert other.post("/mf-recovery", {"code": old[0]}).status_code == 200
    assert not alive(other)


def test_recovery_codes_are_not_legible_in_the_database(world: World) -> None:
    person = account(world, "rosa@demo.test", "registrar")
    browser, _ = sign_in(world, "rosa@demo.test")
    set_up_codes(browser)
    codes = recovery_codes(browser)
    with world.database() as session:
        kept = str(session.get(Person, person).mf_recovery_codes)
    assert not [code for code in codes if code in kept]
