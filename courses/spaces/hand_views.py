"""Pages: between a learner and those who teach."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from courses.spaces import hands, operations, queries
from courses.spaces.forms import HandForm
from courses.spaces.views import _page, blueprint
from courses.spaces.words import REASONS
from lms import clock, once
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people.privacy import sights
from lms.policy import declares, guard
from lms.texts import gettext as _


@blueprint.get("/editions/<uuid:edition_id>/hand")
@declares("hand.list")
def hand_list(edition_id: UUID) -> str:
    """Who might be glad of a hand."""
    space = guard(actor(), "hand.list", queries.of_edition(edition_id, actor().person_id))
    found = hands.might_help(edition_id, clock.now())
    return render_template("spaces/hands.html", space=space, learners=found, reasons=REASONS)


@blueprint.route("/editions/<uuid:edition_id>/hand/<uuid:enrolment_id>", methods=["GET", "POST"])
@declares("hand.list")
def hand(edition_id: UUID, enrolment_id: UUID) -> Any:
    """Writing to one learner."""
    space = guard(actor(), "hand.list", queries.of_edition(edition_id, actor().person_id))
    learner = hands.learner(edition_id, enrolment_id)
    if learner is None:
        raise NotFound
    sights.note(learner.person_id, "hand")

    def send(form: HandForm) -> None:
        operations.give_hand(
            space, enrolment_id, learner.person_id, form.text.data or "", by=actor().person_id, now=clock.now()
        )

    here = url_for("spaces.hand", edition_id=edition_id, enrolment_id=enrolment_id)
    return _talk(space, enrolment_id, here, send, learner)


@blueprint.route("/learn/<uuid:enrolment_id>/hand", methods=["GET", "POST"])
@declares("hand.ask")
def own_hand(enrolment_id: UUID) -> Any:
    """One's own conversation with those who teach the edition."""
    edition_id = hands.edition_of(enrolment_id)
    space = queries.of_edition(edition_id, actor().person_id) if edition_id else None
    guard(actor(), "hand.ask", space)
    assert space is not None
    if space.enrolment_id != enrolment_id:
        raise NotFound

    def send(form: HandForm) -> None:
        operations.ask_hand(space, form.text.data or "", by=actor().person_id, now=clock.now())

    return _talk(space, enrolment_id, url_for("spaces.own_hand", enrolment_id=enrolment_id), send, None)


def _talk(space: queries.Space, enrolment_id: UUID, here: str, send: Any, learner: hands.Written | None) -> Any:
    form, who = HandForm(), actor()
    if form.validate_on_submit():
        try:
            with transaction():
                if not once.answer(who.person_id, form, clock.now()):
                    send(form)
                    once.keep(who.person_id, form, here)
            flash(_("Tu mensaje ha salido."), "done")
            return redirect(here)
        except Refusal as refusal:
            form.refuse(refusal)
    thread = queries.hand_of(enrolment_id)
    page = _page()
    said = queries.posts(thread.id, page) if thread else []
    shown = render_template(
        "spaces/hand.html", space=space, thread=thread, said=said, form=form, learner=learner, here=here, page=page,
        enrolment_id=enrolment_id,
    )  # fmt: skip
    return shown, (422 if form.errors else 200)
