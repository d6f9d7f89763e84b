"""Whatever is thrown at a route: a sentence with 4xx, never a 5xx, and never a word about how the platform is built."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import ImmutableMultiDict

from lms.people.models import Membership, Person
from lms.policy import ROLES
from tests.cast import Cast, gather
from tests.conftest import DATABASES
from tests.test_access import ELSEWHERE_TESTED, TABLE, address, routes
from tests.world import Browser, World

# What an answer must not contain: traces, statements, paths, names of what it runs on.
TELLS = re.compile(
    r"Traceback|File \"|sqlalchemy|psycopg|sqlite3|werkzeug|\bSELECT\b|\bINSERT INTO\b|/site-packages/|/lms/[a-z]+\.py|Python/3",
)
BYTES = [
    "\x00",
    "%00",
    "%ff%fe",
    "%c0%80",
    "9" * 30,
    "-1",
    "../../etc/passwd",
    "'",
    '"><script>',
    "x" * 3000,
    "%F0%9F%98%80",
]
EVERY_ROLE = [role for role in ROLES if role != "ombudsperson"]
METHODS = ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
# What ends before any statement is sent, and is the same on either database.
once = pytest.mark.parametrize("database_kind", DATABASES[:1], indirect=True)


def sound(answer: Any, what: Any) -> None:
    assert answer.status_code < 500, (what, answer.status_code)
    if (answer.content_type or "").startswith(("text/", "application/json")):
        found = TELLS.search(answer.text)
        assert found is None, (what, found)


@pytest.fixture
def cast(world: World) -> Cast:
    return gather(world)


@pytest.fixture
def everybody(world: World) -> list[Browser]:
    """Somebody who may do all that roles allow, and nobody."""
    return [world.browser(world.person(*EVERY_ROLE)), world.browser()]


def paths(app: Flask, cast: Cast) -> list[tuple[str, str]]:
    """(method, address) of every row of the table that the cast can name."""
    found = []
    for method, endpoint in TABLE:
        rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
        if rule.arguments <= set(cast.ids):
            found.append((method, address(app, endpoint, cast)))
    return found


def test_odd_addresses_are_answered_with_a_sentence(world: World, cast: Cast, everybody: list[Browser]) -> None:
    ours = {endpoint for _method, endpoint in routes(world.app)}
    rules = {rule.rule for rule in world.app.url_map.iter_rules() if rule.endpoint in ours and rule.arguments}
    for rule in sorted(rules):
        # What is no UUID does not come as far as a view: the converter's own test has them all (test_an_id_is_an_id).
        only_ids = all(part.startswith("uuid:") for part in re.findall(r"<([^>]+)>", rule))
        for odd in ("9" * 30, str(uuid4())) if only_ids else (*BYTES, str(uuid4())):
            path = re.sub(r"<[^>]+>", lambda _m, odd=odd: odd, rule)
            for browser in everybody if not only_ids else everybody[:1]:
                sound(browser.get(path), path)
                sound(browser.post(path), path)


@once
@pytest.mark.parametrize("odd", BYTES)
def test_an_id_is_an_id(app: Flask, odd: str) -> None:
    answer = app.test_client().get(f"/learn/{odd}")
    sound(answer, odd)
    assert answer.status_code in (400, 404, 308)  # 308: a path that climbs is a different path


@contextmanager
def asked_for(app: Flask) -> Iterator[set[str]]:
    """The names of the parameters that pages look for in their address meanwhile."""
    names: set[str] = set()

    class Watched(ImmutableMultiDict[str, str]):
        def _note(self, name: Any) -> None:
            names.add(name)

        def __getitem__(self, name: Any) -> Any:
            self._note(name)
            return super().__getitem__(name)

        def __contains__(self, name: object) -> bool:
            self._note(name)
            return super().__contains__(name)

        def get(self, name: Any, *more: Any, **named: Any) -> Any:
            self._note(name)
            return super().get(name, *more, **named)

        def getlist(self, name: Any, *more: Any, **named: Any) -> Any:
            self._note(name)
            return super().getlist(name, *more, **named)

    before = app.request_class
    app.request_class = type("Watching", (before,), {"parameter_storage_class": Watched})
    try:
        yield names
    finally:
        app.request_class = before


def test_odd_parameters_of_a_page_are_no_error(world: World, cast: Cast, everybody: list[Browser]) -> None:
    looked_for = set()
    for method, path in paths(world.app, cast):
        if method == "GET":
            with asked_for(world.app) as names:
                sound(everybody[0].get(path), path)
            looked_for |= names
            for odd in BYTES if names else ():
                query = "&".join(f"{name}={odd}" for name in sorted(names))
                sound(everybody[0].get(f"{path}?{query}"), (path, odd))
    assert {"page", "role", "name"} <= looked_for, looked_for


@once
def test_ten_thousand_parameters_are_too_many_or_harmless(world: World, cast: Cast, everybody: list[Browser]) -> None:
    many = {f"p{n}": "x" for n in range(10_000)}
    query = "&".join(f"p{n}=x" for n in range(10_000))
    # What counts parameters is the same for every form: one of each topic.
    posts = {path.split("/")[1]: path for method, path in paths(world.app, cast) if method == "POST"}
    for path in posts.values():
        sound(everybody[0].post(path, many), path)
    for path in ("/", "/people", "/courses", "/verify"):
        sound(everybody[0].get(f"{path}?{query}"), path)


@pytest.mark.parametrize("value", ["\x00", "9" * 30, "\ud800", "x" * 20_000, "'; DROP TABLE people; --", "2026-99-99"])
def test_odd_values_in_every_field_are_refused_or_kept_as_text(world: World, cast: Cast, value: str) -> None:
    browser = world.browser(world.person(*EVERY_ROLE))
    fields = (
        "email", "name", "role", "locale", "timezone", "since", "until", "day", "time", "minutes", "kind", "format", "note",
        "pairing_id", "person_id", "mentor_id", "session", "scheme_id", "certificate_name", "name_kind", "course",
        "begins_on", "ends_on", "seats", "verdict", "reasons", "reason", "document", "show", "newest", "page", "sequence",
        "base", "reflection", "q0", "setting", "observed_on", "level_1_1", "password", "code", "next", "pronouns", "words",
        "text", "quote", "paragraph", "start", "key",
        "way", "reader_id", "text", "well", "signs", "limits", "review_on", "keep", "voice",
    )  # fmt: skip
    body = dict.fromkeys(
        fields, value.encode("utf-8", "surrogatepass").decode("latin-1") if value == "\ud800" else value
    )
    for method, path in paths(world.app, cast):
        if method == "POST":
            sound(browser.post(path, body), (path, value[:20]))


def test_broken_bytes_as_a_body_are_no_error(world: World, cast: Cast, everybody: list[Browser]) -> None:
    for content_type in (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json",
        "x/y",
    ):
        for method, path in paths(world.app, cast):
            if method == "POST":
                answer = everybody[0].client.post(
                    path, data=b"\xff\xfe\x00=%ff&--x\r\n\r\n{", content_type=content_type,
                    headers={"X-CSRFToken": everybody[0].token},
                )  # fmt: skip
                sound(answer, (path, content_type))


@once
def test_other_methods_are_refused(world: World, cast: Cast, everybody: list[Browser]) -> None:
    seen = set()
    for _method, path in paths(world.app, cast):
        for method in METHODS:
            answer = everybody[0].client.open(path, method=method, headers={"X-CSRFToken": everybody[0].token})
            sound(answer, (method, path))
            seen.add(answer.status_code)
    assert seen <= {400, 404, 405, 501}


def _posts(world: World, cast: Cast) -> list[str]:
    """Every address for a deed; but that of mail programs, which unsubscribe with the secret in it and with nothing else."""
    return [path for method, path in paths(world.app, cast) if method == "POST" and "/messages/stop/" not in path]


@once
def test_nothing_is_done_without_the_page_s_own_token(world: World, cast: Cast) -> None:
    browser, stranger = world.browser(world.person(*EVERY_ROLE)), world.browser()
    for path in _posts(world, cast):
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": browser.token[:-3]}):
            answer = browser.client.post(path, data=token)
            assert answer.status_code == 400, (path, token)
            sound(answer, path)
    assert stranger.client.post("/language", data={"locale": "en"}).status_code == 400


@once
def test_nothing_is_done_for_another_site(world: World, cast: Cast) -> None:
    browser = world.browser(world.person(*EVERY_ROLE))
    for path in _posts(world, cast):
        for headers in (
            {"Origin": "https://evil.test"},
            {"Referer": "https://evil.test/x"},
            {"Sec-Fetch-Site": "cross-site"},
        ):
            data = {"csrf_token": browser.token}
            answer = browser.client.post(path, data=data, headers=headers, base_url="https://localhost")
            assert answer.status_code in (400, 404), (path, headers, answer.status_code)


@once
@pytest.mark.parametrize(
    "there", ["//evil.test", "https://evil.test/", "/\\evil.test", "javascript:alert(1)", "\t//evil.test"]
)
def test_no_answer_leads_to_another_site(world: World, cast: Cast, there: str) -> None:
    browser = world.browser(world.person(*EVERY_ROLE))
    pages = {path for _method, path in paths(world.app, cast)} | {"/login", "/verify", "/account/confirm"}
    for path in sorted(pages):
        answers = [
            browser.client.get(path, query_string={"next": there}),
            browser.post(f"{path}", {"next": there}),
            browser.client.get(path, headers={"Host": "localhost", "X-Forwarded-Host": "evil.test"}),
        ]
        for answer in answers:
            place = urlsplit(answer.location or "")
            assert (place.scheme, place.netloc) in (("", ""), ("http", "localhost")), (path, answer.location)
            assert not (answer.location or "/").startswith(("//", "/\\", "\t")), (path, answer.location)
            sound(answer, path)


def test_fields_that_no_form_asks_for_set_nothing(world: World, cast: Cast) -> None:
    me = world.person("agent", "registrar")
    browser = world.browser(me)
    more = {
        "id": str(uuid4()), "person_id": str(me), "federation_id": str(world.elsewhere), "roles": "admin", "active": "",
        "given_by": str(me), "state": "signed", "signed_by": str(me), "fs_uniquifier": "x", "second_factor": "1",
        "author_id": str(me), "issued_by": str(me), "show_name": "1", "confirmed_at": "2099-01-01", "admin": "1",
    }  # fmt: skip
    for path in _posts(world, cast):
        sound(browser.post(path, more), path)
    with world.database() as session:
        person = session.get_one(Person, me)
        assert (person.active, person.fs_uniquifier) == (True, f"uniquifier-{me}")
        roles = set(session.scalars(select(Membership.role).where(Membership.person_id == me)))
        assert roles == {"agent", "registrar"}


def test_routes_tested_elsewhere_are_thrown_at_too(world: World, everybody: list[Browser]) -> None:
    known = {rule.endpoint: rule for rule in world.app.url_map.iter_rules()}
    for method, endpoint in sorted(ELSEWHERE_TESTED):
        path = re.sub(r"<[^>]+>", str(uuid4()), known[endpoint].rule)
        for browser in everybody:
            sound(browser.client.open(path, method=method, data={"csrf_token": browser.token, "x": "\x00"}), path)
