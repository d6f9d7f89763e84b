"""What is held about people: their attempts and what they chose."""

from datetime import datetime

from sqlalchemy import ColumnElement, select

from assessments.quizzes.models import Answer, Attempt, Quiz
from lms.people.models import Federation
from lms.people.privacy.holdings import Aged, Delete, Holding, Side, nobody

_FEDERATION = select(Attempt.federation_id).where(Attempt.id == Answer.attempt_id).scalar_subquery()


def _submitted(before: datetime) -> ColumnElement[bool]:
    return Answer.attempt_id.in_(select(Attempt.id).where(Attempt.submitted_at < before))


HOLDINGS = [
    Holding(
        "quizzes",
        Attempt,
        (
            Side(
                "person_id",
                (Delete(),),
                ("number", "state", "began_at", "submitted_at", "score", "passed", "pass_mark"),
            ),
        ),
        looked_up={"federation": ("federation_id", Federation, "name"), "quiz": ("quiz_id", Quiz, "title")},
    ),
    Holding(
        "quizzes",
        Answer,
        (Side("attempt_id", (Delete(),), ("position", "chosen", "saved_at", "score"), through=(Attempt, "person_id")),),
        looked_up={"attempt": ("attempt_id", Attempt, "number"), "began_at": ("attempt_id", Attempt, "began_at")},
        # The score of the attempt stays: it may count for an award.
        aged=(Aged("quiz-answers", _submitted, _FEDERATION),),
    ),
    nobody("quizzes"),
]
