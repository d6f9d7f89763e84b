"""A module's quiz, and the attempts at it."""

import secrets
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments.bank.queries import wordings
from assessments.quizzes import forms, operations, queries, rules, sheets
from assessments.quizzes.queries import Sitting, Standing
from lms import clock, i18n
from lms.access import actor
from lms.db import transaction
from lms.errors import Refusal, wants_json
from lms.policy import declares, guard
from lms.texts import gettext as _

blueprint = Blueprint("quizzes", __name__, template_folder="templates")


@blueprint.route("/learn/<uuid:enrolment_id>/<string(maxlength=60):module>/quiz", methods=["GET", "POST"])
@declares("quiz.read", POST="attempt.start")
def quiz(enrolment_id: UUID, module: str) -> Response | tuple[str, int]:
    """What the quiz is, earlier results; begin or go on with POST."""
    form = None
    if request.method == "POST":
        try:
            with transaction():
                standing = guard(actor(), "attempt.start", queries.standing(enrolment_id, module))
                attempt_id = operations.begin(standing, now=clock.now(), seed=secrets.randbelow(2**31))
            return redirect(url_for("quizzes.attempt", attempt_id=attempt_id))
        except Refusal as refusal:
            form = forms.StartForm()
            form.refuse(refusal)
    standing = guard(actor(), "quiz.read", queries.standing(enrolment_id, module))
    return render_template("quizzes/quiz.html", form=form, **_overview(standing)), (422 if form else 200)


def _overview(standing: Standing) -> dict[str, Any]:
    quiz, submitted, passed, open_ = standing.place, standing.submitted, standing.passed, standing.open
    return {
        "quiz": quiz,
        "count": min(quiz.draw, len(quiz.question_ids)),
        "submitted": submitted,
        "passed": passed,
        "open": open_,
        "left": max(quiz.attempts_allowed - len(submitted), 0),
        "may_begin": rules.may_start(len(submitted), quiz.attempts_allowed, passed, open_ is not None),
    }


@blueprint.get("/attempts/<uuid:attempt_id>")
@declares("attempt.read")
def attempt(attempt_id: UUID) -> str:
    """The open sheet as one form; or, once submitted, its result."""
    sitting = guard(actor(), "attempt.read", queries.sitting(attempt_id))
    items, answers = queries.items(sitting.attempt.sheet), queries.answers(attempt_id)
    words, locale = wordings(item.question for item in items), i18n.current()
    if sitting.attempt.state == "submitted":
        questions = sheets.judged_sheet(items, words, answers, locale)
        return render_template("quizzes/result.html", questions=questions, **_result(sitting))
    unanswered = [position for position in range(len(items)) if not answers.get(position)]
    return render_template(
        "quizzes/sheet.html",
        sitting=sitting,
        questions=sheets.open_sheet(items, words, answers, locale),
        unanswered=unanswered,
        shown=forms.shown(answers),
        asked="check" in request.args and bool(unanswered),
    )


def _result(sitting: Sitting) -> dict[str, Any]:
    place, attempt = sitting.place, sitting.attempt
    left = max(place.attempts_allowed - attempt.number, 0)
    return {"sitting": sitting, "left": left, "may_retry": not attempt.passed and left > 0}


@blueprint.post("/attempts/<uuid:attempt_id>/answers")
@declares("attempt.answer")
def answers(attempt_id: UUID) -> Response:
    """Keep what was picked: from the page's script (JSON) or from the button (then back to the quiz)."""
    with transaction():
        found = guard(actor(), "attempt.answer", queries.attempt(attempt_id, lock=True))
        operations.write_answers(found, _given(), now=clock.now())
    if wants_json():
        return jsonify(saved=True)
    flash(_("Tus respuestas están guardadas. Puedes seguir cuando quieras."), "done")
    return redirect(url_for("quizzes.attempt", attempt_id=attempt_id))


def _given() -> dict[int, list[str]]:
    """What was picked: the page's script sends what changed, a button the whole form."""
    return forms.given(request.form.to_dict(flat=False), whole=not wants_json())


@blueprint.post("/attempts/<uuid:attempt_id>/submit")
@declares("attempt.submit")
def submit(attempt_id: UUID) -> Response:
    """Keep the form's answers; hand in if none is missing or the person says that this is meant, otherwise ask."""
    here = url_for("quizzes.attempt", attempt_id=attempt_id)
    try:
        with transaction():
            found = guard(actor(), "attempt.submit", queries.attempt(attempt_id, lock=True))
            meant = "confirm" in request.form
            submitted = operations.hand_in(found, _given(), gaps=meant, now=clock.now())
    except operations.AttemptSubmitted as refusal:
        flash(str(refusal), "info")
        return redirect(here)
    return redirect(here if submitted else f"{here}?check=1")
