"""Inviting several people at once; sending again what has lapsed."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from lms import clock, once
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people import rules as people_rules
from lms.people.entry import several
from lms.people.entry.forms import SeveralForm
from lms.people.entry.several import LinesRefused
from lms.people.entry.views import entry
from lms.people.forms import roles as role_choices
from lms.policy import ROLES, declares
from lms.texts import gettext as _
from lms.texts import ngettext


def _here() -> UUID:
    here = actor().federation_id
    assert here is not None  # every role is held in one
    return here


@entry.route("/people/invitations/several", methods=["GET", "POST"])
@declares("invitation.send")
def invite_several() -> Any:
    """A list of addresses, one a line: all of them are invited, or nobody."""
    who, form, now = actor(), SeveralForm(), clock.now()
    form.role.choices = role_choices(people_rules.invitable(who.roles, ROLES))
    if request.method == "GET":
        form.role.data = "agent"
    if form.validate_on_submit():
        try:
            with transaction():
                if done := once.answer(who.person_id, form, now):
                    return redirect(done)
                made = several.invite_several(
                    _here(), form.people.data or "", form.role.data, by=who.person_id, locale=form.locale.data, now=now
                )
                once.keep(who.person_id, form, url_for("people.invitations"))
            flash(ngettext("Sale ahora %(num)s invitación.", "Salen ahora %(num)s invitaciones.", made), "done")
            return redirect(url_for("people.invitations"))
        except LinesRefused as refusal:
            form.refuse(refusal)
            form.people.errors = [*form.people.errors, *refusal.sentences]
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("entry/several.html", form=form), (422 if form.errors else 200)


@entry.post("/people/invitations/resend-lapsed")
@declares("invitation.send")
def resend_lapsed() -> Any:
    """A new link to everybody whose invitation ran out."""
    with transaction():
        sent = several.resend_lapsed(_here(), by=actor().person_id, now=clock.now())
    if sent:
        flash(ngettext("Sale otra vez %(num)s invitación.", "Salen otra vez %(num)s invitaciones.", sent), "done")
    else:
        flash(_("No había ninguna invitación caducada. No se ha enviado nada."), "info")
    return redirect(url_for("people.invitations"))
