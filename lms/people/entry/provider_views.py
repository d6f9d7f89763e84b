"""To the provider and back: to sign in, to connect an account, to confirm who one is, to accept an invitation.

Every step is a POST. The provider sends people back with a GET, which only shows a page that sends on what it brought: so
what changes something has our token, and nobody can be signed in, or connected, by a link.
"""

from datetime import timedelta
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask_security.utils import login_user
from werkzeug.exceptions import NotFound

from lms import clock
from lms.access import actor
from lms.db import db, transaction
from lms.errors import Refusal
from lms.pages import own_page
from lms.people import invitations, sessions
from lms.people import operations as people
from lms.people.entry import openings, operations
from lms.people.entry import queries as ways
from lms.people.entry.provider import Claim, Errand, Provider, provider, unpacked
from lms.people.entry.refusals import (
    NotConnected,
    NotYourIdentity,
    ProviderDenied,
    ProviderOdd,
    ProviderRefusal,
    StateUnknown,
)
from lms.people.entry.views import entry
from lms.people.refusals import AnotherPerson
from lms.people.throttle import throttled_by_address
from lms.policy import declares
from lms.texts import gettext as _

KEPT = "provider_errand"  # in the session of the browser
PROVED = timedelta(minutes=10)  # how long ago somebody may have proved who they are, to confirm it here


def _provider() -> Provider:
    found = provider()
    if found is None:
        raise NotFound
    return found


def _refused(refusal: Refusal) -> Any:
    """Nobody is signed in and nothing is changed: a page with the sentence, and the way to begin again."""
    status = getattr(refusal, "status", 422)
    return render_template("entry/not_in.html", sentence=str(refusal), again=_way_back()), status


def _way_back() -> str:
    return url_for("entry.ways_in") if g.actor is not None else url_for("security.login")


def _leave(purpose: str, **more: str) -> Any:
    """Keep the errand in this browser, and show the way to the provider."""
    one = _provider()
    db.session.rollback()  # the provider may be slow: nothing is held meanwhile
    try:
        address, errand = one.leave(purpose, clock.now(), **more)
    except ProviderRefusal as refusal:
        return _refused(refusal)
    session[KEPT] = errand.packed()
    # A page, not a redirect: our policy lets forms lead nowhere but here.
    return render_template("entry/onward.html", address=address)


def _sent_on(*purpose: str, **more: str) -> Any:
    # A class may leave together from behind one address.
    return throttled_by_address(_leave, "60/minute", count_all=True)(*purpose, **more)


@entry.post("/sign-in/provider")
@declares("session.begin")
def enter() -> Any:
    """Leave for the provider, to sign in."""
    return _sent_on("enter", next=own_page(request.form.get("next")))


@entry.post("/account/ways-in/connect")
@declares("identity.connect")
def connect() -> Any:
    """Leave for the provider, to connect the account that one has there."""
    if not actor().second_factor and sessions.has_second_factor(sessions.current_person()):
        return redirect(url_for("account.second_factor"))
    return _sent_on("connect", sign_in=str(actor().sign_in_id))


@entry.post("/account/confirm/provider")
@declares("account.secure")
def confirm() -> Any:
    """Leave for the provider, to prove again who one is."""
    back = own_page(request.args.get("next"))
    return _sent_on("confirm", sign_in=str(actor().sign_in_id), next=back)


@entry.post("/welcome/<string(maxlength=300):token>/provider")
@declares("invitation.accept")
def accept(token: str) -> Any:
    """Leave for the provider, to accept an invitation with the account that one has there."""
    try:
        invitations.by_token(token, now=clock.now())
    except Refusal:
        return redirect(url_for("account.welcome", token=token))
    name = (request.form.get("name") or "").strip()[:120]
    return _sent_on("invitation", token=token, name=name)


@entry.get("/sign-in/return")
@declares("session.begin")
def come_back() -> Any:
    """What the provider sent a person back with, as a form that sends it on: by itself where there is script."""
    _provider()
    brought = {name: request.args.get(name, "")[:2000] for name in ("code", "state", "iss", "error")}
    return render_template("entry/back.html", brought=brought)


@entry.post("/sign-in/return")
@declares("session.begin")
def arrive() -> Any:
    """Judge what the provider said, and do what the person left for."""
    return throttled_by_address(_arrive)()


def _arrive() -> Any:
    one, now = _provider(), clock.now()
    kept = session.pop(KEPT, None)  # whatever comes of it, it is used up
    db.session.rollback()
    try:
        errand = unpacked(kept, request.form.get("state", ""), now)
        if request.form.get("iss") and request.form["iss"] != one.issuer:
            raise ProviderOdd(provider=one.name)
        if request.form.get("error") or not request.form.get("code"):
            raise ProviderDenied(provider=one.name)
        if errand.purpose in ("connect", "confirm") and (g.actor is None or str(g.actor.sign_in_id) != errand.sign_in):
            raise StateUnknown
        claim = one.come_back(errand, request.form["code"], now)
        return {"enter": _enter, "connect": _connect, "confirm": _confirm, "invitation": _accept}[errand.purpose](
            one, errand, claim
        )
    except Refusal as refusal:
        return _refused(refusal)


def _enter(one: Provider, errand: Errand, claim: Claim) -> Any:
    with transaction():
        person = ways.person_of(claim)
        if person is None:
            raise NotConnected(provider=one.name)
        return _let_in(person, errand.next)


def _let_in(person: Any, address: str) -> Any:
    """Sign in; a second factor that the person has here is asked for, whatever the provider asked for."""
    plugins = current_app.extensions["security"].two_factor_plugins
    if step := plugins.tf_enter(person, False, "provider", next_loc=address):
        return step
    login_user(person, authn_via=["provider"])
    return redirect(address)


def _connect(one: Provider, _errand: Errand, claim: Claim) -> Any:
    with transaction():
        operations.connect(actor().person_id, claim, provider=one.name, now=clock.now())
    flash(_("Desde ahora puedes entrar también con tu cuenta de %(provider)s.", provider=one.name), "done")
    return redirect(url_for("entry.ways_in"))


def _confirm(one: Provider, errand: Errand, claim: Claim) -> Any:
    now = clock.now()
    if claim.proved_at is None or now - claim.proved_at > PROVED:
        raise ProviderOdd(provider=one.name)
    with transaction():
        person = ways.person_of(claim)
        if person is None or person.id != actor().person_id:
            raise NotYourIdentity(provider=one.name)
        sessions.confirm(actor().sign_in_id, now, second_factor=False)
    return redirect(errand.next)


def _accept(one: Provider, errand: Errand, claim: Claim) -> Any:
    now, welcome = clock.now(), url_for("account.welcome", token=errand.token)
    with transaction():
        invitation = invitations.by_token(errand.token, now=now)
        known = ways.person_of(claim)
        if known is not None:  # the account is there: sign in, then accept
            if known.email != invitation.email:
                raise AnotherPerson
            return _let_in(known, welcome)
        person = people.accept_invitation(
            errand.token, password=None, without_password=True, name=errand.name or invitation.name, now=now
        )
        operations.connect(person.id, claim, provider=one.name, now=now)
        login_user(person, authn_via=["invitation"])
        home = openings.landing(invitation.id, person.id)
    return redirect(url_for("account.consent", next=home))
