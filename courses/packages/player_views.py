"""What is answered on the packages' own origin: the frame, the run-time, a package's files, and the place where it saves.

Nobody is signed in there. Everything is opened by a signed address, and nothing of it is believed but that.
"""

import json
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from flask import Response, jsonify, make_response, render_template, request, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.wsgi import FileWrapper

from courses.packages import keeping, operations, origin, queries, rules
from courses.packages.refusals import NotReadable
from courses.packages.views import blueprint
from lms import clock, storage
from lms.config import CHECKOUT
from lms.db import transaction
from lms.errors import Refusal
from lms.limits import takes
from lms.policy import declares
from lms.texts import gettext as _

RUN = "/packages/run/<string(maxlength=400):token>/"
RUNTIME = CHECKOUT / "node_modules" / "scorm-again" / "dist"  # as bin/setup puts it there
SCRIPTS = {"1.2": "scorm12.min.js", "2004": "scorm2004.min.js"}
KINDS = {
    ".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".css": "text/css", ".js": "text/javascript",
    ".mjs": "text/javascript", ".json": "application/json", ".xml": "application/xml", ".txt": "text/plain",
    ".vtt": "text/vtt", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
    ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif", ".ico": "image/x-icon", ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".wav": "audio/wav", ".mp4": "video/mp4", ".webm": "video/webm",
    ".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf", ".pdf": "application/pdf",
    ".wasm": "application/wasm",
}  # fmt: skip


@blueprint.get(RUN)
@declares("package.run")
def frame(token: str) -> Any:
    """The frame around a package: the run-time that it looks for, and the package inside."""
    key = origin.opened(token)
    found = queries.window(key.enrolment_id, key.lesson_id)
    if found is None or found.record.window_id != key.window or not found.lives(clock.now()):
        raise NotFound
    record, item = found.record, found.item
    asks = {
        "who": str(record.id), "name": _("Participante"), "seconds": record.seconds + record.session_seconds,
    }  # fmt: skip
    play = {
        "standard": found.standard,
        "tells": item.tells,
        "launch": f"content/{quote(item.launch)}{item.parameters}",
        "save": "save",
        "sequence": record.sequence,
        "cmi": rules.given_back(found.standard, record.state, item.data, **asks),
        "embedder": key.embedder,
    }
    answer = make_response(
        render_template("packages/frame.html", play=play, script=SCRIPTS[found.standard], title=_("Actividad"))
    )
    answer.headers["Content-Security-Policy"] = origin.frame_policy(key.embedder)
    answer.headers["Clear-Site-Data"] = '"storage"'  # what another package left in this browser
    return answer


@blueprint.get("/packages/runtime/<any(scorm12, scorm2004):name>.js")
@declares("package.run")
def runtime(name: str) -> Any:
    """The run-time of a standard, as its makers publish it."""
    answer = send_from_directory(RUNTIME, f"{name}.min.js", mimetype="text/javascript", max_age=3600)
    return answer


@blueprint.get(f"{RUN}content/<path:path>")
@declares("package.run")
def content(token: str, path: str) -> Any:
    """A file of the package on which the window is open."""
    key = origin.opened(token)
    if request.headers.get("Service-Worker") is not None:  # it would outlive the window
        raise NotFound
    found = queries.file(key.enrolment_id, key.lesson_id, key.window, path, clock.now())
    if found is None:
        raise NotFound
    held = ExitStack()
    try:
        file = held.enter_context(storage.reading(keeping.key(found.package_id, found.number)))
    except FileNotFoundError:
        raise NotFound from None
    answer = Response(FileWrapper(file))
    answer.call_on_close(held.close)
    answer.mimetype = KINDS.get(PurePosixPath(path).suffix.lower(), "application/octet-stream")
    answer.content_length = found.size
    answer.headers["Content-Security-Policy"] = origin.content_policy(key.embedder)
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer.make_conditional(request, accept_ranges=True, complete_length=found.size)


@blueprint.post(f"{RUN}save")
@declares("package.run")
@takes(rules.LARGEST_STATE + 10_000)
def save(token: str) -> Any:
    """What a package tells: kept if it comes from the window that was opened last."""
    key = origin.opened(token)
    try:
        report = _report()
        with transaction():
            told = operations.save(key.enrolment_id, key.lesson_id, key.window, report, now=clock.now())
    except Refusal as refusal:
        return jsonify(result=False, errorCode=391, code=refusal.code, message=str(refusal)), 409
    return jsonify(result=True, errorCode=0, done=told.done)


def _report() -> dict[str, Any]:
    """The JSON that came in. Raises NotReadable."""
    try:
        found = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        raise NotReadable from None
    state = found.get("state", {}) if isinstance(found, dict) else None
    if not isinstance(state, dict) or "\\u0000" in json.dumps(state):
        raise NotReadable
    return found


@blueprint.record_once
def _without_csrf(state: Any) -> None:
    """Nobody is signed in there: what is sent proves itself by its signed address."""
    state.app.extensions["csrf"].exempt(save)
