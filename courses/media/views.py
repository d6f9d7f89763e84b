"""Pages: sound, video and files of lessons, and voice notes."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from courses.learning.lesson_queries import LessonPage, lesson_page
from courses.media import file_queries, operations, queries, rules
from courses.media.forms import VoiceForm
from courses.media.refusals import VoiceMissing, VoiceTooLarge
from lms import clock
from lms.access import actor
from lms.db import db, transaction
from lms.errors import Refusal, wants_json
from lms.limits import takes
from lms.people.privacy import sights
from lms.policy import declares, guard
from lms.security_headers import PERMISSIONS, POLICY
from lms.texts import gettext as _

blueprint = Blueprint("media", __name__, template_folder="templates")
LESSON = "/learn/<uuid:enrolment_id>/<string(maxlength=60):module>/<string(maxlength=60):lesson>"
ROOM = 20_000  # of a sending, for what is not the file
KEPT = "private, max-age=31536000, immutable"  # the address changes with the content
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"  # opened by itself, a file is nothing but a file

# On the page where one records, and on no other: the microphone, and to hear what is not sent yet.
RECORDS = PERMISSIONS.replace("microphone=()", "microphone=(self)")
HEARS = POLICY.replace("media-src 'self'", "media-src 'self' blob:")


@blueprint.get("/media/<string(length=32):digest>/<string(maxlength=100):name>")
@declares("media.read")
def file(digest: str, name: str) -> Response:
    """A file of a lesson (or of a course's page), whole or the part that is asked for."""
    found = file_queries.served(digest, name, g.actor)
    if found is None:
        raise NotFound
    sheet = found.kind.use == "sheet"
    return _sent(
        lambda first, length: file_queries.piece(found, first, length), found.size, found.kind.mime,
        name=found.name if sheet else None,
    )  # fmt: skip


def _sent(read: Any, size: int, mime: str, *, name: str | None, cache: str = KEPT) -> Response:
    """A file of `size` bytes, of which `read(first, length)` gives a part; with a `name`, to be kept rather than shown."""
    asked = rules.part(request.headers.get("Range"), size)
    headers = {"Accept-Ranges": "bytes", "Cache-Control": cache, "Content-Security-Policy": ALONE}
    if asked is None:
        return Response(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    first, last = asked
    headers["Content-Length"] = str(last - first + 1)
    if name is not None:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    partial = "Range" in request.headers and (first, last) != (0, size - 1)
    if partial:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    body = _pieces(read, first, last) if request.method != "HEAD" else ()
    return Response(body, status=206 if partial else 200, headers=headers, content_type=mime)


def _pieces(read: Any, first: int, last: int) -> Iterator[bytes]:
    """A file piece by piece; between them no connection to the database is held."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def pieces() -> Iterator[bytes]:
        at = first
        while at <= last:
            with app.app_context():
                piece = read(at, min(rules.PIECE, last - at + 1))
                db.session.rollback()
            if not piece:  # gone meanwhile
                return
            yield piece
            at += len(piece)

    return pieces()


# --- Voice notes ------------------------------------------------------------------------------------------------------


def lesson_of(enrolment_id: UUID, module: str, lesson: str, action: str) -> LessonPage:
    """The lesson, if the actor may do this in it."""
    return guard(actor(), action, lesson_page(enrolment_id, module, lesson))


def address(page: LessonPage, endpoint: str = "learning.lesson") -> str:
    """Where a page about this lesson is."""
    return url_for(endpoint, enrolment_id=page.enrolment.id, module=page.module.slug, lesson=page.lesson.slug)


@blueprint.route(f"{LESSON}/voice", methods=["GET", "POST"])
@declares("voice.keep")
@takes(rules.LARGEST_VOICE + ROOM)
def voice(enrolment_id: UUID, module: str, lesson: str) -> Any:
    """Answer with one's voice: record it, or send a file; hear it; record it anew."""
    form, place = VoiceForm(), (enrolment_id, module, lesson)
    if form.validate_on_submit():
        try:
            content = _content(form)
            with transaction():
                page = lesson_of(*place, "voice.keep")
                operations.keep_voice(page, content, now=clock.now())
            flash(_("Tu grabación está guardada. Solo la oyes tú, mientras no la compartas."), "done")
            there = address(page, "media.voice")
            return jsonify(saved=True, address=there) if wants_json() else redirect(there)
        except Refusal as refusal:
            if wants_json():
                return jsonify(error=refusal.code, message=str(refusal)), 422
            form.refuse(refusal)
    page = lesson_of(*place, "voice.keep")
    note = queries.note_of(page.enrolment.id, page.lesson.id)
    shown = render_template(
        "media/voice.html", page=page, note=note, form=form, lesson_address=address(page),
        minutes=rules.LONGEST_VOICE // 60, most=rules.LONGEST_VOICE,
    )  # fmt: skip
    return Response(
        shown,
        status=422 if form.errors else 200,
        headers={"Permissions-Policy": RECORDS, "Content-Security-Policy": HEARS},
    )


def _content(form: VoiceForm) -> bytes:
    sent = request.files.get(form.voice.name)
    content = b""
    if sent:
        with sent.stream as opened:
            content = opened.read(rules.LARGEST_VOICE + 1)
    if not content:
        raise VoiceMissing
    if len(content) > rules.LARGEST_VOICE:
        raise VoiceTooLarge(most=rules.LARGEST_VOICE // 1_000_000)
    return content


@blueprint.post(f"{LESSON}/voice/remove")
@declares("voice.keep")
def remove_voice(enrolment_id: UUID, module: str, lesson: str) -> Any:
    """Remove one's recording, and with it what others could hear."""
    with transaction():
        page = lesson_of(enrolment_id, module, lesson, "voice.keep")
        operations.remove_voice(page, now=clock.now())
    flash(_("La grabación está borrada."), "done")
    return redirect(address(page, "media.voice"))


@blueprint.get("/voice/<uuid:voice_id>")
@declares("voice.hear")
def hear(voice_id: UUID) -> Response:
    """The sound of a note, for its owner and for whom they gave it to."""
    found = guard(actor(), "voice.hear", queries.heard(voice_id))
    sights.note(found.person_id, "reflection")
    try:
        content = operations.sound(found.note)
    except FileNotFoundError:
        raise NotFound from None
    ending = found.note.mime.partition("/")[2]
    return _sent(
        lambda first, length: content[first : first + length], len(content), found.note.mime,
        name=f"voz.{ending}", cache="no-store",
    )  # fmt: skip


from courses.media import accepting, sharing_views  # noqa: E402, F401 (they hang on the blueprint and on the lesson)
