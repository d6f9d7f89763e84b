"""Where packages run: an origin of their own, where nobody is signed in, and what may be reached there.

A package is a third party's program. On its own origin the browser keeps it from our cookies, pages and storage, and the platform
answers there with nothing but the package's files, its frame and the place where it saves. What opens those is a signed address
that lives as long as the window it was made for.
"""

from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import NotFound

# What is answered there, and nowhere else (save the stylesheet and scripts that everybody may have).
THERE = frozenset({"packages.frame", "packages.save", "packages.content", "packages.runtime"})
EVERYWHERE = frozenset({"static", "platform.healthz"})


class Key(NamedTuple):
    """What a signed address opens: one window, shown inside a page of `embedder` (scheme and host)."""

    enrolment_id: UUID
    lesson_id: UUID
    window: UUID
    embedder: str


def address() -> str | None:
    """The origin of packages, without a slash at its end; None when there is none."""
    return str(current_app.config["PACKAGES_URL"]).rstrip("/") or None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="packages.window")


def signed(key: Key) -> str:
    """The part of an address that opens a window."""
    return _signer().dumps([key.enrolment_id.hex, key.lesson_id.hex, key.window.hex, key.embedder])


def opened(token: str) -> Key:
    """What a signed address opens. Raises NotFound for one that is not ours, or too old."""
    try:
        enrolment, lesson, window, embedder = _signer().loads(
            token, max_age=int(current_app.config["SESSION_HOURS"]) * 3600
        )
        return Key(UUID(enrolment), UUID(lesson), UUID(window), embedder)
    except (BadData, ValueError, TypeError, AttributeError):
        raise NotFound from None


def keep_apart() -> None:
    """Before each request: packages are answered at their own host, and nothing else is answered there."""
    origin = address()
    there = origin is not None and request.host == urlsplit(origin).netloc
    if request.endpoint in EVERYWHERE or there == (request.endpoint in THERE):
        return
    if request.method == "POST":
        _ = request.form  # too large a body is refused as everywhere
    raise NotFound


def frame_policy(embedder: str) -> str:
    """The content policy of the frame around a package: our run-time and nothing else."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; "
        f"frame-ancestors {embedder}; base-uri 'none'; form-action 'none'"
    )


def content_policy(embedder: str) -> str:
    """The content policy of a package's own files: scripts of every make, but nothing from or to anywhere else."""
    return (
        "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src 'self' data: blob:; object-src 'none'; "
        f"worker-src blob:; frame-ancestors 'self' {embedder}; base-uri 'self'; form-action 'self'"
    )


def page_policy(policy: str) -> str:
    """The content policy of a page of ours that shows a package."""
    return f"{policy}; frame-src {address()}"
