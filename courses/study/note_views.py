"""One's own notes: of a lesson, and of a whole course. Pages for reading and writing without script, JSON for the lesson's."""

from typing import Any
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from courses.learning import queries as learning
from courses.study import note_queries, notes
from courses.study.forms import NewNoteForm, NoteForm
from courses.study.note_queries import OneNote, Place
from courses.study.refusals import NoteStale
from courses.study.views import blueprint
from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal, wants_json
from lms.policy import declares, guard
from lms.texts import gettext as _

LESSON = "/learn/<uuid:enrolment_id>/<string(maxlength=60):module>/<string(maxlength=60):lesson>/notes"


@blueprint.route(LESSON, methods=["GET", "POST"])
@declares("note.read", POST="note.write")
def lesson_notes(enrolment_id: UUID, module: str, lesson: str) -> Any:
    """The notes of a lesson; POST adds one."""
    where, form = (enrolment_id, module, lesson), NewNoteForm()
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                guard(actor(), "note.write", note_queries.place(*where))
                note_id = form.note_id()
                anchor, writing = form.anchor(), form.writing()
                if not notes.add(
                    note_id, *where, form.text.data or "", anchor=anchor, writing=writing, now=clock.now()
                ):
                    raise NotFound
            if wants_json():
                return jsonify(saved=True, id=str(note_id))
            flash(_("Tu nota está guardada. Solo la lees tú."), "done")
            return redirect(url_for("study.lesson_notes", enrolment_id=enrolment_id, module=module, lesson=lesson))
        except Refusal as refusal:
            form.refuse(refusal)
    place = guard(actor(), "note.read", note_queries.place(*where))
    if wants_json():
        return _refused(form) if request.method == "POST" else _as_json(note_queries.in_lesson(place))
    return _lesson_page(place, form)


@blueprint.get(f"{LESSON}.json")
@declares("note.read")
def lesson_notes_data(enrolment_id: UUID, module: str, lesson: str) -> Any:
    """The same for the lesson's script."""
    place = guard(actor(), "note.read", note_queries.place(enrolment_id, module, lesson))
    return _as_json(note_queries.in_lesson(place))


def _lesson_page(place: Place, form: NewNoteForm, changed: NoteForm | None = None, of: UUID | None = None) -> Any:
    found = note_queries.in_lesson(place)
    page = render_template("study/lesson_notes.html", place=place, notes=found, form=form, changed=changed, of=of)
    return page, (422 if form.errors or changed else 200)


def _as_json(found: list[OneNote]) -> Any:
    shown = ("id", "paragraph", "start", "quote", "text", "revision")
    return jsonify(notes=[{name: getattr(one, name) for name in shown} for one in found])


@blueprint.post("/notes/<uuid:note_id>")
@declares("note.write")
def write_note(note_id: UUID) -> Any:
    """Change the text of a note."""
    form, stale = NoteForm(), False
    note = guard(actor(), "note.write", note_queries.note(note_id))
    if form.validate():
        try:
            with transaction():
                note = guard(actor(), "note.write", note_queries.note(note_id))
                notes.write(note_id, form.text.data or "", writing=form.writing(), now=clock.now())
            if wants_json():
                return jsonify(saved=True)
            flash(_("Tu nota está guardada. Solo la lees tú."), "done")
            return _back(note)
        except Refusal as refusal:
            form.refuse(refusal)
            if stale := isinstance(refusal, NoteStale):
                # The next sending replaces what is kept: both texts have now been seen.
                form.base.data = str(note_queries.note(note_id).revision)  # type: ignore[union-attr]
                form.page.data = ""
    if wants_json():
        return _refused(form, stale)
    place = note_queries.place(note.enrolment_id, note.module, note.lesson)
    if place is None:  # a lesson that the course has no more: its notes stand on the course's page alone
        flash(" ".join(str(error) for errors in form.errors.values() for error in errors), "error")
        return _back(note)
    return _lesson_page(place, NewNoteForm(formdata=None), form, note_id)


@blueprint.post("/notes/<uuid:note_id>/delete")
@declares("note.write")
def drop_note(note_id: UUID) -> Any:
    """Delete a note, or take a mark away."""
    with transaction():
        note = guard(actor(), "note.write", note_queries.note(note_id))
        notes.drop(note_id)
    if wants_json():
        return jsonify(saved=True)
    flash(_("La nota está borrada."), "done")
    return _back(note)


@blueprint.get("/learn/<uuid:enrolment_id>/notes")
@declares("note.read")
def course_notes(enrolment_id: UUID) -> Any:
    """All one's notes of a course, by lesson."""
    course = guard(actor(), "note.read", learning.enrolment_place(enrolment_id))
    return render_template("study/course_notes.html", course=course, lessons=note_queries.in_course(enrolment_id))


def _back(note: OneNote) -> Any:
    """To the page from which a form without script came."""
    if request.form.get("from") == "course":
        return redirect(url_for("study.course_notes", enrolment_id=note.enrolment_id) + f"#{note.lesson}")
    where = {"enrolment_id": note.enrolment_id, "module": note.module, "lesson": note.lesson}
    return redirect(url_for("study.lesson_notes", **where))


def _refused(form: NoteForm, stale: bool = False) -> Any:
    sentences = [str(error) for errors in form.errors.values() for error in errors]
    if stale:
        sentences.append(_("Copia tu texto, recarga la página y junta los dos."))
    return jsonify(error="note-stale" if stale else "not-saved", message=" ".join(sentences)), 422
