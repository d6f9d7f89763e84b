"""Deeds that were done without a connection, as they arrive: one by one, in their order, each once."""

from typing import Any

from flask import Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

from courses.offline import operations
from courses.offline.refusals import DeedUnreadable
from courses.offline.views import blueprint
from lms import clock
from lms.access import actor
from lms.db import transaction
from lms.policy import declares

LONGEST = 64


@blueprint.post("/offline/deeds")
@declares("deed.send")
def send() -> Response:
    """A form that was filled in for the address `deed_for`, with the key `deed` that makes it arrive once.

    `deed_whole` if all of the form is there, not only what changed. Answers {"state": …}: what became of it.
    """
    who, key, now = actor(), request.form.get("deed", ""), clock.now()
    endpoint, place = _meant(request.form.get("deed_for", ""))
    do = current_app.extensions["lms_deeds"].get(endpoint)
    if do is None or not 8 <= len(key) <= LONGEST:
        raise DeedUnreadable
    with transaction():
        outcome = operations.claim(who.person_id, key, endpoint, _content(), now=now)
        if outcome is None:
            outcome = do(**place, whole="deed_whole" in request.form, now=now)
            operations.settle(who.person_id, key, outcome)
    return jsonify(outcome)


def _meant(address: str) -> tuple[str, dict[str, Any]]:
    """The endpoint that takes such a form, and what its address names."""
    try:
        endpoint, place = current_app.url_map.bind("").match(address, method="POST")
    except (HTTPException, ValueError):
        raise DeedUnreadable from None
    return str(endpoint), dict(place)


def _content() -> dict[str, list[str]]:
    content = request.form.to_dict(flat=False)
    return {name: values for name, values in content.items() if name not in ("csrf_token", "deed")}
