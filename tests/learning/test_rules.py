"""Who may enrol, which text is newer, what comes next."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from courses.learning import rules
from courses.learning.rules import Writing

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("audience", "role", "fits"),
    [
        ("agent", "agent", True),
        ("agent", "senior", True),
        ("agent", "professional", False),
        ("professional", "professional", True),
        ("professional", "agent", False),
        ("senior", "agent", True),
        ("senior", "senior", True),
        ("senior", "professional", False),
        ("agent", "registrar", False),
    ],
)
def test_a_course_is_for_certain_roles(audience: str, role: str, fits: bool) -> None:
    assert rules.is_for(audience, frozenset({role})) is fits


def test_what_stands_in_the_way_of_enrolling_is_named() -> None:
    def why(*roles: str, open: bool = True, ends_on: date = TODAY) -> str | None:
        return rules.why_not_enrol("agent", frozenset(roles), open=open, ends_on=ends_on, today=TODAY)

    assert why("agent") is None
    assert why() == "audience"
    assert why("agent", open=False) == "closed"
    assert why("agent", ends_on=TODAY - timedelta(days=1)) == "ended"


def test_dates_of_a_new_edition_are_in_order_and_not_over() -> None:
    day = timedelta(days=1)
    assert rules.why_not_open(TODAY, TODAY, TODAY) is None
    assert rules.why_not_open(TODAY, TODAY - day, TODAY) == "reversed"
    assert rules.why_not_open(TODAY - 9 * day, TODAY - day, TODAY) == "over"
    assert rules.why_not_open(TODAY, TODAY + 3_000 * day, TODAY) == "long"


@pytest.mark.parametrize(
    ("kept", "sent", "newer"),
    [
        (Writing("a", 3, 7), Writing("a", 4, 0), True),  # the page goes on, though it was opened earlier
        (Writing("a", 3, 7), Writing("a", 3, 0), True),  # the same sending again
        (Writing("a", 3, 7), Writing("a", 2, 0), False),  # overtaken on the way
        (Writing("a", 3, 7), Writing("b", 1, 7), True),  # another page that had seen this text
        (Writing("a", 3, 7), Writing("b", 9, 6), False),  # another page that had not
    ],
)
def test_older_text_never_replaces_newer_text(kept: Writing, sent: Writing, newer: bool) -> None:
    assert rules.may_replace(kept, sent) is newer


@dataclass
class Module:
    lessons: int
    done: int


def test_the_current_module_is_the_first_with_something_left_to_do() -> None:
    modules = [Module(3, 3), Module(0, 0), Module(2, 1), Module(2, 0)]
    current = rules.current_module(modules)
    assert current is modules[2]
    assert [rules.state_of(module, current) for module in modules] == ["done", "todo", "current", "todo"]
    assert rules.current_module([Module(2, 2), Module(0, 0)]) is None
