"""One's own account: who one is here, how one signs in, what one has agreed to."""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.pages import own_page
from lms.people import operations, proofs, queries, rules, sections, sessions, words
from lms.people.entry import queries as ways
from lms.people.forms import ConfirmForm, ConsentForm, typed
from lms.people.throttle import throttled
from lms.people.views import account
from lms.policy import declares
from lms.texts import gettext as _


@account.get("/account")
@declares("account.read")
def overview() -> str:
    """Who one is here, and the doors to everything about oneself."""
    person = sessions.current_person()
    factor = sessions.has_second_factor(person)
    return render_template(
        "account/overview.html",
        person=person,
        groups=sections.for_actor(actor()),
        statuses={
            "account.second_factor": ("ok", _("Activado")) if factor else ("todo", _("Sin activar")),
            "privacy.agreed": ("ok", _("Dado")) if actor().consented else ("todo", _("Sin dar")),
        },
        places=queries.federations_of(person.id),
        roles=words.ROLES,
    )


@account.post("/account/federation/<uuid:federation_id>")
@declares("account.change")
def change_federation(federation_id: UUID) -> Any:
    """Act in another federation in which one has a role."""
    with transaction():
        if federation_id not in {place.id for place in queries.federations_of(actor().person_id)}:
            raise NotFound
        sessions.act_in(actor().sign_in_id, federation_id)
    return redirect("/")


@account.get("/account/second-factor")
@declares("account.secure")
def second_factor() -> Any:
    """Why a second proof, and how to set one up."""
    person = sessions.current_person()
    return render_template(
        "account/second_factor.html",
        owes=actor().owes_second_factor,
        codes=proofs.uses_codes(person),
        passkeys=queries.passkeys(person.id),
        recovery_codes=len(person.mf_recovery_codes or []),
        used=actor().second_factor,
        back=own_page(request.args.get("next")),
    )


def _confirm() -> Any:
    form = ConfirmForm()
    if not proofs.uses_codes(sessions.current_person()):
        del form.code
    back = own_page(request.args.get("next"))
    if form.validate_on_submit():
        try:
            proofs.check_password(sessions.current_person(), typed(form.password))
            with transaction():
                code = form.code.data if "code" in form else None
                used = proofs.check_code(sessions.current_person(), code)
                sessions.confirm(actor().sign_in_id, clock.now(), second_factor=used)
            return redirect(back)
        except Refusal as refusal:
            form.refuse(refusal)
    person = sessions.current_person()
    page = render_template(
        "account/confirm.html", form=form, back=back, has_password=bool(person.password),
        connected=bool(ways.identities(person.id)),
    )  # fmt: skip
    return page, (422 if form.errors else 200)


@account.route("/account/confirm", methods=["GET", "POST"])
@declares("account.secure")
def confirm() -> Any:
    """Prove again who one is before a sensitive act; then back to it."""
    return throttled(_confirm)()


@account.get("/account/sessions")
@declares("account.secure")
def open_sessions() -> Any:
    """Where one is signed in."""
    found = queries.sign_ins(actor().person_id, clock.now())
    return render_template(
        "account/sessions.html", found=found, current=actor().sign_in_id, device_name=rules.device_name,
        hours=current_app.config["SESSION_HOURS"],
    )  # fmt: skip


@account.post("/account/sessions/<uuid:sign_in_id>/end")
@declares("account.secure")
def end_session(sign_in_id: UUID) -> Any:
    """End one session of one's own."""
    with transaction():
        if not sessions.end(sign_in_id, actor().person_id, clock.now()):
            raise NotFound
    flash(_("Esa sesión está cerrada."), "done")
    return redirect(url_for("account.open_sessions"))


@account.post("/account/sessions/end-others")
@declares("account.secure")
def end_other_sessions() -> Any:
    """End all sessions but this one."""
    with transaction():
        sessions.end_others(actor().person_id, actor().sign_in_id, clock.now())
    flash(_("Solo queda abierta esta sesión."), "done")
    return redirect(url_for("account.open_sessions"))


def _document(kind: str, template: str, after: str) -> Any:
    who = actor()
    if who.federation_id is None:
        raise NotFound
    form = ConsentForm()
    if form.validate_on_submit():
        try:
            with transaction():
                text = queries.document(who.federation_id, kind)
                if text is None:
                    raise NotFound
                if form.document.data != str(text.id):
                    raise operations.TextChanged
                operations.acknowledge(who.person_id, text.id, now=clock.now())
            flash(_("Queda anotado. Gracias por leerlo."), "done")
            return redirect(after)
        except Refusal as refusal:
            form.refuse(refusal)
            form.agree.data = False
    text = queries.document(who.federation_id, kind)
    if text is None:
        raise NotFound
    form.document.data = str(text.id)
    standing = queries.acknowledged(who.person_id, who.federation_id).get(kind)
    if standing is not None and not standing.current:
        standing = None
    page = render_template(template, form=form, text=text, standing=standing, back=after)
    return page, (422 if form.errors else 200)


@account.route("/account/consent", methods=["GET", "POST"])
@declares("consent.give")
def consent() -> Any:
    """The door: read what is kept and why, and agree or not. Once it is said, each permission stands in one place."""
    who, after = actor(), request.args.get("next")
    if request.method == "GET" and who.consented:
        return redirect(own_page(after) if after else url_for("privacy.agreed"))
    return _document("consent", "account/consent.html", own_page(after))


@account.route("/account/documents/<kind>", methods=["GET", "POST"])
@declares("document.acknowledge")
def document(kind: str) -> Any:
    """Read a text of the federation, and accept it. Consents have pages of their own."""
    if kind.startswith("consent"):
        raise NotFound
    return _document(kind, "account/document.html", own_page(request.args.get("next")))
