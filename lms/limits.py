"""Throttling, per address and per account, counted in LIMITS_URL; and how much a page takes in."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address)
# The most that any page takes in, whatever the sender says of it: the server itself lets no more come.
LARGEST_BODY = 16_000_000
ViewT = TypeVar("ViewT", bound=Callable[..., Any])


def takes(most: int) -> Callable[[ViewT], ViewT]:
    """Mark a view that is sent files: it takes bodies of `most` bytes, where others take MAX_CONTENT_LENGTH."""
    if most > LARGEST_BODY:
        raise ValueError(most)

    def mark(view: ViewT) -> ViewT:
        view.most_bytes = most  # type: ignore[attr-defined]
        return view

    return mark


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
