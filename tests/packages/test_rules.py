"""What a package tells is held to what can be true."""

from typing import Any

import pytest

from courses.packages.rules import Standing, given_back, scored, sequence, standing


@pytest.mark.parametrize(
    ("score", "hundredths"),
    [
        ({"raw": 80}, 8000),
        ({"raw": "7", "min": 0, "max": "10"}, 7000),
        ({"raw": 5, "min": 0, "max": 200, "scaled": 0.5}, 5000),
        ({"raw": 500}, 10000),
        ({"scaled": -1}, 0),
        ({"raw": "ocho"}, None),
        ({"raw": "nan"}, None),
        ({"raw": "1e999"}, None),
        ({"raw": 5, "min": 9, "max": 9}, None),
        ({"raw": True}, None),
        ({}, None),
        (None, None),
        ("80", None),
    ],
)
def test_a_score_is_a_share_of_what_can_be_had(score: Any, hundredths: int | None) -> None:
    assert scored(score) == hundredths


def test_time_is_no_longer_than_the_window_was_open() -> None:
    assert standing({"sessionSeconds": 9_999}, open_for=100).seconds == 160
    assert standing({"sessionSeconds": 40}, open_for=100).seconds == 40
    assert standing({"sessionSeconds": -3}, open_for=100).seconds == 0


def test_what_is_not_said_or_absurd_is_unknown() -> None:
    assert standing({"completionStatus": "hacked", "successStatus": ["passed"]}, open_for=0) == Standing()


@pytest.mark.parametrize(
    ("completion", "success", "done"),
    [
        ("completed", "unknown", True),
        ("completed", "passed", True),
        ("incomplete", "passed", True),
        ("completed", "failed", False),
        ("incomplete", "unknown", False),
        ("unknown", "unknown", False),
    ],
)
def test_a_lesson_is_done_when_its_package_is_completed_or_passed_and_not_failed(
    completion: str, success: str, done: bool
) -> None:
    assert Standing(completion, success).done is done


@pytest.mark.parametrize(("value", "number"), [(3, 3), (True, 0), ("3", 0), (2**40, 0), (-1, 0), (None, 0)])
def test_a_sequence_is_a_small_number(value: Any, number: int) -> None:
    assert sequence({"sequence": value}) == number


def test_a_package_gets_its_notes_back_but_not_what_the_platform_says_of_itself() -> None:
    forged = {"core": {"student_name": "Otra", "lesson_location": "3", "session_time": "1"}, "suspend_data": "x"}
    given = given_back("1.2", forged, {"mastery_score": "70"}, who="w", name="Participante", seconds=3_725)
    assert given["core"]["student_name"] == "Participante"
    assert given["core"]["lesson_location"] == "3"
    assert given["core"]["total_time"] == "0001:02:05"
    assert (given["suspend_data"], given["student_data"]) == ("x", {"mastery_score": "70"})
    again = given_back("2004", {"learner_id": "x", "location": "3"}, {}, who="w", name="P", seconds=65)
    assert (again["learner_id"], again["location"], again["total_time"]) == ("w", "3", "PT0H1M5S")
    assert given_back("2004", {}, {}, who="w", name="P", seconds=0)["entry"] == "ab-initio"
