"""Agreements of recognition with other federations."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from lms import clock, once
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people.federations import agreements, words
from lms.people.federations.forms import AgreementForm, PressForm
from lms.people.federations.views import federations, here, own
from lms.policy import declares, guard
from lms.texts import gettext as _


@federations.route("/federation/agreements", methods=["GET", "POST"], endpoint="agreements")
@declares("agreement.list", POST="agreement.change")
def agreements_() -> Any:
    """What is recognised, by whom, since when; and a new proposal."""
    form, back = AgreementForm(), url_for("federations.agreements")
    if form.validate_on_submit():
        try:
            with transaction():
                if done := once.answer(actor().person_id, form, clock.now()):
                    return redirect(done)
                agreements.propose(
                    here(), form.slug.data or "", form.what.data, recognises=form.direction.data == "ours",
                    by=actor().person_id, now=clock.now(),
                )  # fmt: skip
                once.keep(actor().person_id, form, back)
            flash(_("La propuesta está enviada. Vale cuando la otra federación la acepte."), "done")
            return redirect(back)
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template(
        "federations/agreements.html", form=form, found=agreements.all_of(here()), words=words, press=PressForm(formdata=None),
        slug=own("agreement.list").slug,
    )  # fmt: skip
    return page, (422 if form.errors else 200)


def _change(agreement_id: UUID, deed: Callable[..., None], done: str) -> Any:
    try:
        with transaction():
            found = guard(actor(), "agreement.change", agreements.one(here(), agreement_id))
            deed(found, by=actor().person_id, now=clock.now())
        flash(done, "done")
    except Refusal as refusal:
        flash(str(refusal), "error")
    return redirect(url_for("federations.agreements"))


@federations.post("/federation/agreements/<uuid:agreement_id>/accept")
@declares("agreement.change")
def accept_agreement(agreement_id: UUID) -> Any:
    """Say yes to what the other proposed."""
    return _change(agreement_id, agreements.accept, _("El acuerdo está en vigor desde ahora."))


@federations.post("/federation/agreements/<uuid:agreement_id>/end")
@declares("agreement.change")
def end_agreement(agreement_id: UUID) -> Any:
    """End it, decline it, or take it back."""
    return _change(
        agreement_id,
        agreements.end,
        _("El acuerdo está terminado. Lo que se reconoció mientras valía queda como está."),
    )
