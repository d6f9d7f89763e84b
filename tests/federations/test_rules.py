"""How long what is kept, and when contacts are looked at again."""

from datetime import date

import pytest

from lms.people.federations.rules import RETENTION, kept_for, months_before, review_is_due


@pytest.mark.parametrize("kind", RETENTION)
def test_the_default_lies_within_its_limits(kind: str) -> None:
    period = RETENTION[kind]
    assert period.floor <= period.default <= period.ceiling


def test_a_federation_chooses_its_own_months() -> None:
    assert kept_for({"reflections": 7}, "reflections") == 7
    assert kept_for({}, "reflections") == RETENTION["reflections"].default


@pytest.mark.parametrize("odd", ["7", None, True, 7.5, []])
def test_what_is_no_number_of_months_leaves_the_default(odd: object) -> None:
    assert kept_for({"messages": odd}, "messages") == RETENTION["messages"].default


def test_nothing_is_kept_beyond_the_limits_whatever_is_stored() -> None:
    assert kept_for({"messages": 10_000}, "messages") == RETENTION["messages"].ceiling
    assert kept_for({"messages": -1}, "messages") == RETENTION["messages"].floor


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2028, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 1), 12, date(2025, 12, 1)),
        (date(2026, 7, 31), 1, date(2026, 6, 30)),
    ],
)
def test_months_are_counted_by_the_calendar(day: date, months: int, earlier: date) -> None:
    assert months_before(day, months) == earlier


def test_contacts_are_due_after_six_months_or_when_never_reviewed() -> None:
    today = date(2026, 11, 25)
    assert review_is_due(None, today)
    assert not review_is_due(date(2026, 5, 25), today)
    assert review_is_due(date(2026, 5, 24), today)
