"""An edition goes over to a newer version of its course: what would happen, and the deed."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from courses.authoring import moves
from courses.authoring.forms import MoveEditionForm
from courses.authoring.views import blueprint
from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.policy import declares, guard
from lms.texts import gettext as _


@blueprint.route("/editions/<uuid:edition_id>/version", methods=["GET", "POST"])
@declares("edition.move")
def move_edition(edition_id: UUID) -> Any:
    """What would go along, what is new and what falls away; then the move."""
    plan = guard(actor(), "edition.move", moves.plan(edition_id))
    form = MoveEditionForm(data={"old": str(plan.edition.version_id), "new": str(plan.new_id)})
    if form.validate_on_submit():
        try:
            with transaction():
                moves.move(edition_id, _id(form.old.data), _id(form.new.data), by=actor().person_id, now=clock.now())
            flash(
                _("La edición tiene la versión %(number)s. Lo hecho y lo escrito sigue ahí.", number=plan.new_number),
                "done",
            )
            return redirect(url_for("learning.editions"))
        except Refusal as refusal:
            form.refuse(refusal)
            plan = guard(actor(), "edition.move", moves.plan(edition_id))
            form.old.data, form.new.data = str(plan.edition.version_id), str(plan.new_id)
    return render_template("authoring/move.html", plan=plan, form=form), (422 if form.errors else 200)


def _id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        return UUID(int=0)
