"""Pages: share a reflection with one's mentor, see who may read it, take it back; what others shared with one."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from courses.media import operations, queries, rules
from courses.media.forms import WAYS, AnswerForm, ShareForm
from courses.media.views import LESSON, address, blueprint, lesson_of
from lms import clock, once
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.people.privacy import sights
from lms.policy import declares, guard
from lms.texts import gettext as _


@blueprint.route(f"{LESSON}/share", methods=["GET", "POST"])
@declares("reflection.share")
def share(enrolment_id: UUID, module: str, lesson: str) -> Any:
    """Choose what of a lesson's reflection one shares, and with whom; see with whom it is shared."""
    form, place = ShareForm(), (enrolment_id, module, lesson)
    page = lesson_of(*place, "reflection.share")
    note = queries.note_of(page.enrolment.id, page.lesson.id)
    mentors = queries.mentors(page.person_id, page.federation_id)
    written = page.reflection.text if page.reflection else ""
    form.way.choices = [(way, WAYS[way]) for way in rules.ways(bool(written), note is not None)]
    form.reader_id.choices = [(str(mentor.id), mentor.name) for mentor in mentors]
    if len(mentors) == 1 and form.reader_id.data is None:
        form.reader_id.data = str(mentors[0].id)
    if form.validate_on_submit():
        try:
            with transaction():
                page = lesson_of(*place, "reflection.share")
                operations.share(page, form.way.data, UUID(form.reader_id.data), now=clock.now())
            name = next(mentor.name for mentor in mentors if str(mentor.id) == form.reader_id.data)
            flash(_("Compartido con %(name)s. Puedes retirarlo cuando quieras.", name=name), "done")
            return redirect(address(page, "media.share"))
        except Refusal as refusal:
            form.refuse(refusal)
    found = queries.shared_of(page.enrolment.id, page.lesson.id)
    shown = render_template(
        "media/share.html", page=page, note=note, form=form, found=found, written=written, mentors=mentors, ways=WAYS,
        lesson_address=address(page),
    )  # fmt: skip
    return shown, (422 if form.errors else 200)


@blueprint.get("/shared")
@declares("reflection.shared")
def shared_list() -> Any:
    """What others gave one to read, and what one has shared oneself."""
    who = actor()
    federation_id = who.federation_id
    mine = queries.shared_by(who.person_id, federation_id) if federation_id else []
    theirs = queries.shared_with(who.person_id, federation_id) if federation_id and who.has("senior") else []
    answered = {one.shared_id for one in queries.answers_to([one.row.id for one in (*mine, *theirs)])}
    return render_template("media/shared_list.html", mine=mine, theirs=theirs, answered=answered, ways=WAYS)


@blueprint.route("/shared/<uuid:shared_id>", methods=["GET", "POST"])
@declares("reflection.see", POST="reflection.answer")
def shared(shared_id: UUID) -> Any:
    """One shared reflection: who gave it to whom, what it says, and what was answered. The reader may answer."""
    who, form = actor(), AnswerForm()
    if form.validate_on_submit():
        try:
            with transaction():
                found = guard(who, "reflection.answer", queries.shared(shared_id))
                if done := once.answer(who.person_id, form, clock.now()):
                    return redirect(done)
                there = url_for("media.shared", shared_id=shared_id)
                operations.answer(found.row, form.text.data or "", by=who.person_id, now=clock.now())
                once.keep(who.person_id, form, there)
            flash(_("Tu respuesta está enviada."), "done")
            return redirect(there)
        except Refusal as refusal:
            form.refuse(refusal)
    action = "reflection.answer" if form.is_submitted() else "reflection.see"
    found = guard(who, action, queries.shared(shared_id))
    if who.person_id != found.person_id:
        sights.note(found.person_id, "reflection")
    page = render_template(
        "media/shared.html", shared=found, form=form, own=who.person_id == found.person_id, ways=WAYS
    )
    return page, (422 if form.errors else 200)


@blueprint.post("/shared/<uuid:shared_id>/take-back")
@declares("reflection.take-back")
def take_back(shared_id: UUID) -> Any:
    """From now on nobody else can read it."""
    try:
        with transaction():
            found = guard(actor(), "reflection.take-back", queries.shared(shared_id))
            operations.take_back(found.row, now=clock.now())
        flash(_("Retirado: %(name)s ya no puede leerlo.", name=found.reader), "done")
    except Refusal as refusal:
        flash(str(refusal), "warn")
    return redirect(url_for("media.shared_list"))
