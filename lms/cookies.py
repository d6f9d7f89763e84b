"""The session's cookie and its form token: what has been checked or signed once in this process is not again for each page.

Both are Flask's and Flask-WTF's own; together they took a fifteenth of a desk. A cookie is known by its whole text, signature
included, and by the secret; it is believed for as long as Flask would believe it. Nothing here outlives the process.
"""

from time import time
from typing import Any

from flask import Flask, Request, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature

MOST = 4_096  # cookies kept; then it begins anew
PLAIN = (str, int, bool, type(None))


class Sessions(SecureCookieSessionInterface):
    """Flask's signed sessions, opened once for each cookie."""

    def __init__(self) -> None:
        self._opened: dict[tuple[Any, str], tuple[float, dict[str, Any]]] = {}

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session in a request's cookie; an empty one when there is none that can be believed."""
        value = request.cookies.get(self.get_cookie_name(app))
        if not value:
            return self.session_class() if app.secret_key else None
        key = (app.secret_key, value)
        kept = self._opened.get(key)
        if kept is not None and time() <= kept[0]:
            return self.session_class(kept[1])
        return self._read(app, key)

    def _read(self, app: Flask, key: tuple[Any, str]) -> SecureCookieSession | None:
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        lasts = int(app.permanent_session_lifetime.total_seconds())
        try:
            data, signed_at = serializer.loads(key[1], max_age=lasts, return_timestamp=True)
        except BadSignature:
            return self.session_class()
        # What holds more than plain values (a page's messages) could be changed in place, and passes quickly anyway.
        if all(isinstance(value, PLAIN) for value in data.values()):
            if len(self._opened) >= MOST:
                self._opened.clear()
            self._opened[key] = (signed_at.timestamp() + lasts, dict(data))
        return self.session_class(data)


def init_app(app: Flask) -> None:
    """Attach the sessions, and give templates a `csrf_token` that is signed once for each session. Call after CSRFProtect."""
    app.session_interface = Sessions()
    signed: dict[tuple[Any, str], str] = {}

    def token_of(raw: str) -> str:
        key = (current_app.secret_key, raw)
        token = signed.get(key)
        if token is None:
            if len(signed) >= MOST:
                signed.clear()
            token = signed[key] = generate_csrf()
        return token

    def csrf_token() -> str:
        """The request's token; a visitor's first one begins their session."""
        raw = session.get("csrf_token")
        if "csrf_token" in g or not isinstance(raw, str):
            return generate_csrf()
        g.csrf_token = token = token_of(raw)
        return token

    @app.before_request
    def lay_ready() -> None:
        """Forms of Flask-WTF would sign a token of their own, were there none."""
        if request.endpoint != "static" and isinstance(raw := session.get("csrf_token"), str):
            g.csrf_token = token_of(raw)

    app.jinja_env.globals["csrf_token"] = csrf_token  # for macros
    app.context_processor(lambda: {"csrf_token": csrf_token})  # for pages, instead of CSRFProtect's
