"""The legal name: given, seen and taken away by its owner."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people.profile import operations, queries
from lms.people.profile.forms import LegalNameForm, WishForm
from lms.people.profile.views import profile
from lms.policy import declares
from lms.texts import gettext as _


def _page(form: LegalNameForm) -> Any:
    kept = queries.legal_name_kept(actor().person_id)
    page = render_template("profile/legal_name.html", form=form, kept=kept, wish=WishForm(formdata=None), opened=None)
    return page, (422 if form.errors else 200)


@profile.route("/account/legal-name", methods=["GET", "POST"])
@declares("legal-name.change")
def legal_name() -> Any:
    """Why and where a legal name would stand; give it, or give another."""
    form = LegalNameForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.keep_legal_name(actor().person_id, form.name.data or "", now=clock.now())
            flash(_("Tu nombre legal está guardado y sellado."), "done")
            return redirect(url_for("profile.legal_name"))
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(form)


@profile.route("/account/legal-name/see", methods=["GET", "POST"])
@declares("legal-name.see")
def see_legal_name() -> Any:
    """Open it for its owner, who has just said again who they are. The page that asks shows nothing."""
    wish = WishForm()
    opened = None
    if wish.validate_on_submit():
        try:
            with transaction():
                opened = operations.open_legal_name(actor().person_id, by=actor().person_id, now=clock.now())
        except operations.LegalNameMissing:
            return redirect(url_for("profile.legal_name"))
    return render_template("profile/see_legal_name.html", form=wish, opened=opened)


@profile.post("/account/legal-name/forget")
@declares("legal-name.change")
def forget_legal_name() -> Any:
    """Take it away."""
    try:
        with transaction():
            operations.forget_legal_name(actor().person_id, now=clock.now())
        flash(_("Tu nombre legal ya no está guardado."), "done")
    except Refusal as refusal:
        flash(str(refusal), "error")
    return redirect(url_for("profile.legal_name"))
