"""A cookie that was opened once is believed again, and only that cookie, under that secret, for that long."""

from itertools import count
from typing import Any

import pytest
from flask import Flask, session

from lms import cookies


def opened(app: Flask, cookie: str) -> dict[str, Any]:
    """The session that a request with this cookie has."""
    with app.test_request_context(headers={"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={cookie}"}):
        return dict(session)


def signed(app: Flask, **values: Any) -> str:
    serializer = cookies.Sessions().get_signing_serializer(app)
    assert serializer is not None
    return str(serializer.dumps(values))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestACookie:
    def test_is_opened_here_by_the_app(self, app: Flask) -> None:
        assert isinstance(app.session_interface, cookies.Sessions)

    def test_is_the_same_session_each_time(self, app: Flask) -> None:
        cookie = signed(app, sign_in="one")
        assert [opened(app, cookie) for _ in range(2)] == [{"sign_in": "one"}] * 2

    def test_changed_by_one_sign_is_none(self, app: Flask) -> None:
        cookie = signed(app, sign_in="one")
        opened(app, cookie)
        for at in (3, -10):  # in its values, in its signature
            assert opened(app, cookie[:at] + ("A" if cookie[at] != "A" else "B") + cookie[at:][1:]) == {}

    def test_is_not_believed_under_another_secret(self, app: Flask) -> None:
        cookie = signed(app, sign_in="one")
        opened(app, cookie)
        app.secret_key = "another-secret-" * 3
        assert opened(app, cookie) == {}

    def test_is_not_believed_longer_than_flask_would(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        cookie = signed(app, sign_in="one")
        opened(app, cookie)
        later = cookies.time() + app.permanent_session_lifetime.total_seconds() + 2
        monkeypatch.setattr(cookies, "time", lambda: later)
        monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
        assert opened(app, cookie) == {}

    def test_gives_each_request_a_session_of_its_own(self, app: Flask) -> None:
        cookie = signed(app, sign_in="one", _flashes=[("done", "x")])
        plain = signed(app, sign_in="one")
        for value in (cookie, plain):
            with app.test_request_context(headers={"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={value}"}):
                session["sign_in"] = "two"
                session.get("_flashes", []).append("y")
        assert opened(app, cookie) == {"sign_in": "one", "_flashes": [["done", "x"]]} or opened(app, cookie) == {
            "sign_in": "one",
            "_flashes": [("done", "x")],
        }
        assert opened(app, plain) == {"sign_in": "one"}

    def test_has_one_token_for_its_forms_which_they_take(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        client, ticks = app.test_client(), count(1_800_000_000)
        monkeypatch.setattr("itsdangerous.timed.time.time", lambda: next(ticks))  # each signature would be another
        monkeypatch.setattr(cookies, "time", lambda: 1_800_000_000)
        begun, first, second = (
            client.get("/login").text.split('name="csrf_token" value="')[1].split('"')[0] for _ in range(3)
        )
        assert begun != first == second
        answer = client.post("/language", data={"locale": "en", "csrf_token": first})
        assert answer.status_code == 302
        assert app.test_client().post("/language", data={"locale": "en", "csrf_token": first}).status_code == 400
