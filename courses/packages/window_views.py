"""Pages: a part of a package as a learner finds it, and the window in which it runs."""

from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for

from courses.packages import operations, origin, queries
from courses.packages.forms import OpenForm
from courses.packages.queries import Activity
from courses.packages.refusals import NoSeparateAddress
from courses.packages.views import blueprint
from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.policy import declares, guard
from lms.security_headers import POLICY

PART = "/learn/<uuid:enrolment_id>/<string(maxlength=60):module>/<string(maxlength=60):lesson>/package"


def _part(enrolment_id: UUID, module: str, lesson: str) -> Activity:
    return guard(actor(), "enrolment.study", queries.activity(enrolment_id, module, lesson))


@blueprint.route(PART, methods=["GET", "POST"])
@declares("enrolment.study")
def activity(enrolment_id: UUID, module: str, lesson: str) -> Any:
    """How far one is, and the button that opens a window."""
    place, form = (enrolment_id, module, lesson), OpenForm()
    part = _part(*place)
    if request.method == "POST":
        if origin.address() is None:
            raise NoSeparateAddress
        with transaction():
            part = _part(*place)
            window = operations.open_window(part.enrolment, part.lesson_id, actor().sign_in_id, now=clock.now())
        at = {"enrolment_id": enrolment_id, "module": module, "lesson": lesson, "window_id": window}
        return redirect(url_for("packages.window", **at))
    return render_template("packages/activity.html", part=part, form=form, runs=origin.address() is not None)


@blueprint.get(f"{PART}/<uuid:window_id>")
@declares("enrolment.study")
def window(enrolment_id: UUID, module: str, lesson: str, window_id: UUID) -> Any:
    """The window: the package in a frame of another origin. One that is not the last leads back to the button."""
    part, there = _part(enrolment_id, module, lesson), origin.address()
    if there is None or part.record is None or part.record.window_id != window_id:
        return redirect(url_for("packages.activity", enrolment_id=enrolment_id, module=module, lesson=lesson))
    key = origin.Key(part.enrolment.id, part.lesson_id, window_id, request.host_url.rstrip("/"))
    source = f"{there}/packages/run/{origin.signed(key)}/"
    answer = make_response(render_template("packages/window.html", part=part, source=source, there=there))
    answer.headers["Content-Security-Policy"] = origin.page_policy(POLICY)
    return answer
