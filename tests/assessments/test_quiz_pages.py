"""The quiz as people meet it in the browser."""

import re
from typing import Any
from uuid import UUID

import pytest

from lms.ids import new_id
from tests.assessments.conftest import School
from tests.statements import counted
from tests.world import Browser


@pytest.fixture
def learner(school: School) -> tuple[Browser, UUID, str]:
    """A signed-in agent's browser, their enrolment, and the address of the quiz."""
    person, enrolment = school.learner()
    return school.world.browser(person), enrolment, f"/learn/{enrolment}/bienvenida/quiz"


def begin(browser: Browser, quiz: str) -> str:
    """The address of the attempt that the start button leads to."""
    answer = browser.post(quiz)
    assert answer.status_code == 302
    return answer.location


def fields(best: dict[int, list[str]]) -> dict[str, Any]:
    """Answers as the form sends them."""
    return {f"q{position}": keys for position, keys in best.items()}


def attempt_of(address: str) -> UUID:
    return UUID(address.rpartition("/")[2])


def test_the_quiz_page_says_what_it_is(learner: tuple[Browser, UUID, str]) -> None:
    browser, _enrolment, quiz = learner
    page = browser.get(quiz)
    assert page.status_code == 200
    for words in ("75\u00a0% o más", "0 de 2 usados", "Quedan 2", "Empezar la prueba"):
        assert words in page.text


def test_starting_twice_leads_to_the_same_attempt(learner: tuple[Browser, UUID, str]) -> None:
    browser, _enrolment, quiz = learner
    assert begin(browser, quiz) == begin(browser, quiz)
    assert "Seguir donde lo dejaste" in browser.get(quiz).text


def test_an_open_attempt_holds_neither_scores_nor_feedback(school: School, learner: tuple[Browser, UUID, str]) -> None:
    browser, _enrolment, quiz = learner
    address = begin(browser, quiz)
    best = school.best(attempt_of(address))
    browser.post(f"{address}/answers", fields(best))
    for page in (browser.get(address).text, browser.get(f"{address}?check=1").text, browser.get(quiz).text):
        main = page[page.index("<main") : page.index("</main>")]
        assert "SECRETO" not in main
        assert not re.search(r"score|feedback|choice-ok|choice-warn|choice-stop|10000|3333|5000", main)
        for word in ("adecuada", "correcta", "Vale "):
            assert word not in main


def test_each_answer_is_kept_as_it_is_given(school: School, learner: tuple[Browser, UUID, str]) -> None:
    browser, _enrolment, quiz = learner
    address = begin(browser, quiz)
    best = school.best(attempt_of(address))
    answer = browser.post(f"{address}/answers", fields({0: best[0]}), headers={"X-Requested-With": "fetch"})
    assert (answer.status_code, answer.json) == (200, {"saved": True})
    page = browser.get(address).text
    assert "1 de 4 preguntas respondidas" in page
    assert all(re.search(rf'value="{key}"[^>]* checked', page) for key in best[0])


def test_an_answer_that_is_not_on_the_sheet_is_refused_by_name(learner: tuple[Browser, UUID, str]) -> None:
    browser, _enrolment, quiz = learner
    address = begin(browser, quiz)
    for data in ({"q0": "nothing"}, {"q99": "x"}, {"q0": ["a"] * 500}):
        answer = browser.post(f"{address}/answers", data, headers={"X-Requested-With": "fetch"})
        assert (answer.status_code, answer.json["error"]) == (409, "answer-not-on-sheet")


def test_submitting_with_gaps_asks_once_and_loses_nothing(school: School, learner: tuple[Browser, UUID, str]) -> None:
    browser, _enrolment, quiz = learner
    address = begin(browser, quiz)
    best = school.best(attempt_of(address))
    given = fields({position: best[position] for position in (0, 1)})
    answer = browser.post(f"{address}/submit", given)
    assert answer.location == f"{address}?check=1"
    page = browser.get(answer.location).text
    assert "Quedan 2 preguntas sin responder" in page
    assert "Entregar con 2 sin responder" in page
    assert school.answers(attempt_of(address)) == {0: best[0], 1: best[1]}
    assert school.attempt(attempt_of(address)).state == "open"
    browser.post(f"{address}/submit", {**given, "confirm": "1"})
    assert school.attempt(attempt_of(address)).score == 5_000


def test_a_form_sent_without_script_brings_its_answers(school: School, learner: tuple[Browser, UUID, str]) -> None:
    browser, _enrolment, quiz = learner
    address = begin(browser, quiz)
    answer = browser.post(f"{address}/submit", fields(school.best(attempt_of(address))))
    assert answer.location == address
    page = browser.get(address).text
    assert "Superada" in page
    assert "100\u00a0%" in page
    assert page.count("SECRETO") == 5  # the feedback of what was picked, and no other
    assert "SECRETO lo mejor" in page
    assert "SECRETO lo peor" not in page


def test_taking_away_every_tick_counts_in_a_whole_form_but_not_in_what_the_script_sends(
    school: School, learner: tuple[Browser, UUID, str]
) -> None:
    browser, _enrolment, quiz = learner
    address = begin(browser, quiz)
    attempt_id = attempt_of(address)
    sheet, best = school.attempt(attempt_id).sheet, school.best(attempt_id)
    several = next(position for position, item in enumerate(sheet) if item["kind"] == "multiple")
    assert f'name="several" value="{several}"' in browser.get(address).text
    browser.post(f"{address}/answers", fields(best))
    browser.post(f"{address}/answers", {"several": str(several)}, headers={"X-Requested-With": "fetch"})
    assert school.answers(attempt_id) == best
    browser.post(f"{address}/answers", {"several": str(several)})
    assert school.answers(attempt_id) == best | {several: []}


def test_a_result_shows_what_was_picked_and_what_was_best(school: School, learner: tuple[Browser, UUID, str]) -> None:
    browser, _enrolment, quiz = learner
    address = begin(browser, quiz)
    attempt_id = attempt_of(address)
    (case,) = school.versions_of("caso")
    place = next(i for i, item in enumerate(school.attempt(attempt_id).sheet) if item["question"] == str(case.id))
    worst = next(choice["key"] for choice in case.choices if choice["score"] == 0)
    browser.post(f"{address}/submit", {f"q{place}": worst, "confirm": "1"})
    page = browser.get(address).text
    assert "Sin superar" in page
    assert "SECRETO lo peor" in page
    assert "SECRETO lo mejor" not in page
    assert "hay otra más adecuada" in page
    assert "La más adecuada" in page
    assert "Queda 1 intento." in page
    assert "Empezar el segundo intento" in browser.get(quiz).text


def test_submitting_again_is_told_so_and_changes_nothing(school: School, learner: tuple[Browser, UUID, str]) -> None:
    browser, _enrolment, quiz = learner
    address = begin(browser, quiz)
    browser.post(f"{address}/submit", {"confirm": "1"})
    again = browser.post(f"{address}/submit", fields(school.best(attempt_of(address))))
    assert again.location == address
    assert "ya está entregado" in browser.get(address).text
    assert (school.attempt(attempt_of(address)).score, school.answers(attempt_of(address))) == (0, {})


def test_answering_after_submission_is_refused_by_name(school: School, learner: tuple[Browser, UUID, str]) -> None:
    browser, _enrolment, quiz = learner
    address = begin(browser, quiz)
    browser.post(f"{address}/submit", {"confirm": "1"})
    best = fields(school.best(attempt_of(address)))
    answer = browser.post(f"{address}/answers", best, headers={"X-Requested-With": "fetch"})
    assert (answer.status_code, answer.json["error"]) == (409, "attempt-submitted")


def test_used_up_attempts_and_a_pass_are_refused_with_a_sentence(learner: tuple[Browser, UUID, str]) -> None:
    browser, _enrolment, quiz = learner
    for _number in range(2):
        browser.post(f"{begin(browser, quiz)}/submit", {"confirm": "1"})
    answer = browser.post(quiz)
    assert answer.status_code == 422
    assert "Ya has usado los intentos" in answer.text


def test_another_persons_quiz_and_attempt_are_not_there(school: School, learner: tuple[Browser, UUID, str]) -> None:
    browser, _enrolment, quiz = learner
    address = begin(browser, quiz)
    others = [
        school.world.browser(school.learner()[0]),
        school.world.browser(school.world.person("registrar", "admin", "assessor", "trainer")),
        school.world.browser(school.world.person("agent", federation=school.world.elsewhere), school.world.elsewhere),
    ]
    for other in others:
        assert other.get(quiz).status_code == 404
        assert other.post(quiz).status_code == 404
        assert other.get(address).status_code == 404
        assert other.post(f"{address}/answers", {"q0": "x"}).status_code == 404
        assert other.post(f"{address}/submit", {"confirm": "1"}).status_code == 404
    assert school.attempt(attempt_of(address)).state == "open"


def test_ones_own_attempt_is_not_there_while_acting_in_another_federation(school: School) -> None:
    person = school.world.person("agent", federation=school.world.elsewhere)
    enrolment = school.enrol(person)
    abroad = school.world.browser(person, school.world.elsewhere)
    assert abroad.get(f"/attempts/{school.start(enrolment)}").status_code == 404


def test_nobody_signed_in_is_led_to_the_door(school: School, learner: tuple[Browser, UUID, str]) -> None:
    browser, _enrolment, quiz = learner
    address = begin(browser, quiz)
    nobody = school.world.browser()
    for page in (quiz, address):
        answer = nobody.get(page)
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/login")


@pytest.mark.parametrize("module", ["nada", "x" * 61, "1"])
def test_a_quiz_that_does_not_exist_is_not_there(learner: tuple[Browser, UUID, str], module: str) -> None:
    browser, enrolment, _quiz = learner
    assert browser.get(f"/learn/{enrolment}/{module}/quiz").status_code == 404
    assert browser.get(f"/learn/{new_id()}/bienvenida/quiz").status_code == 404
    assert browser.get(f"/attempts/{new_id()}").status_code == 404


def test_statements_stay_few(school: School, learner: tuple[Browser, UUID, str]) -> None:
    browser, _enrolment, quiz = learner
    other, enrolment = school.learner()
    school.submit(school.start(enrolment), other)  # the federation's audit chain has begun
    with counted() as first_page:
        browser.get(quiz)
    with counted() as start:
        address = begin(browser, quiz)
    best = school.best(attempt_of(address))
    with counted() as sheet:
        browser.get(address)
    with counted() as save:
        browser.post(f"{address}/answers", fields({0: best[0]}), headers={"X-Requested-With": "fetch"})
    browser.post(f"{address}/submit", fields({0: best[0]}))  # asks
    with counted() as submit:
        browser.post(f"{address}/submit", {**fields(best), "confirm": "1"})
    with counted() as result:
        browser.get(address)
    with counted() as last_page:
        browser.get(quiz)
    assert [len(first_page), len(start), len(sheet), len(result), len(last_page)] <= [8] * 5
    assert len(start) <= 4, start  # one of them reads the questions' words, once for each process
    assert len(sheet) <= 3, sheet
    assert len(save) <= 3, save
    assert len(submit) <= 8, submit  # three of them write the audit trail, one asks whether an LRS is told
    assert len(result) <= 3, result
    assert len(first_page) == len(last_page) <= 2
