"""What a report may say of people without pointing at any of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

LEAST = 10  # people: of fewer, nothing is counted in a report
QUIET = timedelta(days=30)  # without a deed: they stopped, for now


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of a group, as far as it may be said: `few` and `most` stand for a number that would point at somebody."""

    kind: str  # exact | few | most | about
    count: int  # exact, or the nearest ten; for `few` 0, for `most` the whole group
    of: int


def figure(count: int, of: int) -> Figure:
    """`count` of a group of `of`. A part below ten is not told, nor is one that leaves fewer than ten others."""
    if 0 < count < LEAST:
        return Figure("few", 0, of)
    if 0 < of - count < LEAST:
        return Figure("most", of, of)
    return Figure("exact", count, of)


def about(count: int, of: int) -> Figure:
    """`count` rounded to tens: figures that stand beside one another tell nothing by their difference."""
    if count < LEAST:
        return Figure("few" if count else "exact", 0, of)
    return Figure("about", (count + 5) // 10 * 10, of)


def may_be_told(people: int) -> bool:
    """Whether a group is large enough to speak of."""
    return people >= LEAST


def middle(values: Collection[int]) -> int | None:
    """The median of something of at least ten people; None of fewer."""
    return median_low(values) if may_be_told(len(values)) else None


@dataclass(frozen=True, slots=True)
class Path:
    """How far somebody is in an edition: nothing that says who."""

    state: str  # active | paused | left
    lessons: int  # done
    minutes: int  # that these take
    enrolled_at: datetime
    last_at: datetime | None  # the last lesson that was done
    module: int  # number of the module in which they are; 0: not begun
    complete: bool


def stopped(path: Path, now: datetime) -> bool:
    """Whether somebody began and has done nothing for a while, without having finished, paused or left."""
    quiet = path.last_at is not None and now - path.last_at > QUIET
    return quiet and path.state == "active" and not path.complete


def days(path: Path) -> int:
    """From enrolment to the last lesson, both days counted."""
    return ((path.last_at or path.enrolled_at) - path.enrolled_at).days + 1


@dataclass(frozen=True, slots=True)
class Summary:
    """An edition in figures. `lessons` by id: how many did each; `stops` by module's number: how many stopped there."""

    people: int
    begun: Figure
    complete: Figure
    paused: Figure
    left: Figure
    days: int | None  # median, of those who completed
    minutes: int | None  # median of the lessons' time, of those who began
    stops: dict[int, Figure]


def summary(paths: Collection[Path], modules: Collection[int], now: datetime) -> Summary | None:
    """None of fewer than ten people."""
    people = len(paths)
    if not may_be_told(people):
        return None
    begun = [path for path in paths if path.lessons]
    complete = [path for path in paths if path.complete]
    still = [path.module for path in paths if stopped(path, now)]
    return Summary(
        people=people,
        begun=figure(len(begun), people),
        complete=figure(len(complete), people),
        paused=figure(sum(path.state == "paused" for path in paths), people),
        left=figure(sum(path.state == "left" for path in paths), people),
        days=middle([days(path) for path in complete]),
        minutes=middle([path.minutes for path in begun]),
        stops={number: about(still.count(number), people) for number in modules},
    )
