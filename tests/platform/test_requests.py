"""What every request must pass, and what every answer carries."""

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from lms import errors
from lms.db import db
from lms.pages import own_page
from tests.world import Browser, World


def test_a_post_without_token_is_refused(world: World) -> None:
    browser = world.browser()
    assert browser.client.post("/language", data={"locale": "en"}).status_code == 400


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_post_from_another_site_is_refused_even_with_a_token(world: World, headers: dict[str, str]) -> None:
    assert world.browser().post("/language", {"locale": "en"}, headers=headers).status_code == 400


def test_the_language_is_chosen_and_kept(world: World) -> None:
    browser = world.browser()
    answer = browser.post("/language", {"locale": "en", "next": "/verify"})
    assert (answer.status_code, answer.location) == (302, "/verify")
    assert '<html lang="en"' in browser.get("/").text


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.test",
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "javascript:alert(1)",
        "",
        None,
        "evil",
        "///evil.test",
    ],
)
def test_no_address_leads_away(address: str | None) -> None:
    assert own_page(address) == "/"


def test_own_addresses_are_kept() -> None:
    assert own_page("/courses?page=2") == "/courses?page=2"


@pytest.mark.parametrize(
    "path",
    [
        "/verify/%00",
        "/?x=%00",
        "/courses/" + "9" * 30,
        "/learn/" + "9" * 30,
        "/certificates/1",
        "/no-such-page",
        "/verify/" + "A" * 5000,
    ],
)
def test_odd_addresses_are_answered_with_4xx_and_no_trace(world: World, path: str) -> None:
    answer = world.browser().get(path)
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text
    assert "<h1" in answer.text


def test_ten_thousand_parameters_and_a_huge_body_are_refused(world: World) -> None:
    browser = world.browser()
    many = {f"p{i}": "x" * 60 for i in range(10_000)}
    assert browser.post("/language", many).status_code in (400, 413)
    assert browser.client.post("/language", data=b"x" * 2_000_000).status_code == 413


def test_broken_utf8_is_no_fault_of_ours(world: World) -> None:
    browser = world.browser()
    body = f"csrf_token={browser.token}&locale=%ff%fe&next=%c3".encode()
    answer = browser.client.post("/language", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code < 500
    assert browser.get("/?x=%ff").status_code < 500


def test_a_nul_in_a_form_is_refused(world: World) -> None:
    assert world.browser().post("/language", {"locale": "e\x00s"}).status_code == 400


def test_every_answer_has_a_strict_policy(world: World) -> None:
    headers = world.browser().get("/").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_of_signed_in_people_are_not_stored(world: World) -> None:
    assert world.browser(world.person("agent")).get("/").headers["Cache-Control"] == "no-store"


def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(world: World) -> None:
    answer = world.browser().post("/language", {"locale": "en"})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_behind_tls_the_cookie_is_secure(make_app) -> None:
    app: Flask = make_app(BASE_URL="https://entrepares.test")
    answer = Browser(app).post("/language", {"locale": "en"}, base_url="https://entrepares.test")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_locked_database_is_answered_with_503(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_args: object, **_more: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    monkeypatch.setattr(db.session, "execute", locked)
    answer = world.browser().get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "SELECT" not in answer.text


def test_a_fault_of_ours_says_nothing_of_how_we_are_built(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("secret detail at /srv/app.py")

    monkeypatch.setattr(db.session, "execute", broken)
    answer = world.browser().get("/readyz")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "RuntimeError" not in answer.text


def test_each_error_page_says_what_to_do() -> None:
    assert all(len(texts) == 3 and all(texts) for texts in errors.PAGES.values())
