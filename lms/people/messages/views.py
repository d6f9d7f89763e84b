"""Pages: what the platform tells a person, and how."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from lms import clock, i18n, once
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.pages import own_page
from lms.people.messages import account_kinds as account_kinds  # registers the kinds of people
from lms.people.messages import jobs as jobs  # registers the mails
from lms.people.messages import operations, queries, rules, stopping, wording
from lms.people.messages.forms import AnnouncementForm, WaysForm
from lms.people.messages.kinds import GROUPS
from lms.policy import declares
from lms.texts import gettext as _
from lms.texts import ngettext

messages = Blueprint("messages", __name__, template_folder="templates")


def _identifier(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@messages.get("/messages")
@declares("message.read")
def index() -> Any:
    """The inbox, grouped by day. Looking at it marks nothing as read."""
    found = queries.inbox(actor().person_id, _identifier(request.args.get("before")))
    shown = found[: queries.PAGE]
    names = queries.names_in(shown)
    days: dict[Any, list[Any]] = {}
    for message in shown:
        words = wording.said(message.kind, message.facts, names)
        days.setdefault(i18n.local(message.at).date(), []).append((message, words))
    return render_template(
        "messages/inbox.html",
        days=days,
        unread=any(message.read_at is None for message in shown),
        newest=shown[0].id if shown else None,
        older=shown[-1].id if len(found) > queries.PAGE else None,
        first=not request.args.get("before"),
    )


@messages.post("/messages/read")
@declares("message.read")
def read_all() -> Any:
    """Mark as read everything that the page showed, and what is older."""
    newest = _identifier(request.form.get("newest"))
    if newest is not None:
        with transaction():
            operations.mark_all_read(actor().person_id, newest, now=clock.now())
    return redirect(url_for("messages.index"))


@messages.post("/messages/<uuid:message_id>/open")
@declares("message.read")
def open_one(message_id: UUID) -> Any:
    """Mark a message as read and go to what it is about."""
    with transaction():
        message = queries.one(actor().person_id, message_id)
        if message is None:
            raise NotFound
        path = wording.said(message.kind, message.facts, queries.names_in([message])).path
        operations.mark_read(actor().person_id, [message_id], now=clock.now())
    return redirect(own_page(path) if path else url_for("messages.index"), 303)


@messages.route("/messages/announce", methods=["GET", "POST"])
@declares("announcement.make")
def announce() -> Any:
    """Tell a whole group something."""
    form, who, now = AnnouncementForm(), actor(), clock.now()
    if form.validate_on_submit() and who.federation_id is not None:
        try:
            with transaction():
                if answer := once.answer(who.person_id, form, now):
                    return redirect(answer)
                count = operations.announce(
                    who.federation_id, form.role.data or "", form.subject.data or "", form.text.data or "",
                    by=who.person_id, now=now,
                )  # fmt: skip
                once.keep(who.person_id, form, url_for("messages.index"))
            told = ngettext(
                "Tu anuncio ha salido a %(num)s persona.", "Tu anuncio ha salido a %(num)s personas.", count
            )
            flash(told, "done")
            return redirect(url_for("messages.index"))
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("messages/announce.html", form=form), (422 if form.errors else 200)


@messages.route("/account/messages", methods=["GET", "POST"])
@declares("message.choose")
def settings() -> Any:
    """How the person wants to be told."""
    person_id = actor().person_id
    chosen = {f"way_{group}": way for group, way in queries.ways(person_id).items()}
    form = WaysForm(data=chosen | {"discretion": queries.discretion(person_id)})
    if form.validate_on_submit():
        with transaction():
            operations.choose(person_id, form.ways, form.discretion.data, now=clock.now())
        flash(_("Te avisaremos así desde ahora."), "done")
        return redirect(url_for("messages.settings"))
    page = render_template(
        "messages/settings.html",
        form=form,
        groups=list(GROUPS),
        hour=rules.DIGEST_HOUR,
        refused=queries.last_mail(person_id) == "refused",
    )
    return page, (422 if form.errors else 200)


@messages.route("/messages/stop/<token>", methods=["GET", "POST"])
@declares("message.stop")
def stop(token: str) -> Any:
    """End mails of a group, without signing in: GET asks, POST does, also when a mail program sends it by itself.

    The answer is the same whether the account is still there or not.
    """
    found = stopping.read(token)
    if found is None:
        raise NotFound
    person_id, group = found
    if request.method == "POST":
        with transaction():
            operations.stop(person_id, group, now=clock.now())
    title = GROUPS[group].title if group in GROUPS else _("Resumen del día")
    return render_template("messages/stop.html", stateless=True, title=title, done=request.method == "POST")


@messages.record_once
def _let_mail_programs_post(state: Any) -> None:
    """The signed token stands for the person: see docs/decisions/0009-mail-and-discretion.md."""
    state.app.extensions["csrf"].exempt(stop)
