"""Decisions about talk: how long, how often, and who might be glad of a hand."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

LONGEST = 5_000  # characters of what is said at once
PAGE = 50  # conversations of a list, or things said on a page
AT_ONCE = 20  # things said by one person within PAUSE
PAUSE = timedelta(minutes=10)
QUIET = timedelta(days=14)  # without a lesson
NOT_BEGUN = timedelta(days=7)
MISSED = 2  # meetings in a row
TRIES = 2  # at a quiz, without passing


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of somebody in an edition, as far as it says whether a hand would help."""

    asked: bool  # their word is the last one in their own conversation, which is open
    enrolled_at: datetime
    begins_at: datetime  # the edition
    last_at: datetime | None  # last lesson done
    complete: bool
    stuck: int = 0  # quizzes tried twice and not passed
    missed: tuple[bool, ...] = field(default=())  # of the last meetings, the newest first: absent without excuse


def reasons(signs: Signs, now: datetime) -> list[str]:
    """Why somebody might be glad of a hand, the weightiest first. None of them says that anybody is behind."""
    found = ["asked"] if signs.asked else []
    if signs.complete:
        return found
    if signs.last_at is None:
        if now - max(signs.enrolled_at, signs.begins_at) > NOT_BEGUN:
            found.append("not-begun")
    elif now - signs.last_at > QUIET:
        found.append("quiet")
    if signs.stuck:
        found.append("stuck")
    if len(signs.missed) >= MISSED and all(signs.missed[:MISSED]):
        found.append("missed")
    return found
