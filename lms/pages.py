"""The platform's own small pages: language, crisis contacts, privacy, health."""

from datetime import date
from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, redirect, render_template, request, session
from sqlalchemy import text
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from lms.db import db
from lms.i18n import LOCALES
from lms.policy import declares

blueprint = Blueprint("platform", __name__)

# Spain's lines; a federation's own come before them. Reviewed on the date shown.
CRISIS_LINES = [
    {
        "name_es": "Línea 024, atención a la conducta suicida",
        "name_en": "024, suicide prevention line",
        "number": "024",
    },
    {"name_es": "Emergencias", "name_en": "Emergencies", "number": "112"},
]
CRISIS_REVIEWED = date(2026, 11, 25)


def own_page(address: str | None) -> str:
    """`address` if it is a path of this site, otherwise the front page: no open redirect."""
    address = address or "/"
    parts = urlsplit(address.replace("\\", "/"))
    if parts.scheme or parts.netloc or not address.startswith("/") or address.startswith("//"):
        return "/"
    return address


@blueprint.post("/language")
@declares("page.read")
def language() -> Response:
    """Choose the language of this session; a signed-in person's own is set on their account page."""
    chosen = request.form.get("locale", "")
    if chosen in LOCALES:
        session["locale"] = chosen
        if g.actor is not None:
            current_app.extensions["lms_set_locale"](g.actor, chosen)
    return redirect(own_page(request.form.get("next")))


@blueprint.get("/crisis")
@declares("page.read")
def crisis() -> str:
    """Whom to call now; the platform is no emergency service."""
    where = g.actor.federation_id if g.actor is not None else None
    own, looked_at = current_app.extensions["lms_crisis"](where) if where else ([], None)
    return render_template("crisis.html", lines=CRISIS_LINES, reviewed=CRISIS_REVIEWED, own=own, own_reviewed=looked_at)


@blueprint.get("/privacy")
@declares("page.read")
def privacy() -> str:
    """What is kept about whom, why, and for how long."""
    return render_template("privacy.html")


@blueprint.get("/styleguide")
@declares("styleguide.read")
def styleguide() -> str:
    """Every component once (only where the app runs for development, demonstration or tests)."""
    if not (current_app.debug or current_app.testing or (current_app.config["LMS_HOME"] / "demo").exists()):
        raise NotFound
    return render_template("styleguide.html")


@blueprint.get("/healthz")
@declares("page.read")
def healthz() -> tuple[str, dict[str, str]]:
    """The process answers."""
    return "ok\n", {"Content-Type": "text/plain"}


@blueprint.get("/readyz")
@declares("page.read")
def readyz() -> tuple[str, dict[str, str]]:
    """The process answers, and so does its database (503 otherwise)."""
    db.session.execute(text("SELECT 1"))
    return "ready\n", {"Content-Type": "text/plain"}
