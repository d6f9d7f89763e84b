"""What an observation must hold before it is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OBSERVED_ROLES = frozenset({"agent", "senior"})
SETTINGS = ("role-play", "encounter")
MAX_WORDS = 2000  # characters


@dataclass(frozen=True, slots=True)
class Rated:
    """A level for one competency, with words and the positions of the indicators that were seen."""

    code: str
    level: int
    words: str = ""
    indicators: tuple[int, ...] = ()


def faults(ratings: Sequence[Rated], indicators: Mapping[str, int], lowest: int, highest: int) -> list[str]:
    """The codes of the ratings that cannot stand: unknown or repeated competency, a level, text or indicator out of bounds.

    `indicators`: how many each known competency has.
    """
    seen: set[str] = set()
    wrong = []
    for rated in ratings:
        count = indicators.get(rated.code)
        if (
            count is None
            or rated.code in seen
            or not lowest <= rated.level <= highest
            or len(rated.words) > MAX_WORDS
            or len(set(rated.indicators)) != len(rated.indicators)
            or not all(0 <= position < count for position in rated.indicators)
        ):
            wrong.append(rated.code)
        seen.add(rated.code)
    return wrong
