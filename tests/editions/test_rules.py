"""What completes a course, loops, days, codes: without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from courses.editions import rules
from courses.editions.rules import Record

DAY, NOW = date(2026, 3, 2), datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("record", "complete"),
    [
        (Record(10, 10, 2, 2, 600, 540), True),
        (Record(10, 10, 2, 2, 600, 539), False),  # more than a tenth missed
        (Record(10, 9, 2, 2, 600, 600), False),
        (Record(10, 10, 2, 1, 600, 600), False),
        (Record(10, 10, 0, 0, 0, 0), True),  # no quiz and no meeting: nothing to do of them
        (Record(0, 0, 0, 0, 0, 0), False),  # a course that is still being written completes nobody
    ],
)
def test_a_course_is_completed_when_each_demand_is_met(record: Record, complete: bool) -> None:
    assert rules.complete(rules.answers(rules.USUAL, record)) is complete


def test_what_is_missing_is_said_in_pieces() -> None:
    answers = rules.answers([{"kind": "lessons", "share": 75}], Record(lessons=10, lessons_done=3))
    assert [(one.have, one.need, one.met) for one in answers] == [(3, 8, False)]
    assert not rules.complete([])


def test_no_rule_asks_for_what_none_may_ask_for() -> None:
    assert rules.wrong_demands({"lessons": 100, "quizzes": 0, "attendance": 90}) is None
    assert rules.wrong_demands({"lessons": 40}) == "lessons"
    assert rules.wrong_demands({"lessons": 100, "attendance": 101}) == "attendance"
    assert rules.wrong_demands({"lessons": 100, "reflections": 100}) == "reflections"


def test_a_loop_is_seen_however_long() -> None:
    needs = {"b": {"a"}, "c": {"b"}, "d": {"c", "x"}, "x": {"x2"}}
    assert rules.leads_back(needs, "a", "d")
    assert rules.leads_back(needs, "a", "a")
    assert not rules.leads_back(needs, "d", "a")
    assert not rules.leads_back(needs | {"y": {"z"}, "z": {"y"}}, "a", "y")  # a loop of others ends too


def test_days_of_ones_own_reach_a_year_beyond_the_edition() -> None:
    assert rules.wrong_day(DAY, DAY, DAY) is None
    assert rules.wrong_day(DAY - timedelta(days=1), DAY, DAY) == "past"
    assert rules.wrong_day(DAY + timedelta(days=366), DAY, DAY) is None
    assert rules.wrong_day(DAY + timedelta(days=367), DAY, DAY) == "far"
    assert rules.wrong_day(DAY + timedelta(days=9), DAY - timedelta(days=400), DAY) is None


def test_a_code_counts_for_a_moment_and_never_again_after_a_newer_one() -> None:
    shown = rules.step(NOW)
    assert rules.code_counts(shown, NOW, 0)
    assert rules.code_counts(shown, NOW + timedelta(seconds=90), 0)
    assert not rules.code_counts(shown, NOW + timedelta(seconds=120), 0)
    assert not rules.code_counts(shown + 1, NOW, 0)  # of the future
    # The clock is put back to when this code was shown; a newer one has been used.
    assert not rules.code_counts(shown, NOW, shown + 10)


def test_a_room_has_a_code_around_its_meeting() -> None:
    assert rules.door_open(NOW, 60, NOW - timedelta(minutes=60))
    assert rules.door_open(NOW, 60, NOW + timedelta(hours=3))
    assert not rules.door_open(NOW, 60, NOW - timedelta(minutes=61))
    assert not rules.door_open(NOW, 60, NOW + timedelta(hours=3, minutes=1))
