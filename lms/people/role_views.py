"""A member's roles, now and before; giving and taking them; one's own."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people import history, operations, queries, rules, words
from lms.people.forms import AcceptForm, RoleForm
from lms.people.forms import roles as role_choices
from lms.people.models import Membership
from lms.people.privacy import sights
from lms.people.queries import Member
from lms.people.views import account, people
from lms.policy import ROLES, declares, guard, may
from lms.texts import gettext as _


def _here() -> UUID:
    here = actor().federation_id
    if here is None:
        raise NotFound
    return here


def _member(person_id: UUID, action: str) -> Member:
    return guard(actor(), action, queries.member(_here(), person_id))


@people.get("/people/<uuid:person_id>")
@declares("people.read")
def member(person_id: UUID) -> Any:
    """A member: roles now, to come, and before, with who gave and who took them."""
    one = _member(person_id, "people.read")
    sights.note(person_id, "member")
    return render_template(
        "people/member.html", one=one, steps=_history(person_id), roles=words.ROLES,
        may_change=may(actor(), "role.change", one), may_pause=may(actor(), "member.pause", one), send=AcceptForm(),
    )  # fmt: skip


def _history(person_id: UUID) -> list[history.Step]:
    past = queries.history(_here(), person_id)
    names = queries.names({id_ for row in past for id_ in (row.given_by, row.taken_by, row.paused_by) if id_})
    return history.steps(past, names, clock.now())


def _choices() -> list[Any]:
    return role_choices(rules.invitable(actor().roles, ROLES))


@people.route("/people/<uuid:person_id>/roles", methods=["GET", "POST"])
@declares("role.change")
def roles(person_id: UUID) -> Any:
    """Give a role to somebody else, or take one."""
    form = RoleForm()
    form.role.choices = _choices()
    if request.method == "GET":
        form.role.data = "agent"  # never one that decides, by a slip
    if form.validate_on_submit():
        try:
            with transaction():
                now = clock.now()
                one = _member(person_id, "role.change")
                since, until = form.dates(now)
                given = operations.give_role(
                    _here(), one.person_id, form.role.data, by=actor().person_id, now=now, since=since, until=until
                )
            flash(_given(one, given, since is not None), "done")
            return redirect(url_for("people.roles", person_id=person_id))
        except Refusal as refusal:
            form.refuse(refusal)
    one = _member(person_id, "role.change")
    sights.note(person_id, "roles")
    mine = set(rules.invitable(actor().roles, ROLES))
    page = render_template(
        "people/roles.html", one=one, form=form, mine=mine, roles=words.ROLES, duties=words.DUTIES, send=AcceptForm()
    )
    return page, (422 if form.errors else 200)


def _given(one: Member, given: Membership, later: bool) -> str:
    facts = {"name": one.name, "role": words.ROLES[given.role]}
    if later:
        return _("%(name)s tendrá el papel cuando llegue el día: %(role)s.", **facts)
    return _("%(name)s tiene ahora el papel: %(role)s.", **facts)


@people.post("/people/<uuid:person_id>/roles/<uuid:membership_id>/take")
@declares("role.change")
def take_role(person_id: UUID, membership_id: UUID) -> Any:
    """Take a role away; its powers end at once."""
    try:
        with transaction():
            held = guard(actor(), "role.change", queries.membership(_here(), membership_id))
            if held.person_id != person_id:
                raise NotFound
            operations.take_role(held.id, by=actor().person_id, now=clock.now())
        flash(_("El papel está retirado: %(role)s.", role=words.ROLES[held.role]), "done")
    except Refusal as refusal:
        flash(str(refusal), "error")
    return redirect(url_for("people.roles", person_id=person_id))


def _switch(person_id: UUID, deed: Callable[..., int], said: str) -> Any:
    try:
        with transaction():
            one = _member(person_id, "member.pause")
            deed(_here(), one.person_id, by=actor().person_id, now=clock.now())
        flash(said, "done")
    except Refusal as refusal:
        flash(str(refusal), "error")
    return redirect(url_for("people.member", person_id=person_id))


@people.route("/people/<uuid:person_id>/pause", methods=["GET", "POST"])
@declares("member.pause")
def pause_member(person_id: UUID) -> Any:
    """Say what deactivating an account means, and do it."""
    if request.method == "POST":
        return _switch(person_id, operations.pause_member, _("La cuenta está desactivada en esta federación."))
    return render_template("people/pause.html", one=_member(person_id, "member.pause"), send=AcceptForm())


@people.post("/people/<uuid:person_id>/resume")
@declares("member.pause")
def resume_member(person_id: UUID) -> Any:
    """Reactivate an account."""
    return _switch(person_id, operations.resume_member, _("La cuenta está activa otra vez, con sus papeles de antes."))


@account.get("/account/roles")
@declares("role.mine")
def own_roles() -> Any:
    """One's own roles in this federation, now and before, and whom to turn to when one disagrees."""
    me = actor()
    if me.federation_id is None:
        raise NotFound
    one = queries.member(me.federation_id, me.person_id)
    return render_template(
        "account/roles.html", one=one, steps=_history(me.person_id), roles=words.ROLES, duties=words.DUTIES,
        listeners=[found for found in queries.members(me.federation_id, "ombudsperson") if found.person_id != me.person_id],
    )  # fmt: skip


@account.route("/account/roles/<uuid:membership_id>/leave", methods=["GET", "POST"])
@declares("role.leave")
def leave_role(membership_id: UUID) -> Any:
    """Give up a role of one's own."""
    form = AcceptForm()
    if form.validate_on_submit():
        try:
            with transaction():
                held = guard(actor(), "role.leave", queries.membership(_here(), membership_id))
                operations.leave_role(held.id, person_id=actor().person_id, now=clock.now())
            flash(_("Has dejado el papel: %(role)s.", role=words.ROLES[held.role]), "done")
            return redirect(url_for("account.own_roles"))
        except Refusal as refusal:
            form.refuse(refusal)
    held = guard(actor(), "role.leave", queries.membership(_here(), membership_id))
    page = render_template(
        "account/leave_role.html", held=held, form=form, role=words.ROLES[held.role], duty=words.DUTIES[held.role]
    )
    return page, (422 if form.errors else 200)
