"""The content policy is on every answer, whatever went wrong, and says the same everywhere."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.security_headers import POLICY
from tests.cast import gather
from tests.test_access import TABLE, WITH_CERTIFICATE, address
from tests.world import World

CARRIED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def wrong(answer: Any) -> list[str]:
    """What this answer lacks."""
    policy = answer.headers.getlist("Content-Security-Policy")
    lacks = [] if len(policy) == 1 and "unsafe" not in policy[0] and "default-src 'none'" in policy[0] else ["policy"]
    return lacks + [name for name, value in CARRIED.items() if answer.headers.getlist(name) != [value]]


def test_the_policy_lets_nothing_inline_run() -> None:
    assert "'unsafe" not in POLICY
    assert "script-src 'self'" in POLICY
    assert "frame-ancestors 'none'" in POLICY


@pytest.mark.parametrize("certified", [False, True])
def test_every_page_carries_it_for_whoever_asks(world: World, certified: bool) -> None:
    cast = gather(world, certified=certified)
    browsers = {name: world.browser(person_id) for name, person_id in cast.people.items()} | {"nobody": world.browser()}
    for (method, endpoint), allowed in TABLE.items():
        if (endpoint in WITH_CERTIFICATE) != certified:
            continue
        who = next((name for name in ("nobody", "owner", *browsers) if name in allowed), "nobody")
        path = address(world.app, endpoint, cast)
        answer = browsers[who].get(path) if method == "GET" else browsers[who].post(path)
        assert wrong(answer) == [], (method, endpoint, answer.status_code)


REQUESTS = [
    ("GET", "/static/style.css", {}, 200),
    ("GET", "/static/no-such.css", {}, 404),
    ("GET", "/nowhere", {}, 404),
    ("DELETE", "/login", {}, 405),
    ("GET", "/%00", {}, 400),
    ("POST", "/language", {"data": {"locale": "es"}}, 400),  # no token
    ("POST", "/language", {"headers": {"Origin": "https://elsewhere.test"}}, 400),
    ("POST", "/login", {"data": "a=" + "x" * 2_000_000, "content_type": "application/x-www-form-urlencoded"}, 413),
    ("GET", "/verify/x.json", {}, 422),
    ("GET", "/healthz", {}, 200),
    ("HEAD", "/", {}, 200),
    ("OPTIONS", "/login", {}, 200),
]


@pytest.mark.parametrize(("method", "path", "more", "status"), REQUESTS)
def test_so_does_every_kind_of_refusal(app: Flask, method: str, path: str, more: dict[str, Any], status: int) -> None:
    answer = app.test_client().open(path, method=method, **more)
    assert (answer.status_code, wrong(answer)) == (status, [])
    answer.close()


@pytest.mark.parametrize("script", [False, True])
def test_so_does_an_answer_of_ours_that_fell_over(make_app: Callable[..., Flask], script: bool) -> None:
    app = make_app(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    def falls() -> str:
        raise RuntimeError("SELECT secret FROM people at /srv/lms")

    falls.action = "page.read"  # type: ignore[attr-defined]
    app.add_url_rule("/falls", "falls", falls)
    headers = {"X-Requested-With": "fetch"} if script else {}
    answer = app.test_client().get("/falls", headers=headers)
    assert (answer.status_code, wrong(answer)) == (500, [])
    assert not [word for word in ("SELECT", "/srv", "Traceback", "RuntimeError", "Werkzeug") if word in answer.text]
