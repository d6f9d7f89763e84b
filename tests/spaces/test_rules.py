"""Who might be glad of a hand."""

from datetime import timedelta
from typing import Any

import pytest

from courses.spaces.rules import Signs, reasons
from tests.world import NOW

DAY = timedelta(days=1)


def signs(**more: Any) -> Signs:
    return Signs(**({"asked": False, "enrolled_at": NOW - 30 * DAY, "begins_at": NOW - 40 * DAY, "last_at": NOW - DAY, "complete": False} | more))  # fmt: skip


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (signs(), []),
        (signs(asked=True), ["asked"]),
        (signs(last_at=NOW - 14 * DAY), []),
        (signs(last_at=NOW - 15 * DAY), ["quiet"]),
        (signs(last_at=None), ["not-begun"]),
        (signs(last_at=None, enrolled_at=NOW - 6 * DAY), []),
        (signs(last_at=None, begins_at=NOW + DAY), []),
        (signs(stuck=1), ["stuck"]),
        (signs(missed=(True,)), []),
        (signs(missed=(True, True)), ["missed"]),
        (signs(missed=(False, True)), []),
        (signs(complete=True, last_at=NOW - 90 * DAY, stuck=2), []),
        (signs(complete=True, asked=True), ["asked"]),
        (
            signs(asked=True, last_at=NOW - 20 * DAY, stuck=1, missed=(True, True)),
            ["asked", "quiet", "stuck", "missed"],
        ),
    ],
)
def test_reasons(one: Signs, why: list[str]) -> None:
    assert reasons(one, NOW) == why
