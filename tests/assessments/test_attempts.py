"""Attempts: started once, answered while open, scored once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from assessments.quizzes import operations, queries
from assessments.quizzes.models import Answer, Attempt
from courses.learning.models import Enrolment
from lms.audit import AuditEntry
from lms.db import transaction
from lms.errors import Refusal
from tests.assessments.conftest import QUESTIONS, School
from tests.world import NOW


def at_once(times: int, call: Any) -> list[Any]:
    """What `call` answers, or the code of its refusal, in so many threads that set off together."""
    barrier = Barrier(times)

    def one(number: int) -> Any:
        barrier.wait()
        try:
            return call(number)
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_an_attempt_draws_a_sheet_and_keeps_it(school: School) -> None:
    person, enrolment = school.learner()
    attempt = school.attempt(school.start(enrolment))
    assert (attempt.person_id, attempt.number, attempt.state, attempt.score) == (person, 1, "open", None)
    assert len(attempt.sheet) == 4
    assert {item["kind"] for item in attempt.sheet} == {"situation", "single", "boolean", "multiple"}


def test_starting_again_gives_the_open_attempt(school: School) -> None:
    _person, enrolment = school.learner()
    assert school.start(enrolment, seed=1) == school.start(enrolment, seed=2)


def test_two_starts_at_once_give_one_attempt(school: School) -> None:
    _person, enrolment = school.learner()
    found = at_once(6, lambda number: school.start(enrolment, seed=number))
    assert len(set(found)) == 1
    with school.world.database() as session:
        assert session.query(Attempt).count() == 1


def test_best_answers_score_full_marks(school: School) -> None:
    person, enrolment = school.learner()
    attempt_id = school.start(enrolment)
    school.save(attempt_id, person, school.best(attempt_id))
    attempt = school.submit(attempt_id, person)
    assert (attempt.state, attempt.score, attempt.passed, attempt.submitted_at) == ("submitted", 10_000, True, NOW)
    with school.world.database() as session:
        assert [answer.score for answer in session.query(Answer)] == [10_000] * 4


def test_what_is_left_unanswered_counts_nothing(school: School) -> None:
    person, enrolment = school.learner()
    attempt_id = school.start(enrolment)
    school.save(attempt_id, person, school.best(attempt_id, range(2)))
    attempt = school.submit(attempt_id, person)
    assert (attempt.score, attempt.passed) == (5_000, False)


def test_submitting_a_part_of_the_answers_scores_the_earlier_ones_and_leaves_them_as_they_were(school: School) -> None:
    person, enrolment = school.learner()
    attempt_id = school.start(enrolment)
    best = school.best(attempt_id)
    school.save(attempt_id, person, {0: best[0], 1: best[1]})
    later = NOW + timedelta(minutes=5)
    with school.world.database(), transaction():
        attempt = queries.attempt(attempt_id, lock=True)
        assert attempt is not None
        assert operations.hand_in(attempt, {2: best[2]}, gaps=True, now=later)
    with school.world.database() as session:
        kept = session.query(Answer).order_by(Answer.position).all()
        assert [(answer.position, answer.saved_at, answer.score) for answer in kept] == [
            (0, NOW, 10_000),
            (1, NOW, 10_000),
            (2, later, 10_000),
        ]
    assert school.attempt(attempt_id).score == 7_500


def test_an_answer_can_be_changed_and_taken_back(school: School) -> None:
    person, enrolment = school.learner()
    attempt_id = school.start(enrolment)
    keys = school.attempt(attempt_id).sheet[0]["choices"]
    school.save(attempt_id, person, {0: [keys[0]]})
    school.save(attempt_id, person, {0: [keys[1]]})
    assert school.answers(attempt_id) == {0: [keys[1]]}
    school.save(attempt_id, person, {0: []})
    assert school.answers(attempt_id) == {0: []}


def test_answers_that_the_sheet_does_not_have_are_refused_and_nothing_is_kept(school: School) -> None:
    person, enrolment = school.learner()
    attempt_id = school.start(enrolment)
    sheet = school.attempt(attempt_id).sheet
    single = next(i for i, item in enumerate(sheet) if item["kind"] == "single")
    for given in (
        {4: [sheet[0]["choices"][0]]},
        {-1: [sheet[0]["choices"][0]]},
        {0: ["nothing"]},
        {0: [sheet[1]["choices"][0]]},
        {single: sheet[single]["choices"]},
        {0: [sheet[0]["choices"][0]] * 2},
    ):
        with pytest.raises(operations.NotOnSheet):
            school.save(attempt_id, person, {1: [sheet[1]["choices"][0]], **given})
    assert school.answers(attempt_id) == {}


def test_nobody_answers_or_submits_for_another_person(school: School) -> None:
    _person, enrolment = school.learner()
    other, _enrolment = school.learner()
    attempt_id = school.start(enrolment)
    with pytest.raises(operations.AttemptUnknown):
        school.save(attempt_id, other, school.best(attempt_id))
    with pytest.raises(operations.AttemptUnknown):
        school.submit(attempt_id, other)
    assert school.attempt(attempt_id).state == "open"


def test_answering_after_submission_is_refused_and_changes_nothing(school: School) -> None:
    person, enrolment = school.learner()
    attempt_id = school.start(enrolment)
    school.submit(attempt_id, person)
    with pytest.raises(operations.AttemptSubmitted):
        school.save(attempt_id, person, school.best(attempt_id))
    assert school.answers(attempt_id) == {}
    assert school.attempt(attempt_id).score == 0


def test_twenty_submissions_at_once_score_once_and_the_others_are_told(school: School) -> None:
    person, enrolment = school.learner()
    attempt_id = school.start(enrolment)
    school.save(attempt_id, person, school.best(attempt_id))
    found = at_once(20, lambda _number: school.submit(attempt_id, person).score)
    assert sorted(found, key=str) == sorted([10_000] + ["attempt-submitted"] * 19, key=str)
    with school.world.database() as session:
        assert session.query(AuditEntry).filter_by(action="attempt.submit").count() == 1


def test_a_submission_waits_for_answers_that_are_being_written(school: School) -> None:
    person, enrolment = school.learner()
    attempt_id = school.start(enrolment)
    best = school.best(attempt_id)
    with ThreadPoolExecutor(1) as pool:
        with school.world.database(), transaction():
            attempt = queries.attempt(attempt_id, lock=True)
            assert attempt is not None
            submission = pool.submit(school.submit, attempt_id, person)
            with pytest.raises(TimeoutError):
                submission.result(timeout=0.3)
            operations.write_answers(attempt, best, now=NOW)
        assert submission.result().score == 10_000


def test_a_second_attempt_is_there_when_the_first_has_not_passed_and_a_third_is_not(school: School) -> None:
    person, enrolment = school.learner()
    first = school.start(enrolment)
    school.submit(first, person)
    second = school.start(enrolment)
    assert second != first
    assert school.attempt(second).number == 2
    school.submit(second, person)
    with pytest.raises(operations.NoAttemptsLeft):
        school.start(enrolment)


def test_who_has_passed_needs_no_further_attempt(school: School) -> None:
    person, enrolment = school.learner()
    attempt_id = school.start(enrolment)
    school.save(attempt_id, person, school.best(attempt_id))
    school.submit(attempt_id, person)
    with pytest.raises(operations.AlreadyPassed):
        school.start(enrolment)


def test_attempts_of_one_federation_say_nothing_in_another(school: School) -> None:
    person, enrolment = school.learner()
    abroad = school.enrol(person, school.world.elsewhere)
    here, there = school.start(enrolment), school.start(abroad)
    school.submit(here, person)
    assert here != there
    with school.world.database():
        assert set(queries.best_scores(person, school.world.here)) == {("un-curso", 1)}
        assert queries.best_scores(person, school.world.elsewhere) == {}


def test_the_best_attempt_stands(school: School) -> None:
    person, enrolment = school.learner()
    for positions in (range(2), range(4)):
        attempt_id = school.start(enrolment)
        school.save(attempt_id, person, school.best(attempt_id, positions))
        school.submit(attempt_id, person)
    with school.world.database():
        best = queries.best_scores(person, school.world.here)
    assert best == {("un-curso", 1): queries.Best(10_000, True, 2, NOW, school.world.here)}


def test_rewording_a_question_changes_neither_a_past_score_nor_an_open_sheet(school: School) -> None:
    person, enrolment = school.learner()
    past, open_ = school.start(enrolment), None
    school.save(past, person, school.best(past, range(2)))
    before = school.submit(past, person)
    open_ = school.start(enrolment)
    sheet, best = school.attempt(open_).sheet, school.best(open_)
    school.reword(QUESTIONS.replace("[100] Lo mejor", "[50] Lo mejor").replace("[0] Lo peor", "[100] Lo peor"))
    assert len(school.versions_of("caso")) == 2
    assert (school.attempt(past).score, school.attempt(past).sheet) == (before.score, before.sheet)
    assert school.attempt(open_).sheet == sheet
    school.save(open_, person, best)
    assert school.submit(open_, person).score == 10_000


def _enrolment(session: Any, enrolment_id: UUID) -> Enrolment:
    return session.get_one(Enrolment, enrolment_id)


def test_a_start_that_fails_leaves_nothing(school: School) -> None:
    _person, enrolment_id = school.learner()
    with school.world.database():
        with pytest.raises(RuntimeError), transaction() as session:
            operations.start(school.quiz_id, _enrolment(session, enrolment_id), now=NOW, seed=1)
            raise RuntimeError
    with school.world.database() as session:
        assert session.query(Attempt).count() == 0
