"""One text of a course: its fields, how it looks, what it was before; and the pictures beside it."""

import io
import re
from typing import Any
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import NotFound
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] (newer than the stubs)

from courses.authoring import operations, pictures, publishing, queries, rewriting, rules
from courses.authoring.forms import FileForm, PictureForm, PressForm, RestoreForm
from courses.authoring.queries import FilePage
from courses.authoring.refusals import DescriptionMissing, FileUnknown, TextMoved
from courses.authoring.views import DRAFT, blueprint, draft_of
from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal, wants_json
from lms.limits import takes
from lms.people.federations.texts import differences
from lms.policy import declares, guard
from lms.texts import gettext as _

FILE = f"{DRAFT}/files/<uuid:file_id>"
# Nothing runs in a picture, whatever is in it, and nothing is loaded by it.
PUBLISHED = re.compile(r'\b(src|href)="/media/[0-9a-f]{32}/([a-z0-9._-]+)"')
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def _page_of(draft_id: UUID, file_id: UUID) -> FilePage:
    page = guard(actor(), "course.write", queries.file_page(draft_id, file_id))
    if not page.place.is_text:
        raise NotFound
    return page


def _is_whole(page: FilePage) -> bool:
    """Whether a file is written as one text: as asked, or because its head cannot be read value by value."""
    if page.place.kind == "plain":
        return False
    return "text" in request.form or request.args.get("whole") == "1" or not rewriting.read(page.text)[1]


@blueprint.route(FILE, methods=["GET", "POST"])
@declares("course.write")
def file(draft_id: UUID, file_id: UUID) -> Any:
    """A text. Sent by the page itself while somebody types, or with its buttons."""
    page = _page_of(draft_id, file_id)
    whole = _is_whole(page)
    form, moved = FileForm.of(page, whole=whole), None
    if request.method == "POST":
        if form.validate():
            try:
                with transaction():
                    _keep(page, form, whole)
                return _saved(draft_id, file_id)
            except operations.Unchanged:
                return _saved(draft_id, file_id)
            except Refusal as refusal:
                form.refuse(refusal)
                if isinstance(refusal, TextMoved):
                    moved = page = _page_of(draft_id, file_id)
        if wants_json():
            said = " ".join(str(one) for errors in form.errors.values() for one in errors)
            return jsonify(error="not-saved", message=said), 409 if moved else 422
        if moved is not None:
            form.base.data = str(moved.file.revision)  # what was seen may now be written over
    return _shown(page, form, whole, moved), (422 if form.errors else 200)


def _keep(page: FilePage, form: FileForm, whole: bool) -> None:
    where, writing = (page.draft.id, page.file.id), form.writing()
    by, now = actor().person_id, clock.now()
    if whole:
        operations.write_whole(*where, form.text.data or "", writing, by=by, now=now)
    elif page.place.kind == "plain":
        if "body" in request.form:
            operations.write_whole(*where, form.body.data or "", writing, by=by, now=now)
    else:
        body = form.body.data or "" if "body" in request.form else None
        operations.write(*where, form.values(page.place, request.form), body, writing, by=by, now=now)


def _sent(page: FilePage, form: FileForm, whole: bool) -> str:
    """The file as it would be with what was sent."""
    if whole:
        return form.text.data or ""
    if page.place.kind == "plain":
        return form.body.data or ""
    return rewriting.rewritten(page.text, form.values(page.place, request.form), form.body.data)


def _saved(draft_id: UUID, file_id: UUID) -> Any:
    if wants_json():
        return jsonify(saved=True)
    here = url_for("authoring.file", draft_id=draft_id, file_id=file_id)
    if "look" in request.form:
        return redirect(f"{here}?look=1#preview")
    flash(_("Está guardado en el borrador."), "done")
    return redirect(here)


def _shown(page: FilePage, form: FileForm, whole: bool, moved: FilePage | None) -> str:
    text = _sent(page, form, whole) if request.method == "POST" else page.text
    looks = request.args.get("look") == "1" or "line" in request.args
    line = request.args.get("line", 0, type=int)
    head, _sound = rewriting.read(page.text)
    lines = page.text.splitlines()
    body_line = 1 if whole or page.place.kind == "plain" else head.body_line
    at = rules.field_of({} if whole or page.place.kind == "plain" else head.lines, body_line, line) if line else ""
    return render_template(
        "authoring/file.html", page=page, form=form, whole=whole, moved=moved, press=PressForm(formdata=None),
        changes=differences(moved.text, text) if moved else None, beside=_beside(page), body_line=body_line,
        look=_looks(page, text) if looks else None, line=line, at=at,
        quoted=lines[line - 1][:200] if 0 < line <= len(lines) else "",
        other=page.file.saved_by != actor().person_id and rules.is_recent(page.file.saved_at, clock.now()),
    )  # fmt: skip


def _beside(page: FilePage) -> list[tuple[str, str, UUID | None]]:
    """The sides of a text (kind, language) and their files, where there are any."""
    from courses.authoring.structure import beside

    sides = [(kind, locale) for kind in ("lesson", "plain", "module", "course", "questions") for locale in ("es", "en")]
    found = []
    for kind, locale in sides:
        path = beside(page.file.path, kind, locale)
        if path and ((kind, locale) != ("questions", "en") or beside(path, "questions", "es") in page.paths):
            found.append((kind, locale, page.paths.get(path)))
    return found


@blueprint.post(f"{FILE}/preview")
@declares("course.write")
def preview(draft_id: UUID, file_id: UUID) -> Any:
    """How what was sent would look, and what the checker would say; nothing is kept."""
    page = _page_of(draft_id, file_id)
    whole = _is_whole(page)
    form = FileForm.of(page, whole=whole)
    if not form.validate():
        said = " ".join(str(one) for errors in form.errors.values() for one in errors)
        return jsonify(error="not-shown", message=said), 422
    look = _looks(page, _sent(page, form, whole))
    return render_template("authoring/_look.html", look=look, page=page)


@blueprint.get(f"{FILE}/history")
@declares("course.write")
def file_history(draft_id: UUID, file_id: UUID) -> Any:
    """What a file was before, and what changed between two moments."""
    found = draft_of(draft_id)
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    entries = queries.history(draft_id, page, file_id)
    if not entries:
        raise NotFound
    numbers = [request.args.get(name, -1, type=int) for name in ("old", "new")]
    if numbers == [-1, -1] and page == 1:
        numbers = [entries[min(1, len(entries) - 1)].number, entries[0].number]
    both = queries.changes(draft_id, file_id, [number for number in numbers if 0 <= number < 2**31])
    old, new = (both.get(number) for number in numbers)
    readable = rules.place_of(entries[0].path).is_text
    lines = differences(_text(old), _text(new)) if old and new and readable else None
    return render_template(
        "authoring/file_history.html", draft=found, file_id=file_id, entries=entries[: queries.PAGE], page=page,
        more=len(entries) > queries.PAGE, old=old, new=new, lines=lines, press=PressForm(formdata=None), readable=readable,
    )  # fmt: skip


def _text(change: Any) -> str:
    return change.content.decode("utf-8", "replace")


@blueprint.get(f"{DRAFT}/history")
@declares("course.write")
def history(draft_id: UUID) -> Any:
    """All that was changed in a draft, also in files that are gone."""
    found = draft_of(draft_id)
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    entries = queries.history(draft_id, page)
    return render_template(
        "authoring/history.html", draft=found, entries=entries[: queries.PAGE], page=page, more=len(entries) > queries.PAGE,
        press=PressForm(formdata=None),
    )  # fmt: skip


@blueprint.post(f"{FILE}/restore")
@declares("course.write")
def restore(draft_id: UUID, file_id: UUID) -> Any:
    """Take an old text back; what it replaces stays in the history."""
    draft_of(draft_id)
    form = RestoreForm()
    number = form.number.data if form.validate() else None
    try:
        with transaction():
            operations.restore(
                draft_id, file_id, -1 if number is None else number, by=actor().person_id, now=clock.now()
            )
        flash(_("El texto de entonces está otra vez en el borrador. El de ahora queda en el historial."), "done")
    except Refusal as refusal:
        flash(str(refusal), "warn")
        return redirect(url_for("authoring.history", draft_id=draft_id))
    return redirect(url_for("authoring.file_history", draft_id=draft_id, file_id=file_id))


@blueprint.get(f"{FILE}/picture")
@declares("course.write")
def picture(draft_id: UUID, file_id: UUID) -> Any:
    """A picture, a sound, a video or a sheet of a draft, as its authors see it; parts of it, where they are asked for."""
    page = guard(actor(), "course.write", queries.file_page(draft_id, file_id))
    shown = pictures.served(page.file.path, bytes(page.file.content))
    if shown is None:
        raise NotFound
    content, mime, in_page = shown
    name = page.file.path.rpartition("/")[2]
    answer = send_file(
        io.BytesIO(content), mime, as_attachment=not in_page, download_name=name, conditional=True, etag=False
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def _looks(page: FilePage, text: str) -> publishing.Look:
    """How a file would look, with the draft's own files where a version has its published ones."""

    def own(found: re.Match[str]) -> str:
        beside = f"{page.place.folder}/{found[2]}" if page.place.folder else found[2]
        file_id = page.paths.get(beside)
        address = url_for("authoring.picture", draft_id=page.draft.id, file_id=file_id) if file_id else ""
        return f'{found[1]}="{address}"'

    look = publishing.look(page.draft, page.file.path, text)
    return publishing.Look(PUBLISHED.sub(own, look.html), look.quiz, look.findings)


@blueprint.route(f"{DRAFT}/pictures", methods=["GET", "POST"])
@declares("course.write")
@takes(pictures.LARGEST_FILE + 1_000_000)  # a little more, so that what is a little too large is told in our own words
def images(draft_id: UUID) -> Any:
    """The pictures and other files of a draft; a new one is put in."""
    found, form = draft_of(draft_id), PictureForm()
    outline = queries.outline(draft_id)
    form.folder.choices = [
        *(SelectChoice(chapter.folder, chapter.title) for chapter in outline.chapters),
        SelectChoice("", _("Página del curso")),
    ]
    added = None
    if request.method == "GET":
        form.folder.data = request.args.get("folder", "")
    elif form.validate():
        try:
            added = _put(draft_id, form, outline)
            outline = queries.outline(draft_id)
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template(
        "authoring/pictures.html", draft=found, form=form, outline=outline, added=added, press=PressForm(formdata=None)
    )
    return page, (422 if form.errors else 200)


def _put(draft_id: UUID, form: PictureForm, outline: rules.Outline) -> str:
    """Keep a file; the Markdown that shows it."""
    sent, description = form.file.data, form.description.data or ""
    if not sent:
        raise FileUnknown(known=pictures.KNOWN)
    given = sent.filename or ""
    content, ending, use = pictures.cleaned(sent.stream.read(pictures.LARGEST_FILE + 1), given)
    if not description and use != "captions":
        raise DescriptionMissing
    folder = form.folder.data if outline.chapter(form.folder.data or "") else ""
    with transaction():
        number = operations.claim(draft_id, clock.now())
        files, _titles = queries.lines(draft_id)
        beside = {file.name for file in files if file.path.rpartition("/")[0] == folder}
        name = pictures.name_for(given, description, ending, beside)
        path = f"{folder}/{name}" if folder else name
        operations.add_files(draft_id, {path: content}, by=actor().person_id, now=clock.now(), number=number)
    return pictures.snippet(use, name, description)
