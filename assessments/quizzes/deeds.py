"""What was answered without a connection, when it arrives; and the pages of a quiz that a phone may keep."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request, url_for

from assessments.quizzes import forms, operations, queries, rules
from assessments.quizzes.queries import Paper
from lms.access import actor
from lms.policy import guard


def pages(enrolment_id: UUID, module: str) -> list[str]:
    """The quiz of a module, and the sheet that is open; nothing where there is no quiz. One statement."""
    standing = queries.standing(enrolment_id, module)
    if standing is None:
        return []
    quiz = url_for("quizzes.quiz", enrolment_id=enrolment_id, module=module)
    return [quiz, url_for("quizzes.attempt", attempt_id=standing.open.id)] if standing.open else [quiz]


def answers(*, attempt_id: UUID, whole: bool, now: datetime) -> dict[str, Any]:
    """Keep what was picked, but where something else was picked elsewhere meanwhile: those places are named.

    Raises AttemptSubmitted, NotOnSheet.
    """
    attempt = guard(actor(), "attempt.answer", queries.attempt(attempt_id, lock=True))
    given, clashing, known = _given(attempt, whole)
    if not known:
        operations.write_answers(attempt, given, now=now)
    return {"state": "clash", "places": clashing} if clashing else {"state": "done"}


def submit(*, attempt_id: UUID, whole: bool, now: datetime) -> dict[str, Any]:
    """Keep the answers and hand in, unless some clash or (where that is not meant) are missing.

    Raises AttemptSubmitted, NotOnSheet.
    """
    attempt = guard(actor(), "attempt.submit", queries.attempt(attempt_id, lock=True))
    given, clashing, known = _given(attempt, whole)
    if known:
        return {"state": "done"}
    if clashing:
        operations.write_answers(attempt, given, now=now)
        return {"state": "clash", "places": clashing}
    handed_in = operations.hand_in(attempt, given, gaps="confirm" in request.form, now=now)
    return {"state": "done" if handed_in else "missing"}


def _given(attempt: Paper, whole: bool) -> tuple[dict[int, list[str]], list[int], bool]:
    """The answers to keep; the places where both sides differ; whether a sheet that is closed has all of this already.

    The last is so when the sheet was handed in by this very deed, and only the answer to it was lost on its way.
    """
    given = forms.given(request.form.to_dict(flat=False), whole=whole)
    there = queries.answers(attempt.id)
    if attempt.state != "open":
        return given, [], all(sorted(there.get(place, [])) == sorted(keys) for place, keys in given.items())
    clashing = rules.clashing(forms.seen(request.form.get("seen", "")), there, given)
    return {place: keys for place, keys in given.items() if place not in clashing}, clashing, False
