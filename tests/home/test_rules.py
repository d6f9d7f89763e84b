from dataclasses import replace

import pytest

from lms.home.rules import Standing, next_step

BEGUN = Standing(
    enrolled=True,
    lessons_left=True,
    quiz_left=True,
    returned=0,
    paired=True,
    document_left=True,
    hours_left=True,
    may_apply=False,
    dossier=None,
    waiting=0,
)


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({"enrolled": False}, "enrol"),
        ({}, "lesson"),
        ({"returned": 1}, "returned"),
        ({"lessons_left": False}, "quiz"),
        ({"lessons_left": False, "quiz_left": False}, "document"),
        ({"lessons_left": False, "quiz_left": False, "document_left": False}, "hours"),
        ({"lessons_left": False, "quiz_left": False, "document_left": False, "paired": False}, "pairing"),
        ({"lessons_left": False, "quiz_left": False, "document_left": False, "hours_left": False}, "wait"),
        ({"may_apply": True}, "apply"),
        ({"dossier": "open"}, "decision"),
        ({"dossier": "approved"}, "decision"),
        ({"dossier": "issued"}, "certificate"),
    ],
)
def test_there_is_one_next_step(change: dict, step: str) -> None:
    assert next_step(replace(BEGUN, **change)) == step


def test_a_session_sent_back_comes_before_enrolling() -> None:
    assert next_step(replace(BEGUN, enrolled=False, returned=2)) == "returned"
