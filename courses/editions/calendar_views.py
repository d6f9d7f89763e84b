"""A person's calendar address, and what it opens."""

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from courses.editions import calendars
from courses.editions.views import blueprint
from lms import clock, i18n
from lms.access import actor
from lms.db import transaction
from lms.policy import declares
from lms.texts import gettext as _
from lms.texts import speaking


def address(token: str) -> str:
    """The public address of a calendar."""
    base = str(current_app.config["BASE_URL"]).rstrip("/")
    return f"{base}{url_for('editions.feed', token=token)}"


@blueprint.route("/account/calendar", methods=["GET", "POST"])
@declares("calendar.choose")
def calendar() -> Any:
    """One's secret address; POST makes one, or another one in place of it."""
    if request.method == "POST":
        with transaction():
            calendars.make(actor().person_id, now=clock.now())
        flash(_("Esta es tu dirección. Si tenías otra, ya no abre nada."), "done")
        return redirect(url_for("editions.calendar"))
    token = calendars.token(actor().person_id)
    return render_template("editions/calendar.html", address=address(token) if token else None)


@blueprint.post("/account/calendar/drop")
@declares("calendar.choose")
def drop_calendar() -> Any:
    """No address any more."""
    with transaction():
        calendars.drop(actor().person_id, now=clock.now())
    flash(_("La dirección ya no abre nada."), "done")
    return redirect(url_for("editions.calendar"))


@blueprint.get("/calendar/<string(maxlength=400):token>.ics")
@declares("calendar.read")
def feed(token: str) -> Response:
    """A calendar, for programs."""
    who = calendars.reader(token)
    if who is None:
        raise NotFound
    with speaking(i18n.REGIONS.get(who.locale, "es_ES")):
        content = calendars.feed(who, clock.now())
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, max-age=900"
    return answer
