"""What every request must pass and every answer carries: same origin, no odd bytes, a strict content policy."""

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)

FIELDS = 1_000


def _bounded() -> None:
    """Before anything of the body is read: how much this page takes (`lms.limits.takes`)."""
    most = getattr(current_app.view_functions.get(request.endpoint or ""), "most_bytes", None)
    if most is not None:
        request.max_content_length = most


def _same_origin() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise BadRequest("cross-origin request")
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise BadRequest("cross-site request")


def _readable() -> None:
    """Refuse NUL, which no database stores and nobody types, and more fields than any form of ours has."""
    texts = [request.path, *request.args.values()]
    if request.method == "POST":
        texts += request.form.values()
    if len(texts) > FIELDS:
        raise RequestEntityTooLarge
    if any("\x00" in text for text in texts):
        raise BadRequest("unreadable text")


ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
# The microphone is for the page where one records (courses.media), which says so itself.
PERMISSIONS = "camera=(), geolocation=(), payment=(), microphone=()"
INDEXED = frozenset({"static", "catalogue.index", "catalogue.course", "verification.form", "home.index"})


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.extend(ALWAYS)  # no view sets these
    if "Permissions-Policy" not in headers:
        headers.add("Permissions-Policy", PERMISSIONS)
    if "Content-Security-Policy" not in headers:
        headers.add("Content-Security-Policy", POLICY)
    if "Cache-Control" not in headers:
        headers.add("Cache-Control", "no-store" if g.get("actor") else "no-cache, private")
    if request.endpoint not in INDEXED:
        headers.add("X-Robots-Tag", "noindex")
    if request.is_secure:
        headers.add("Strict-Transport-Security", "max-age=31536000")
    return response


def init_app(app: Flask) -> None:
    """Attach the checks and the headers."""
    app.before_request(_bounded)
    app.before_request(_same_origin)
    app.before_request(_readable)
    app.after_request(_add_headers)
