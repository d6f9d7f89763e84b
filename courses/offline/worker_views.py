"""The service worker, and what makes the site an app on a phone."""

from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response, current_app, jsonify, request

from courses.offline import queries
from courses.offline.views import blueprint
from lms.policy import declares
from lms.texts import gettext as _


@blueprint.get("/sw.js")
@declares("page.read")
def worker() -> Response:
    """The service worker. It is asked for anew each time: a changed byte makes it a new one."""
    text = (Path(current_app.static_folder or "") / "sw.js").read_text()
    return Response(text, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@blueprint.get("/manifest.webmanifest")
@declares("page.read")
def manifest() -> Response:
    """What the app is called on a phone: as its federation (`?of=`), as the platform, or (`?as=quiet`) by a word that says nothing."""
    quiet = request.args.get("as") == "quiet"
    name = _("Mis cursos") if quiet else _named(request.args.get("of", "")) or current_app.config["SITE_NAME"]
    asset: Any = current_app.jinja_env.globals["asset"]
    drawing = "app-quiet.svg" if quiet else "app.svg"
    icons = [
        {"src": asset(drawing), "sizes": "any", "type": "image/svg+xml", "purpose": purpose}
        for purpose in ("any", "maskable")
    ]
    about = {
        "id": "/",
        "name": name,
        "short_name": name[:12].rstrip() if len(name) > 12 else name,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf6ee",
        "theme_color": "#faf6ee",
        "icons": icons,
    }
    answer = jsonify(about)
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = "no-cache, private"
    return answer


def _named(federation: str) -> str | None:
    try:
        return queries.federation_name(UUID(federation))
    except ValueError:
        return None
