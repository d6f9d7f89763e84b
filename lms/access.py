"""The door: each request's actor, and the action that its route declares, judged before the view runs."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, redirect, request, url_for
from werkzeug.exceptions import NotFound

from lms import clock, i18n, policy, texts
from lms.errors import wants_json
from lms.policy import Actor

# A sensitive form opens when the person proved who they are within this time; sending it may take as long again.
FRESH = timedelta(minutes=30)


class Undeclared(RuntimeError):
    """A route without an action: a mistake of ours."""


def actor() -> Actor:
    """The person who acts; only for views whose action asks for one."""
    found = g.actor
    if found is None:
        raise NotFound
    return found


def _declared(app: Flask) -> str | None:
    if request.endpoint is None:
        return None
    view = app.view_functions[request.endpoint]
    if request.endpoint == "static" or request.endpoint.startswith("security."):
        return "session.begin"
    found = policy.action_of(view, request.method)
    if found is None:
        raise Undeclared(request.endpoint)
    return found


def _elsewhere(endpoint: str) -> Any:
    """Send the person to a page that has to come first, and back here afterwards (to a page, never to a deed)."""
    if wants_json():
        return {"error": "sign-in", "message": endpoint}, 401
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for(endpoint) + (f"?{urlencode({'next': back})}" if back and back != "/" else ""))


def _judge(app: Flask) -> Any:
    action = _declared(app)
    if action is None:
        return None
    rule, who = policy.RULES[action], g.actor
    if rule.public:
        return None
    if who is None:
        return _elsewhere("security.login")
    if not policy.may(who, action):
        raise NotFound
    if who.owes_second_factor and not rule.before_second_factor:
        return _elsewhere("account.second_factor")
    if not who.consented and not rule.before_consent:
        return _elsewhere("account.consent")
    age = clock.now() - who.confirmed_at
    if rule.fresh and age > (FRESH if request.method == "GET" else 2 * FRESH):
        return _elsewhere("account.confirm")
    return None


def init_app(app: Flask, load_actor: Any) -> None:
    """Load the actor and judge the declared action at the beginning of each request."""

    @app.before_request
    def arrive() -> Any:
        g.actor = None
        if request.endpoint == "static":
            return None
        g.actor = load_actor()
        texts.settle(i18n.locale())
        return _judge(app)
