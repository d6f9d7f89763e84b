"""Figures that point at nobody."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.reports import rules
from courses.reports.rules import Path, about, figure
from tests.world import NOW

DAY = timedelta(days=1)


def path(lessons: int = 0, *, state: str = "active", complete: bool = False, ago: int = 1, module: int = 1) -> Path:
    last = NOW - ago * DAY if lessons else None
    return Path(state, lessons, lessons * 10, NOW - 50 * DAY, last, module if lessons else 0, complete)


@pytest.mark.parametrize(
    ("count", "of", "kind"),
    [(0, 40, "exact"), (1, 40, "few"), (9, 40, "few"), (10, 40, "exact"), (30, 40, "exact"), (31, 40, "most"), (40, 40, "exact")],
)  # fmt: skip
def test_a_part_below_ten_is_not_told_nor_one_that_leaves_fewer_than_ten(count: int, of: int, kind: str) -> None:
    assert figure(count, of).kind == kind


@given(st.integers(0, 300), st.integers(0, 300))
def test_no_figure_tells_a_part_or_a_rest_of_one_to_nine(count: int, more: int) -> None:
    told = figure(count, count + more)
    if told.kind == "exact":
        assert not 0 < told.count < rules.LEAST
        assert not 0 < told.of - told.count < rules.LEAST
    else:
        assert told.count in (0, count + more)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_figures_beside_one_another_differ_by_tens_or_not_at_all(one: int, other: int) -> None:
    assert (about(one, 3000).count - about(other, 3000).count) % 10 == 0


def test_of_fewer_than_ten_people_there_is_no_summary() -> None:
    assert rules.summary([path(1)] * 9, [1], NOW) is None


def test_an_edition_is_summed_up() -> None:
    paths = [path(4, complete=True)] * 12 + [path(2, ago=40)] * 11 + [path()] * 10 + [path(1, state="paused")] * 3
    found = rules.summary(paths, [1, 2], NOW)
    assert found is not None
    assert (found.people, found.begun, found.complete) == (36, figure(26, 36), figure(12, 36))
    assert found.paused.kind == "few"
    assert (found.days, found.minutes) == (50, 20)
    assert {number: one.count for number, one in found.stops.items()} == {1: 10, 2: 0}


@pytest.mark.parametrize(
    ("one", "is_so"),
    [
        (path(2, ago=31), True),
        (path(2, ago=30), False),
        (path(0), False),
        (path(2, ago=90, state="paused"), False),
        (path(2, ago=90, complete=True), False),
    ],
)
def test_who_paused_finished_or_never_began_has_not_stopped(one: Path, is_so: bool) -> None:
    assert rules.stopped(one, NOW) is is_so


def test_a_median_of_few_is_not_told() -> None:
    assert rules.middle([5] * 9) is None
    assert rules.middle([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) == 5
