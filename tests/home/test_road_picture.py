"""The picture of a road."""

import pytest

from lms.road_picture import road_picture


@pytest.mark.parametrize(
    ("done", "total", "behind", "ahead"), [(0, 7, 0, 6), (3, 7, 3, 3), (7, 7, 7, 0), (9, 7, 7, 0), (None, None, 0, 0)]
)
def test_each_milestone_is_behind_us_here_or_to_come(
    done: int | None, total: int | None, behind: int, ahead: int
) -> None:
    picture = road_picture(done, total, "Camino")
    assert picture.count('class="road-done"') == behind
    assert picture.count('class="road-todo"') == picture.count("<text") == ahead


def test_a_long_road_is_drawn_as_twelve_stretches_without_numbers() -> None:
    picture = road_picture(15, 30, "Camino")
    assert (picture.count('class="road-done"'), picture.count('class="road-todo"')) == (6, 5)
    assert "<text" not in picture


def test_the_label_is_text_and_not_markup() -> None:
    assert "<title>1 &lt; 2</title>" in road_picture(1, 2, "1 < 2")
