"""Editions for those who keep them; the course home and the lessons for those who learn."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for

from courses.catalogue import queries as catalogue
from courses.catalogue.rules import in_language
from courses.learning import edition_queries, living, operations, queries, reflecting, rules
from courses.learning.forms import EditionForm, ReflectionForm, Sheet
from courses.learning.lesson_queries import LessonPage, lesson_page
from courses.learning.refusals import ReflectionStale
from lms import clock, i18n, once, reading
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal, wants_json
from lms.policy import declares, guard
from lms.texts import gettext as _

blueprint = Blueprint("learning", __name__, template_folder="templates")
LESSON = "/learn/<uuid:enrolment_id>/<string(maxlength=60):module>/<string(maxlength=60):lesson>"


@blueprint.route("/editions", methods=["GET", "POST"])
@declares("edition.list", POST="edition.create")
def editions() -> Any:
    """The federation's editions; a registrar opens new ones."""
    who, form, now = actor(), EditionForm(), clock.now()
    assert who.federation_id is not None
    courses = catalogue.published(who.federation_id)
    form.course.choices = [(str(card.version_id), in_language(card.title, i18n.current())) for card in courses]
    if form.validate_on_submit():
        try:
            with transaction():
                if answer := once.answer(who.person_id, form, now):
                    return redirect(answer)
                given = {key: form[key].data for key in ("begins_on", "ends_on", "seats", "for_everybody")}
                operations.open_edition(
                    who.federation_id, UUID(form.course.data), form.name.data or "", by=who.person_id, now=now, **given
                )
                once.keep(who.person_id, form, url_for("learning.editions"))
            flash(_("La edición está abierta: ya se puede entrar en ella desde la página del curso."), "done")
            return redirect(url_for("learning.editions"))
        except Refusal as refusal:
            form.refuse(refusal)
    found = edition_queries.editions(who.federation_id)
    status = 422 if form.errors else 200
    return render_template("learning/editions.html", form=form, editions=found, today=now.date()), status


@blueprint.post("/editions/<uuid:edition_id>/<any(everybody, invited):whom>")
@declares("edition.change")
def change_door(edition_id: UUID, whom: str) -> Any:
    """Let in whoever asks on the course's page, or only those who have been invited."""
    try:
        with transaction():
            edition = guard(actor(), "edition.change", edition_queries.edition(edition_id))
            operations.set_for_everybody(
                edition.id, whom == "everybody", federation_id=edition.federation_id, by=actor().person_id,
                now=clock.now(),
            )  # fmt: skip
        if whom == "everybody":
            flash(
                _(
                    "«%(name)s» está abierta a todo el mundo: se puede pedir plaza en la página del curso.",
                    name=edition.name,
                ),
                "done",
            )
        else:
            flash(_("En «%(name)s» entran solo quienes tienen invitación.", name=edition.name), "done")
    except Refusal as refusal:
        flash(str(refusal), "error")
    return redirect(url_for("learning.editions"))


@blueprint.post("/editions/<uuid:edition_id>/<any(open, close):what>")
@declares("edition.change")
def change(edition_id: UUID, what: str) -> Any:
    """Open or close the enrolment of an edition."""
    with transaction():
        edition = guard(actor(), "edition.change", edition_queries.edition(edition_id))
        operations.set_open(
            edition.id,
            what == "open",
            federation_id=edition.federation_id,
            by=actor().person_id,
            now=clock.now(),
        )
    name = edition.name
    if what == "open":
        flash(_("La inscripción en «%(name)s» vuelve a estar abierta.", name=name), "done")
    else:
        flash(_("La inscripción en «%(name)s» está cerrada. Quienes ya están dentro siguen.", name=name), "done")
    return redirect(url_for("learning.editions"))


@blueprint.post("/editions/<uuid:edition_id>/enrol")
@declares("edition.enrol")
def enrol(edition_id: UUID) -> Any:
    """Enrol oneself in an edition of one's federation."""
    who = actor()
    edition = guard(who, "edition.enrol", edition_queries.edition(edition_id))
    federation_id, course = edition.federation_id, edition_queries.course_of(edition_id)
    try:
        with transaction():
            enrolment = operations.enrol(who.person_id, edition_id, federation_id=federation_id, now=clock.now())
            address = url_for("learning.edition", enrolment_id=enrolment.id)
    except Refusal as refusal:
        flash(str(refusal), "warn")
        return redirect(url_for("catalogue.course", slug=course))
    return redirect(address)


@blueprint.get("/learn/<uuid:enrolment_id>")
@declares("enrolment.read")
def edition(enrolment_id: UUID) -> str:
    """One's course home: where one left it, and the modules as steps."""
    course = guard(actor(), "enrolment.read", queries.enrolment_progress(enrolment_id))
    current = rules.current_module(course.modules)
    steps = [(module, rules.state_of(module, current)) for module in course.modules]
    following = next((line for line in current.lines if not line.done), None) if current else None
    panels = [make(course, clock.now()) for make in current_app.extensions["lms_course_panels"]]
    return render_template(
        "learning/edition.html", course=course, steps=steps, current=current, following=following, panels=panels
    )


@blueprint.route(LESSON, methods=["GET", "POST"])
@declares("enrolment.study", POST="reflection.write")
def lesson(enrolment_id: UUID, module: str, lesson: str) -> Any:
    """A lesson with its private reflection; POST keeps the reflection and, with `done`, goes on to what follows."""
    form, place, stale = None, (enrolment_id, module, lesson), False
    if request.method == "POST":
        form = ReflectionForm()
        if form.validate():
            try:
                with transaction():
                    page = guard(actor(), "reflection.write", lesson_page(*place))
                    reflecting.keep(page, form, partial=wants_json(), now=clock.now())
                return jsonify(saved=True) if wants_json() else _onward(page)
            except Refusal as refusal:
                form.refuse(refusal)
                stale = isinstance(refusal, ReflectionStale)
        if wants_json():
            return _not_saved(form, stale)
    page = guard(actor(), "enrolment.study", lesson_page(*place))
    sheet = form.sheet() if form else Sheet.of(page.reflection)
    if stale and page.reflection is not None:
        # The next sending replaces what is kept: both texts have now been seen.
        sheet = Sheet.of(page.reflection)._replace(text=sheet.text, used_alternative=sheet.used_alternative)
    plain = _wants_plain() and bool(in_language(page.lesson.plain, i18n.current()))
    text = in_language(page.lesson.plain if plain else page.lesson.html, i18n.current())
    shown = render_template(
        "learning/lesson.html", page=page, sheet=sheet, form=form, stale=stale, plain=plain,
        filled=living.filled(text, page, request.path),
    )  # fmt: skip
    return shown, (422 if form else 200)


def _wants_plain() -> bool:
    """Whether to show the variant in plain language, where there is one: as asked for this once, or as the reader reads."""
    always = "1" if reading.current().get("plain") == "on" else "0"
    return request.args.get("plain", always) == "1"


def _onward(page: LessonPage) -> Any:
    """After saving: the same lesson again; after `done`: the next lesson, or the module's quiz."""
    enrolment_id, module = page.enrolment.id, page.module.slug
    if "done" not in request.form:
        flash(_("Tu reflexión está guardada. Solo la lees tú."), "done")
        address = url_for("learning.lesson", enrolment_id=enrolment_id, module=module, lesson=page.lesson.slug)
    elif page.after is not None:
        address = url_for("learning.lesson", enrolment_id=enrolment_id, module=module, lesson=page.after.slug)
    else:
        address = url_for("quizzes.quiz", enrolment_id=enrolment_id, module=module)
    return redirect(address)


def _not_saved(form: ReflectionForm, stale: bool) -> Any:
    errors = [str(error) for errors in form.errors.values() for error in errors]
    if stale:
        errors.append(_("Pulsa «Guardar la reflexión» y verás los dos textos."))
    return jsonify(error="reflection-stale" if stale else "not-saved", message=" ".join(errors)), 409 if stale else 422


from courses.learning import open_views  # noqa: E402, F401 (it hangs on the blueprint)
