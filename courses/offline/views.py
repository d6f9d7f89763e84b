"""Pages: modules kept on the phone, and what was done there."""

from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, g, jsonify, render_template, request, session, url_for
from flask_babel import format_decimal
from flask_wtf.csrf import generate_csrf

from courses.catalogue.rules import in_language
from courses.offline import operations, queries, rules
from courses.offline.queries import KeptModule
from lms import clock, i18n
from lms.access import actor
from lms.db import transaction
from lms.policy import declares, guard
from lms.texts import gettext as _

blueprint = Blueprint("offline", __name__, template_folder="templates")
QUIET: dict[str, Any] = {"as": "quiet"}  # an app whose name says nothing
DAYS = 14  # that a module stays on a phone which has no contact
MODULE = "/offline/<uuid:enrolment_id>/<string(maxlength=60):module>"
ASSETS = ("style.css", "app.js", "offline.js", "study.js", "mark.svg")


@blueprint.get("/offline")
@declares("phone.read")
def index() -> str:
    """What this phone keeps and what it has still to send: only the phone knows, so its script fills the page in."""
    named = url_for("offline.manifest", **QUIET) if request.args.get("as") == "quiet" else None
    return render_template("offline/index.html", named=named, quiet=url_for("offline.index", **QUIET))


@blueprint.get(MODULE)
@declares("phone.keep")
def module(enrolment_id: UUID, module: str) -> str:
    """Keep a module on this phone, or remove it; how large it is stands before."""
    found = guard(actor(), "phone.keep", queries.module(enrolment_id, module))
    listed = _listed(found)
    size = f"{format_decimal(max(listed['bytes'] / 1_000_000, 0.1), '0.0')} MB"
    return render_template("offline/module.html", module=found, listed=listed, size=size, days=DAYS)


@blueprint.get(f"{MODULE}/list.json")
@declares("phone.keep")
def contents(enrolment_id: UUID, module: str) -> Response:
    """What belongs to a module: its pages in their order, and what else is kept with them."""
    return jsonify(_listed(guard(actor(), "phone.keep", queries.module(enrolment_id, module))))


def _listed(module: KeptModule) -> dict[str, Any]:
    place = {"enrolment_id": module.enrolment_id, "module": module.slug}
    spoken = i18n.current()
    pages, texts = [], []
    for lesson in module.lessons:
        address = url_for("learning.lesson", **place, lesson=lesson.slug)
        also = []
        texts.append(in_language(lesson.html, spoken) or "")
        if plain := in_language(lesson.plain, spoken):
            also = [f"{address}?plain=0", f"{address}?plain=1"]
            texts += [texts[-1], plain]
        pages.append({"address": address, "title": in_language(lesson.title, spoken), "also": also})
    quiz = current_app.extensions["lms_kept"](module.enrolment_id, module.slug)
    pages += [{"address": address, "title": _("Comprueba lo aprendido"), "also": []} for address in quiz]
    files = rules.files(texts)
    around = [url_for("learning.edition", enrolment_id=module.enrolment_id), url_for("offline.index")]
    return {
        "id": f"{module.enrolment_id}/{module.slug}",
        "title": f"{module.number}. {in_language(module.title, spoken)}",
        "course": in_language(module.course_title, spoken),
        "page": url_for("offline.module", **place),
        "pages": pages,
        "around": around,
        "bytes": rules.room(
            texts, len(quiz) + len(around), _assets() + (queries.weight(module.version_id, files) if files else 0)
        ),
    }


def _assets() -> int:
    folder = Path(current_app.static_folder or "")
    return sum((folder / name).stat().st_size for name in ASSETS)


@blueprint.get("/offline/state.json")
@declares("page.read")
def state() -> Response:
    """Who is signed in, as a phone knows them, and a token for what it has to send; or whether the sign-in was ended."""
    who = g.actor
    ended = False
    if who is None and "sign_in" in session:
        ended = queries.ended(UUID(session["sign_in"]), session.get("_user_id", ""))
    standing = rules.standing(there=who is not None, ended=ended, left="left" in session)
    return jsonify(
        standing=standing,
        reader=rules.mark(who.person_id) if who else None,
        token=generate_csrf() if who else None,
        days=DAYS,
    )


@blueprint.post("/offline/key")
@declares("phone.begin")
def key() -> Response:
    """The key with which this person's phones seal what they keep."""
    who = actor()
    with transaction():
        given = operations.give_key(who.person_id, federation_id=who.federation_id, now=clock.now())
    return jsonify(key=given, reader=rules.mark(who.person_id), days=DAYS)


@blueprint.after_app_request
def say_for_whom(response: Response) -> Response:
    """So that a phone sees at once that another person reads, and keeps nobody's pages for somebody else."""
    if g.get("actor") is not None:
        response.headers["Kept-For"] = rules.mark(g.actor.person_id)
    return response


from courses.offline import deed_views, worker_views  # noqa: E402, F401 (they hang on the blueprint)
