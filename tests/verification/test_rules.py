from datetime import UTC, datetime, timedelta

import pytest

from certificates.verification.rules import NAMES, checks

END = datetime(2028, 3, 2, 23, tzinfo=UTC)
BEFORE = END - timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "intact", "now", "failed"),
    [
        ("in-force", True, BEFORE, []),
        ("in-force", True, END, ["in-force"]),
        ("suspended", True, BEFORE, ["not-suspended"]),
        ("revoked", True, END, ["not-revoked", "in-force"]),
        ("in-force", False, BEFORE, ["intact"]),
        ("revoked", False, END, ["not-revoked", "in-force", "intact"]),
    ],
)
def test_each_check_has_its_own_answer(state: str, intact: bool, now: datetime, failed: list[str]) -> None:
    answers = checks(state, END, intact, now)
    assert tuple(one.name for one in answers) == NAMES
    assert [one.name for one in answers if not one.ok] == failed
