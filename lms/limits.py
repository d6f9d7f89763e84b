"""Throttling, per address and per account; counted in LIMITS_URL."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address)


def init_app(app: Flask) -> None:
    """Attach the limiter. Views that guess-proof something carry `@limiter.limit`."""
    app.config["RATELIMIT_STORAGE_URI"] = app.config["LIMITS_URL"]
    limiter.init_app(app)
    # It looks for limits that hold for every page. There are none: a limited view checks its own.
    app.before_request_funcs[None].remove(limiter._check_request_limit)
