"""The public page of an edition that is open to everybody: ask for a seat without an invitation."""

from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from courses.learning import edition_queries
from courses.learning.forms import AskForm
from courses.learning.views import blueprint
from lms import clock, i18n
from lms.db import transaction
from lms.errors import Refusal
from lms.people.entry import openings
from lms.people.throttle import throttled
from lms.policy import declares, may


def _join(edition_id: UUID) -> Any:
    now, who = clock.now(), g.actor
    edition = edition_queries.for_everybody(edition_id, now.date())
    opening = openings.openings().opening(edition_id)
    if edition is None or opening is None:
        raise NotFound
    if who is not None and who.federation_id == edition.federation_id and may(who, "edition.enrol"):
        return redirect(url_for("catalogue.course", slug=edition.course_slug))
    form, sent = AskForm(), False
    if edition.seats_left and form.validate_on_submit():
        try:
            with transaction():
                openings.ask(opening, form.email.data or "", form.name.data or "", locale=i18n.current(), now=now)
            sent = True
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template("learning/join.html", edition=edition, role=opening.role, form=form, sent=sent)
    return page, (422 if form.errors else 200)


@blueprint.route("/editions/<uuid:edition_id>/join", methods=["GET", "POST"])
@declares("edition.ask")
def join(edition_id: UUID) -> Any:
    """Ask for a seat: whatever the address, the answer is the same, and the rest is in the mail."""
    return throttled(_join, count_all=True)(edition_id)
