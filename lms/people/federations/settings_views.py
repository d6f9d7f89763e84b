"""Crisis contacts, and for how long what is kept."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people.federations import operations, rules
from lms.people.federations.forms import CrisisForm, PressForm, RetentionForm
from lms.people.federations.views import federations, here, own
from lms.policy import declares
from lms.texts import gettext as _


@federations.route("/federation/crisis", methods=["GET", "POST"])
@declares("federation.change")
def crisis() -> Any:
    """Whom to call in a crisis. The buttons that add and take away a line only change the form."""
    row = own("federation.change")
    form = CrisisForm(data={"contacts": row.crisis_contacts})
    status = 200
    if request.method == "POST" and ("add" in request.form or "remove" in request.form):
        form = _reshaped(form)
    elif form.validate_on_submit():
        with transaction():
            operations.set_crisis_contacts(here(), form.found(), by=actor().person_id, now=clock.now())
        flash(_("Los teléfonos están guardados, con la fecha de hoy como revisión."), "done")
        return redirect(url_for("federations.crisis"))
    elif form.errors:
        status = 422
    row = own("federation.change")
    page = render_template(
        "federations/crisis.html", form=form, row=row, due=rules.review_is_due(row.crisis_reviewed_on, clock.now().date()),
        months=rules.CRISIS_REVIEW, press=PressForm(formdata=None),
    )  # fmt: skip
    return page, status


def _reshaped(form: CrisisForm) -> CrisisForm:
    """The same form with one line more, or without one; what was typed stays."""
    lines = [{name: one.form[name].data for name in ("name", "number", "note")} for one in form.contacts]
    gone = request.form.get("remove", "")
    if gone.isascii() and gone.isdigit() and int(gone[:4]) < len(lines):
        del lines[int(gone[:4])]
    if "add" in request.form:
        lines.append({"name": "", "number": "", "note": ""})
    return CrisisForm(formdata=None, data={"contacts": lines})


@federations.post("/federation/crisis/review")
@declares("federation.change")
def review_crisis() -> Any:
    """They are right as they are."""
    with transaction():
        operations.review_crisis_contacts(here(), by=actor().person_id, now=clock.now())
    flash(_("Queda anotada la revisión de hoy."), "done")
    return redirect(url_for("federations.crisis"))


@federations.route("/federation/retention", methods=["GET", "POST"])
@declares("retention.change")
def retention() -> Any:
    """Months for each kind of record."""
    row = own("retention.change")
    form = RetentionForm(data={kind: rules.kept_for(row.retention, kind) for kind in rules.RETENTION})
    if form.validate_on_submit():
        try:
            with transaction():
                operations.set_retention(
                    here(), {kind: form[kind].data for kind in rules.RETENTION}, by=actor().person_id, now=clock.now()
                )
            flash(_("Los plazos están guardados. Valen desde la próxima limpieza."), "done")
            return redirect(url_for("federations.retention"))
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template("federations/retention.html", form=form, periods=rules.RETENTION)
    return page, (422 if form.errors else 200)
