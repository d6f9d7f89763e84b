"""Decisions about a federation: how long each kind of record is kept, and when its crisis contacts are due for a look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Period:
    """For how many months a kind of record is kept: what holds unless the federation says otherwise, and its limits."""

    default: int
    floor: int
    ceiling: int


# Kind → period, counted from when the record has served its purpose (docs/federations.md says from when for each).
RETENTION: dict[str, Period] = {
    "reflections": Period(24, 1, 60),  # from the end of the edition
    "quiz-answers": Period(24, 6, 60),  # from the end of the attempt; its score stays with the learning
    "talk": Period(24, 6, 60),  # conversations, from the last thing said in each
    "messages": Period(12, 1, 36),  # from their sending
    "sign-ins": Period(12, 3, 24),  # from the end of the session
    "invitations": Period(6, 1, 24),  # from their lapse, withdrawal or acceptance
    "imports": Period(3, 1, 12),  # rows of imported lists, from the end of the import
    "refused-dossiers": Period(24, 12, 60),  # from the decision, for whoever appeals
    "unused-accounts": Period(24, 12, 60),  # from the last sign-in of somebody without role or certificate
}
CRISIS_REVIEW = 6  # months after which crisis contacts are looked at again
MONTHS_IN_A_YEAR = 12


def kept_for(chosen: Mapping[str, Any], kind: str) -> int:
    """Months for which a federation that has `chosen` ({kind: months}) keeps a kind: always within its limits."""
    period = RETENTION[kind]
    months = chosen.get(kind)
    if not isinstance(months, int) or isinstance(months, bool):
        return period.default
    return min(max(months, period.floor), period.ceiling)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the month's last day where it is shorter (31 August − 6: 28 or 29 February)."""
    year, month = divmod(day.year * MONTHS_IN_A_YEAR + day.month - 1 - months, MONTHS_IN_A_YEAR)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(day)


def review_is_due(reviewed_on: date | None, today: date) -> bool:
    """Whether crisis contacts should be looked at: never reviewed, or longer ago than CRISIS_REVIEW months."""
    return reviewed_on is None or reviewed_on < months_before(today, CRISIS_REVIEW)
