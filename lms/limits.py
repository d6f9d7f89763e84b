"""Throttling, per address and per account; counted in LIMITS_URL."""

from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address)


def init_app(app: Flask) -> None:
    """Attach the limiter. Views that guess-proof something carry `@limiter.limit`."""
    app.config["RATELIMIT_STORAGE_URI"] = app.config["LIMITS_URL"]
    limiter.init_app(app)
    # It looks for limits that hold for every page. There are none: a limited view checks its own, and limits what is sent.
    app.before_request_funcs[None].remove(limiter._check_request_limit)
    settle = app.after_request_funcs[None].pop()

    @app.after_request
    def settle_what_was_sent(response: Response) -> Any:
        return settle(response) if request.method == "POST" else response
