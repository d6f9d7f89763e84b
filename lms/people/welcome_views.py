"""The way in: the page behind an invitation's link."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_security.utils import login_user

from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people import invitations, operations, queries, sessions, words
from lms.people.entry import openings
from lms.people.forms import AcceptForm, WelcomeForm, typed
from lms.people.models import Invitation
from lms.people.refusals import (
    AccountExists,
    AnotherPerson,
    InvitationExpired,
    InvitationUnknown,
    InvitationUsed,
    InvitationWithdrawn,
)
from lms.people.throttle import throttled
from lms.people.views import account
from lms.policy import declares
from lms.texts import gettext as _

DEAD = (InvitationUnknown, InvitationExpired, InvitationUsed, InvitationWithdrawn)


def _dead(refusal: Refusal) -> Any:
    page = render_template("account/dead_link.html", code=refusal.code, sentence=str(refusal))
    return page, (404 if isinstance(refusal, InvitationUnknown) else 410)


def _page(invitation: Invitation, template: str, **facts: Any) -> str:
    federation, inviter = invitations.who_invites(invitation)
    opening = openings.asked_for(invitation.id)
    role = words.ROLES[invitation.role]
    if opening is None:
        lead = _(
            "%(inviter)s te invita a participar en %(federation)s como: %(role)s.",
            inviter=inviter, federation=federation, role=role,
        )  # fmt: skip
    else:
        lead = _(
            "Has pedido plaza en «%(edition)s», de %(federation)s. Entrarás como: %(role)s.",
            edition=opening.name, federation=federation, role=role,
        )  # fmt: skip
    return render_template(
        f"account/{template}.html",
        invitation=invitation,
        federation=federation,
        lead=lead,
        opening=opening,
        duty=words.DUTIES[invitation.role],
        **facts,
    )


def _welcome(token: str) -> Any:
    try:
        invitation = invitations.by_token(token, now=clock.now())
        if g.actor is not None:
            return _accept_signed_in(token, invitation)
        if queries.person_at(invitation.email) is not None:
            return _page(invitation, "welcome_back", here=url_for("account.welcome", token=token))
        return _accept_as_new(token, invitation)
    except DEAD as refusal:
        return _dead(refusal)


def _accept_as_new(token: str, invitation: Invitation) -> Any:
    form = WelcomeForm(data={"name": invitation.name})
    if form.validate_on_submit():
        try:
            with transaction():
                person = operations.accept_invitation(
                    token, password=typed(form.password), name=form.name.data, now=clock.now()
                )
                login_user(person, authn_via=["invitation"])
            return redirect(url_for("account.consent", next=openings.landing(invitation.id, person.id)))
        except AccountExists:
            return redirect(url_for("account.welcome", token=token))
        except DEAD:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
            invitation = invitations.by_token(token, now=clock.now())
    return _page(invitation, "welcome", form=form, token=token), (422 if form.errors else 200)


def _accept_signed_in(token: str, invitation: Invitation) -> Any:
    form = AcceptForm()
    if sessions.current_person().email != invitation.email:
        return _page(invitation, "another_person"), 409
    if form.validate_on_submit():
        try:
            with transaction():
                operations.accept_invitation(
                    token, password=None, name=None, now=clock.now(), person_id=actor().person_id
                )
                sessions.act_in(actor().sign_in_id, invitation.federation_id)
        except AnotherPerson as refusal:
            return _dead(refusal)
        except DEAD:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
            return _page(invitations.by_token(token, now=clock.now()), "accept_role", form=form), 409
        home = openings.landing(invitation.id, actor().person_id)
        flash(_("Tienes plaza.") if home else _("Has aceptado la invitación."), "done")
        return redirect(home or "/")
    return _page(invitation, "accept_role", form=form)


@account.route("/welcome/<string(maxlength=300):token>", methods=["GET", "POST"])
@declares("invitation.accept")
def welcome(token: str) -> Any:
    """Who invites to what; a name and a password, or the account that one has."""
    return throttled(_welcome)(token)
