"""Pages: talk in an edition, and among the agents of a federation."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for

from courses.catalogue.rules import in_language
from courses.spaces import models as models  # its tables
from courses.spaces import operations, queries, rules
from courses.spaces.forms import AnnounceForm, BeginForm, ChangeForm, RemoveForm, SayForm, WishForm
from courses.spaces.queries import Space
from lms import clock, i18n, once
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.policy import declares, guard
from lms.texts import gettext as _
from lms.texts import ngettext

blueprint = Blueprint("spaces", __name__, template_folder="templates")


def _page() -> int:
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 6 and int(asked) else 1


def _list(space: Space, here: str) -> Any:
    """A space's conversations; POST begins one."""
    form, who, page = BeginForm(), actor(), _page()
    about = queries.lesson(space, form.lesson.data or request.args.get("lesson"))
    if about and request.method == "GET":
        form.lesson.data, form.title.data = str(about[0]), in_language(about[1], i18n.current())[:120]
    if form.validate_on_submit():
        try:
            with transaction():
                if answer := once.answer(who.person_id, form, clock.now()):
                    return redirect(answer)
                thread_id = operations.begin(
                    space, form.title.data or "", form.text.data or "", notice=form.notice.data or "",
                    by=who.person_id, now=clock.now(), lesson_id=about[0] if about else None,
                )  # fmt: skip
                address = url_for("spaces.thread", thread_id=thread_id)
                once.keep(who.person_id, form, address)
            return redirect(address)
        except Refusal as refusal:
            form.refuse(refusal)
    lines = queries.threads(space, page)
    shown = render_template(
        "spaces/index.html", space=space, here=here, form=form, lines=lines[: rules.PAGE], page=page,
        more=len(lines) > rules.PAGE,
    )  # fmt: skip
    return shown, (422 if form.errors else 200)


@blueprint.route("/editions/<uuid:edition_id>/talk", methods=["GET", "POST"])
@declares("talk.read", POST="talk.say")
def edition(edition_id: UUID) -> Any:
    """What is talked of in an edition."""
    space = guard(actor(), "talk.read", queries.of_edition(edition_id, actor().person_id))
    return _list(space, url_for("spaces.edition", edition_id=edition_id))


@blueprint.route("/network", methods=["GET", "POST"])
@declares("network.read", POST="network.say")
def network() -> Any:
    """What the agents of a federation talk of among themselves."""
    space = guard(actor(), "network.read", queries.network(actor()))
    return _list(space, url_for("spaces.network"))


@blueprint.route("/editions/<uuid:edition_id>/announce", methods=["GET", "POST"])
@declares("talk.moderate")
def announce(edition_id: UUID) -> Any:
    """Tell everybody in an edition something."""
    who, form = actor(), AnnounceForm()
    space = guard(who, "talk.moderate", queries.of_edition(edition_id, who.person_id))
    if form.validate_on_submit():
        try:
            with transaction():
                if answer := once.answer(who.person_id, form, clock.now()):
                    return redirect(answer)
                told = operations.announce(
                    space, form.title.data or "", form.text.data or "", by=who.person_id, now=clock.now()
                )
                address = url_for("spaces.edition", edition_id=edition_id)
                once.keep(who.person_id, form, address)
            flash(
                ngettext("Se lo hemos contado a %(num)s persona.", "Se lo hemos contado a %(num)s personas.", told),
                "done",
            )
            return redirect(address)
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("spaces/announce.html", space=space, form=form), (422 if form.errors else 200)


@blueprint.route("/talk/<uuid:thread_id>", methods=["GET", "POST"])
@declares("talk.read", POST="talk.say")
def thread(thread_id: UUID) -> Any:
    """A conversation; POST answers."""
    who, form = actor(), SayForm()
    space = guard(who, "talk.read", queries.of_thread(thread_id, who.person_id))
    if space.thread.kind == "hand":
        return redirect(_hand_address(space))
    if form.validate_on_submit():
        try:
            with transaction():
                if answer := once.answer(who.person_id, form, clock.now()):
                    return redirect(answer)
                number = operations.say(
                    space, form.text.data or "", notice=form.notice.data or "", by=who.person_id, now=clock.now()
                )
                address = _at(thread_id, number)
                once.keep(who.person_id, form, address)
            return redirect(address)
        except Refusal as refusal:
            form.refuse(refusal)
    return _conversation(space, form)


def _conversation(space: Space, form: Any) -> Any:
    who, of = actor(), space.thread
    asked = request.args.get("post", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 0
    page = (number - 1) // rules.PAGE + 1 if number else _page()
    shown = render_template(
        "spaces/thread.html", space=space, thread=of, said=queries.posts(of.id, page), form=form, page=page,
        pages=(of.posts - 1) // rules.PAGE + 1, follows=queries.follows(of.id, who.person_id), at=number,
    )  # fmt: skip
    return shown, (422 if form.errors else 200)


def _at(thread_id: UUID, number: int) -> str:
    """The address of something said, on its page."""
    page = (number - 1) // rules.PAGE + 1
    return url_for("spaces.thread", thread_id=thread_id) + (f"?page={page}" if page > 1 else "") + f"#m{number}"


def _hand_address(space: Space) -> str:
    """Where one's own conversation with those who teach is read, by either side."""
    if space.held_by == actor().person_id:
        return url_for("spaces.own_hand", enrolment_id=space.thread.enrolment_id)
    return url_for("spaces.hand", edition_id=space.edition_id, enrolment_id=space.thread.enrolment_id)


def _found(post_id: UUID, action: str) -> tuple[Space, Any]:
    """The space of something said, if one may do this in it, and what was said."""
    space, post = queries.of_post(post_id, actor().person_id)
    guard(actor(), action, space)
    assert space is not None
    return space, post


@blueprint.route("/talk/posts/<uuid:post_id>/change", methods=["GET", "POST"])
@declares("talk.say")
def change(post_id: UUID) -> Any:
    """Other words for one's own."""
    space, post = _found(post_id, "talk.say")
    guard(actor(), "post.change", _Own(space.federation_id, post.author_id))
    form = ChangeForm(obj=post)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.change(
                    space, post, form.text.data or "", notice=form.notice.data or "", by=actor().person_id,
                    now=clock.now(),
                )  # fmt: skip
            return redirect(_at(space.thread.id, post.number))
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("spaces/change.html", space=space, post=post, form=form), (422 if form.errors else 200)


class _Own:
    """Something that somebody said, for the policy."""

    def __init__(self, federation_id: UUID, person_id: UUID) -> None:
        self.federation_id, self.person_id = federation_id, person_id


@blueprint.route("/talk/posts/<uuid:post_id>/remove", methods=["GET", "POST"])
@declares("talk.read")
def remove(post_id: UUID) -> Any:
    """Take away what one said oneself, or what does harm in a space that one looks after."""
    space, post = _found(post_id, "talk.read")
    own = post.author_id == actor().person_id
    if not own:
        guard(actor(), "talk.moderate", space)
    form = RemoveForm()
    if form.validate_on_submit():
        with transaction():
            done = operations.remove(space, post, reason=form.reason.data or "", by=actor().person_id, now=clock.now())
        if done:
            flash(_("El mensaje ya no está."), "done")
        return redirect(_at(space.thread.id, post.number))
    return render_template("spaces/remove.html", space=space, post=post, form=form, own=own), (
        422 if form.errors else 200
    )


@blueprint.post("/talk/posts/<uuid:post_id>/flag")
@declares("talk.read")
def flag(post_id: UUID) -> Any:
    """Ask those who look after the space to look at this."""
    space, post = _found(post_id, "talk.read")
    try:
        with transaction():
            operations.flag(space, post, by=actor().person_id, now=clock.now())
        flash(_("Gracias. Alguien que cuida este espacio lo mirará."), "done")
    except Refusal as refusal:
        flash(str(refusal), "warn")
    return redirect(_at(space.thread.id, post.number))


@blueprint.post("/talk/<uuid:thread_id>/<any(follow, unfollow, close, reopen):what>")
@declares("talk.read")
def thread_change(thread_id: UUID, what: str) -> Any:
    """Follow a conversation or not; whoever looks after the space closes and reopens it."""
    who = actor()
    action = "talk.read" if what in ("follow", "unfollow") else "talk.moderate"
    space = guard(who, action, queries.of_thread(thread_id, who.person_id))
    if WishForm().validate_on_submit():
        with transaction():
            if what in ("follow", "unfollow"):
                operations.follow(space, what == "follow", by=who.person_id, now=clock.now())
            else:
                operations.set_closed(space, what == "close", by=who.person_id, now=clock.now())
    return redirect(url_for("spaces.thread", thread_id=thread_id))


from courses.spaces import hand_views  # noqa: E402, F401 (it hangs on the blueprint)
