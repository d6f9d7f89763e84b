"""Attempts follow their edition to a newer version of its course: what was tried counts for the module's new quiz."""

from uuid import UUID

from sqlalchemy import case, select, update

from assessments.quizzes.models import Attempt, Quiz
from courses.authoring.moves import Became
from courses.learning.models import Enrolment
from lms.db import db


def follow(edition_id: UUID, became: Became) -> None:
    """Let the attempts of an edition's people belong to the quiz of the module that their own has become.

    Their sheets, answers and scores stay as they are. What has no such quiz stays with the old one.
    """
    modules = became.modules
    mine = Attempt.enrolment_id.in_(select(Enrolment.id).where(Enrolment.edition_id == edition_id))
    tried = db.session.execute(
        select(Quiz.id, Quiz.module_id).where(Quiz.id.in_(select(Attempt.quiz_id).where(mine)))
    ).all()
    wanted = {old: modules[module] for old, module in tried if module in modules}
    there = dict(
        db.session.execute(select(Quiz.module_id, Quiz.id).where(Quiz.module_id.in_(list(wanted.values())))).all()
    )
    quizzes = {old: there[module] for old, module in wanted.items() if module in there}
    if quizzes:
        db.session.execute(
            update(Attempt)
            .where(mine, Attempt.quiz_id.in_(list(quizzes)))
            .values(quiz_id=case(quizzes, value=Attempt.quiz_id))
            .execution_options(synchronize_session=False)
        )
