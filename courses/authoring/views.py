"""Writing courses: what is being written, how a course is put together, its files in and out."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import NotFound

from courses.authoring import operations, queries, rules, structure, wording
from courses.authoring.forms import (
    AddForm,
    ArchiveForm,
    BesideForm,
    MoveForm,
    NewCourseForm,
    PathForm,
    PressForm,
    RenameForm,
)
from courses.authoring.models import CourseDraft
from courses.authoring.refusals import FileTooLarge
from courses.catalogue import archives, source
from lms import clock, once, uploads
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal
from lms.limits import LARGEST_BODY, takes
from lms.policy import declares, guard
from lms.texts import gettext as _
from lms.texts import ngettext

blueprint = Blueprint("authoring", __name__, template_folder="templates")
blueprint.add_app_template_filter(wording.spoken, "spoken")
blueprint.add_app_template_filter(wording.field_named, "field_named")
DRAFT = "/author/<uuid:draft_id>"
LARGEST_ZIP = 15_000_000


def here() -> UUID:
    """The federation in which somebody writes."""
    found = actor().federation_id
    assert found is not None  # every role is held in one
    return found


def draft_of(draft_id: UUID) -> CourseDraft:
    """A draft of this federation, or 404."""
    return guard(actor(), "course.write", queries.draft(draft_id))


@blueprint.route("/author", methods=["GET", "POST"])
@declares("course.write")
def index() -> Any:
    """What is being written; a new course is begun."""
    form, courses = NewCourseForm(), queries.writable(here())
    form.offer(courses)
    if form.validate_on_submit():
        try:
            return redirect(_begin(form))
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template(
        "authoring/index.html", form=form, courses=courses, drafts=queries.drafts(here()), archive=ArchiveForm(formdata=None),
        press=PressForm(formdata=None),
    )  # fmt: skip
    return page, (422 if form.errors else 200)


def _begin(form: NewCourseForm) -> str:
    who, now, title = actor(), clock.now(), form.title.data or ""
    with transaction():
        if answer := once.answer(who.person_id, form, now):
            return answer
        if form.source.data:
            files = operations.files_of(_uuid(form.source.data), here())
            files = structure.retitled(files, title, form.audience.data)
        else:
            files = structure.course_files(title, form.audience.data)
        draft = operations.begin(here(), form.slug.data or rules.slug(title), files, by=who.person_id, now=now)
        address = url_for("authoring.draft", draft_id=draft.id)
        once.keep(who.person_id, form, address)
    return address


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@blueprint.post("/author/courses/<uuid:course_id>")
@declares("course.write")
def open_course(course_id: UUID) -> Any:
    """Go on with a course of one's own federation."""
    with transaction():
        guard(actor(), "course.write", queries.course(course_id))
        draft_id = operations.open_draft(course_id, here(), by=actor().person_id, now=clock.now()).id
    return redirect(url_for("authoring.draft", draft_id=draft_id))


@blueprint.get(DRAFT)
@declares("course.write")
def draft(draft_id: UUID) -> Any:
    """A course that is being written: its modules and lessons, in order."""
    return _draft_page(draft_of(draft_id))


def _draft_page(found: CourseDraft, **forms: Any) -> Any:
    page = render_template(
        "authoring/draft.html", draft=found, outline=queries.outline(found.id), press=PressForm(formdata=None),
        archive=forms.get("archive") or ArchiveForm(formdata=None), add=forms.get("add") or AddForm(formdata=None),
        rename=forms.get("rename") or RenameForm(formdata=None, data={"slug": found.slug}),
    )  # fmt: skip
    return page, (422 if forms else 200)


@blueprint.post(f"{DRAFT}/add")
@declares("course.write")
def add(draft_id: UUID) -> Any:
    """A new module, or a new lesson in one; then to its page."""
    found, form = draft_of(draft_id), AddForm()
    if form.validate():
        by, now, title = actor().person_id, clock.now(), form.title.data or ""
        try:
            with transaction():
                if form.folder.data:
                    made = structure.add_lesson(draft_id, form.folder.data, title, by=by, now=now)
                else:
                    made = structure.add_module(draft_id, title, by=by, now=now)
            return redirect(url_for("authoring.file", draft_id=draft_id, file_id=made))
        except Refusal as refusal:
            form.refuse(refusal)
    return _draft_page(found, add=form)


@blueprint.post(f"{DRAFT}/beside")
@declares("course.write")
def beside(draft_id: UUID) -> Any:
    """The English side, the plain-language variant or the questions of a text; then to its page."""
    draft_of(draft_id)
    form = BesideForm()
    if not form.validate():
        return redirect(url_for("authoring.draft", draft_id=draft_id))
    file, _blank, side = (form.side.data or "").partition(" ")
    kind, _blank, locale = side.partition(" ")
    with transaction():
        made = structure.add_beside(
            draft_id, _uuid(file), kind, "en" if locale == "en" else "es", by=actor().person_id, now=clock.now()
        )
    return redirect(url_for("authoring.file", draft_id=draft_id, file_id=made))


@blueprint.post(f"{DRAFT}/order")
@declares("course.write")
def order(draft_id: UUID) -> Any:
    """Put a module or a lesson at another place."""
    draft_of(draft_id)
    form = MoveForm()
    if form.validate():
        path, _blank, to = (form.move.data or "").partition(" ")
        try:
            with transaction():
                structure.move(draft_id, path, int(to), now=clock.now())
            flash(_("El orden está cambiado."), "done")
        except Refusal as refusal:
            flash(str(refusal), "warn")
    return redirect(url_for("authoring.draft", draft_id=draft_id))


@blueprint.post(f"{DRAFT}/rename")
@declares("course.write")
def rename(draft_id: UUID) -> Any:
    """Another name in the address."""
    found, form = draft_of(draft_id), RenameForm()
    if form.validate():
        try:
            with transaction():
                if form.path.data:
                    structure.rename(draft_id, form.path.data, form.slug.data or "", now=clock.now())
                elif found.course_id is None:
                    structure.rename_course(draft_of(draft_id), form.slug.data or "", now=clock.now())
            flash(_("La dirección está cambiada."), "done")
            return redirect(url_for("authoring.draft", draft_id=draft_id))
        except Refusal as refusal:
            form.refuse(refusal)
    return _draft_page(draft_of(draft_id), rename=form)


@blueprint.post(f"{DRAFT}/remove")
@declares("course.write")
def remove(draft_id: UUID) -> Any:
    """Take out a module, a lesson or a file; its history keeps what it was."""
    draft_of(draft_id)
    form = PathForm()
    try:
        with transaction():
            count = structure.remove(draft_id, form.path.data or "", by=actor().person_id, now=clock.now())
        words = ngettext("Se ha quitado %(num)s archivo.", "Se han quitado %(num)s archivos.", count)
        flash(f"{words} {_('Si te hace falta, lo recuperas en el historial del borrador.')}", "done")
    except Refusal as refusal:
        flash(str(refusal), "warn")
    return redirect(url_for("authoring.draft", draft_id=draft_id))


@blueprint.route(f"{DRAFT}/discard", methods=["GET", "POST"])
@declares("course.write")
def discard(draft_id: UUID) -> Any:
    """Throw a draft away, with its history."""
    found = draft_of(draft_id)
    if request.method == "GET":
        return render_template("authoring/discard.html", draft=found, press=PressForm(formdata=None))
    with transaction():
        operations.discard(draft_of(draft_id), by=actor().person_id, now=clock.now())
    flash(_("El borrador está descartado. Lo publicado sigue como estaba."), "done")
    return redirect(url_for("authoring.index"))


@blueprint.post("/author/import")
@declares("course.write")
@takes(LARGEST_BODY)
def bring() -> Any:
    """A new draft from a ZIP of a course folder."""
    form = ArchiveForm()
    try:
        slug, files = _unpacked(form)
        with transaction():
            draft_id = operations.begin(here(), slug, files, by=actor().person_id, now=clock.now()).id
        flash(_("El curso está en un borrador. Nadie más lo ve hasta que se publique."), "done")
        return redirect(url_for("authoring.draft", draft_id=draft_id))
    except Refusal as refusal:
        flash(str(refusal), "error")
        return redirect(url_for("authoring.index"))


@blueprint.post(f"{DRAFT}/import")
@declares("course.write")
@takes(LARGEST_BODY)
def bring_into(draft_id: UUID) -> Any:
    """Let a draft say what the folder in a ZIP says; what it said before is in its history."""
    found, form = draft_of(draft_id), ArchiveForm()
    try:
        _slug, files = _unpacked(form)
        with transaction():
            count = structure.take_over(draft_id, files, by=actor().person_id, now=clock.now())
        words = ngettext("Ha cambiado %(num)s archivo.", "Han cambiado %(num)s archivos.", count)
        flash(f"{words} {_('Lo que decían antes está en el historial.')}", "done")
        return redirect(url_for("authoring.draft", draft_id=draft_id))
    except Refusal as refusal:
        form.refuse(refusal)
    return _draft_page(found, archive=form)


def _unpacked(form: ArchiveForm) -> tuple[str, dict[str, bytes]]:
    """The slug and files of the folder in what was sent. Raises the refusals of `archives`, and FileTooLarge."""
    sent = form.file.data
    if not form.validate() or not sent:
        raise archives.ArchiveBroken
    with TemporaryDirectory(dir=uploads.folder()) as scratch:
        archive, into = Path(scratch) / "sent.zip", Path(scratch) / "course"
        into.mkdir()
        with archive.open("xb") as file:
            size = 0
            while piece := sent.stream.read(1 << 16):
                size += len(piece)
                if size > LARGEST_ZIP:
                    raise FileTooLarge(most=f"{LARGEST_ZIP // 1_000_000} MB")
                file.write(piece)
        folder = archives.unpack(archive, into)
        files = source.files(folder)
        operations.fits(files)
        return folder.name, files


@blueprint.get(f"{DRAFT}/course.zip")
@declares("course.write")
def export(draft_id: UUID) -> Any:
    """The draft as a ZIP of its folder, byte for byte."""
    found = draft_of(draft_id)
    return _zipped(found.slug, found.slug, queries.files(draft_id))


@blueprint.get("/author/versions/<uuid:version_id>/course.zip")
@declares("course.write")
def export_version(version_id: UUID) -> Any:
    """A published version as a ZIP of its folder, byte for byte."""
    found = queries.version_files(version_id, here())
    if found is None:
        raise NotFound
    slug, number, files = found
    return _zipped(slug, f"{slug}-{number}", files)


def _zipped(slug: str, name: str, files: dict[str, bytes]) -> Any:
    out = io.BytesIO()
    archives.pack(slug, files, out)
    out.seek(0)
    return send_file(out, "application/zip", as_attachment=True, download_name=f"{name}.zip")


from courses.authoring import file_views, move_views, publish_views  # noqa: E402, F401 (they hang on the blueprint)
