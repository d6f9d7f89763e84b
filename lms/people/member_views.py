"""Who is in the federation; and whom it has invited."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from lms import clock, once
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people import invitations, operations, queries, rules, words
from lms.people.entry import lapsed
from lms.people.forms import AcceptForm, InviteForm
from lms.people.forms import roles as role_choices
from lms.people.views import people
from lms.policy import ROLES, declares, guard
from lms.texts import gettext as _


def _here() -> UUID:
    here = actor().federation_id
    assert here is not None  # every role is held in one
    return here


@people.get("/people")
@declares("people.list")
def members() -> Any:
    """The members by name, or those with one role."""
    role = request.args.get("role") if request.args.get("role") in ROLES else None
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    found = queries.members(_here(), role, page)
    return render_template(
        "people/members.html", found=found[: queries.PAGE], more=len(found) > queries.PAGE, page=page, role=role,
        roles=words.ROLES,
    )  # fmt: skip


@people.route("/people/invitations", methods=["GET", "POST"], endpoint="invitations")
@declares("invitation.list", POST="invitation.send")
def invitations_() -> Any:
    """Invite somebody, and see how each invitation stands."""
    who, form, now = actor(), InviteForm(), clock.now()
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    form.role.choices = role_choices(rules.invitable(who.roles, ROLES))
    if request.method == "GET":
        form.role.data = "agent"
    if form.validate_on_submit():
        try:
            with transaction():
                if done := once.answer(who.person_id, form, clock.now()):
                    return redirect(done)
                operations.invite(
                    _here(), form.email.data or "", form.name.data or "", form.role.data, by=who.person_id,
                    locale=form.locale.data, now=clock.now(),
                )  # fmt: skip
                once.keep(who.person_id, form, url_for("people.invitations"))
            flash(_("La invitación sale ahora hacia %(email)s.", email=form.email.data), "done")
            return redirect(url_for("people.invitations"))
        except Refusal as refusal:
            form.refuse(refusal)
    found = invitations.all_of(_here(), page)
    states = {one.id: invitations.state_of(one, now) for one in found}
    shown = render_template(
        "people/invitations.html", form=form, found=found[: queries.PAGE], more=len(found) > queries.PAGE, page=page,
        states=states, names=words.STATES, roles=words.ROLES, send=AcceptForm(),
        any_lapsed=bool(lapsed.lapsed(_here(), now)),
    )  # fmt: skip
    return shown, (422 if form.errors else 200)


def _change(invitation_id: UUID, deed: Any, words_: str) -> Any:
    try:
        with transaction():
            one = guard(actor(), "invitation.change", invitations.one(_here(), invitation_id))
            deed(one.id, by=actor().person_id, now=clock.now())
        flash(words_, "done")
    except Refusal as refusal:
        flash(str(refusal), "error")
    return redirect(url_for("people.invitations"))


@people.post("/people/invitations/<uuid:invitation_id>/resend")
@declares("invitation.change")
def resend_invitation(invitation_id: UUID) -> Any:
    """Send a new link; the old one is dead."""
    return _change(invitation_id, operations.resend, _("Ha salido un enlace nuevo. El anterior ya no vale."))


@people.post("/people/invitations/<uuid:invitation_id>/withdraw")
@declares("invitation.change")
def withdraw_invitation(invitation_id: UUID) -> Any:
    """Take an invitation back."""
    return _change(
        invitation_id, operations.withdraw_invitation, _("La invitación está retirada. Su enlace ya no vale.")
    )
