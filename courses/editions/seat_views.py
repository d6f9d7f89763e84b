"""What learners do with their seat: wait for one, pause, leave, change to another edition, choose a day."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from courses.editions import page_queries, seats
from courses.editions.forms import DayForm, TransferForm
from courses.editions.views import blueprint
from courses.learning import queries as learning
from courses.learning.models import Enrolment
from courses.learning.queries import CourseProgress
from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.policy import declares, guard
from lms.texts import gettext as _

# --- The queue --------------------------------------------------------------------------------------------------------


@blueprint.route("/waiting/<uuid:edition_id>", methods=["GET", "POST"])
@declares("edition.wait")
def waiting(edition_id: UUID) -> Any:
    """One's place in the queue for an edition; POST joins it."""
    who, refused = actor(), None
    edition = guard(who, "edition.wait", page_queries.edition(edition_id))
    if request.method == "POST":
        try:
            with transaction():
                seats.wait(who.person_id, edition_id, federation_id=edition.federation_id, now=clock.now())
            flash(_("Estás en la lista de espera. Te avisamos si queda una plaza libre."), "done")
            return redirect(url_for("editions.waiting", edition_id=edition_id))
        except Refusal as refusal:
            refused = refusal
    place = page_queries.own_place(edition_id, who.person_id)
    page = render_template("editions/waiting.html", edition=edition, place=place, refused=refused)
    return page, (422 if refused else 200)


@blueprint.post("/waiting/<uuid:edition_id>/leave")
@declares("edition.wait")
def stop_waiting(edition_id: UUID) -> Any:
    """Leave the queue, or let an offered seat pass."""
    who = actor()
    edition = guard(who, "edition.wait", page_queries.edition(edition_id))
    try:
        with transaction():
            seats.stop_waiting(who.person_id, edition_id, federation_id=edition.federation_id, now=clock.now())
        flash(_("Ya no esperas plaza en esta edición. Puedes volver a apuntarte cuando quieras."), "done")
    except Refusal as refusal:
        flash(str(refusal), "warn")
    return redirect(url_for("editions.waiting", edition_id=edition_id))


# --- One's seat -------------------------------------------------------------------------------------------------------


def _own(enrolment_id: UUID) -> Enrolment:
    return guard(actor(), "enrolment.change", learning.enrolment(enrolment_id))


def _seat(enrolment_id: UUID, day: DayForm | None = None, move: TransferForm | None = None) -> Any:
    course: CourseProgress = guard(actor(), "enrolment.change", learning.enrolment_progress(enrolment_id))
    move = move or TransferForm(formdata=None)
    move.edition.choices = _others(course)
    page = render_template(
        "editions/seat.html",
        course=course,
        day=day or DayForm(formdata=None, obj=course),
        move=move,
    )
    return page, (422 if move.errors or (day and day.errors) else 200)


def _others(course: CourseProgress) -> list[tuple[str, str]]:
    today = clock.now().date()
    found = page_queries.others(course.edition_id, course.federation_id, today)
    return [(str(id_), name) for id_, name, _begins in found]


@blueprint.get("/enrolments/<uuid:enrolment_id>")
@declares("enrolment.change")
def seat(enrolment_id: UUID) -> Any:
    """What one may do with one's seat."""
    return _seat(enrolment_id)


@blueprint.post("/enrolments/<uuid:enrolment_id>/<any(pause, resume, leave):deed>")
@declares("enrolment.change")
def change_seat(enrolment_id: UUID, deed: str) -> Any:
    """Pause, come back, or leave."""
    with transaction():
        enrolment = _own(enrolment_id)
        done = getattr(seats, deed)(enrolment, by=actor().person_id, now=clock.now())
    if done:
        said = {
            "pause": _("El curso está en pausa. Tu plaza y todo lo tuyo siguen aquí; nadie te recordará nada."),
            "resume": _("Qué bien verte. Todo está como lo dejaste."),
            "leave": _("Has dejado la edición y tu plaza. Lo que hiciste sigue siendo tuyo."),
        }
        flash(said[deed], "done")
    return redirect(url_for("learning.edition", enrolment_id=enrolment_id))


@blueprint.post("/enrolments/<uuid:enrolment_id>/day")
@declares("enrolment.change")
def set_day(enrolment_id: UUID) -> Any:
    """The day by which one wants to be done."""
    form = DayForm()
    if form.validate():
        try:
            with transaction():
                course: CourseProgress = guard(actor(), "enrolment.change", learning.enrolment_progress(enrolment_id))
                seats.set_deadline(
                    _own(enrolment_id), form.due_on.data, ends_on=course.ends_on, by=actor().person_id, now=clock.now()
                )
            flash(_("Tu plazo está cambiado."), "done")
            return redirect(url_for("learning.edition", enrolment_id=enrolment_id))
        except Refusal as refusal:
            form.refuse(refusal)
    return _seat(enrolment_id, day=form)


@blueprint.post("/enrolments/<uuid:enrolment_id>/transfer")
@declares("enrolment.change")
def transfer(enrolment_id: UUID) -> Any:
    """Change to another edition of the course."""
    form = TransferForm()
    course: CourseProgress = guard(actor(), "enrolment.change", learning.enrolment_progress(enrolment_id))
    form.edition.choices = _others(course)
    if form.validate():
        try:
            with transaction():
                enrolment = _own(enrolment_id)
                seats.transfer(
                    enrolment.id, UUID(form.edition.data), by=actor().person_id,
                    federation_id=enrolment.federation_id, now=clock.now(),
                )  # fmt: skip
            flash(_("Ahora estás en la otra edición. Lo que hiciste y escribiste ha venido contigo."), "done")
            return redirect(url_for("learning.edition", enrolment_id=enrolment_id))
        except Refusal as refusal:
            form.refuse(refusal)
    return _seat(enrolment_id, move=form)
