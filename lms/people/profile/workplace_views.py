"""Pages: where one works, if one wishes to say."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)

from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people.profile import operations, queries
from lms.people.profile.forms import WorkplaceForm
from lms.people.profile.views import profile
from lms.policy import declares
from lms.texts import gettext as _


@profile.route("/account/service", methods=["GET", "POST"])
@declares("workplace.read", POST="workplace.say")
def workplace() -> Any:
    """The service in which one works."""
    who = actor()
    assert who.federation_id is not None
    services = queries.services(who.federation_id, who.person_id)
    form = WorkplaceForm(service=next((str(id_) for id_, _name, works in services if works), ""))
    form.service.choices = [
        SelectChoice("", _("Prefiero no decirlo")),
        *(SelectChoice(str(id_), name) for id_, name, _works in services),
    ]
    if form.validate_on_submit():
        chosen = UUID(form.service.data) if form.service.data else None
        try:
            with transaction():
                operations.work_in(who.person_id, who.federation_id, chosen, now=clock.now())
            flash(_("Guardado."), "done")
            return redirect(url_for("account.overview"))
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("profile/workplace.html", form=form, services=services), (422 if form.errors else 200)
