"""What completes a course, what may come before it, when a meeting can be, which codes count, and who is reminded when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

# --- What completes a course ------------------------------------------------------------------------------------------
# kind → the least share that a federation may ask for, in per cent. Reflections are private: no rule can ask for them.
DEMANDS = {"lessons": 50, "quizzes": 0, "attendance": 0}
USUAL: list[dict[str, Any]] = [
    {"kind": "lessons", "share": 100},
    {"kind": "quizzes", "share": 100},
    {
        "kind": "attendance",
        "share": 90,
    },  # at most a tenth of the meetings' time is missed; what is excused does not count
]


@dataclass(frozen=True, slots=True)
class Record:
    """What somebody has done in an edition, and how much of it there is."""

    lessons: int = 0
    lessons_done: int = 0
    quizzes: int = 0
    quizzes_passed: int = 0
    minutes: int = 0  # of the meetings that are not cancelled, without those from which the person is excused
    minutes_present: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A demand, with how much there is of it: in lessons, quizzes or minutes."""

    kind: str
    share: int
    have: int
    need: int
    met: bool


def answers(demands: Sequence[Mapping[str, Any]], record: Record) -> list[Answer]:
    """Each demand of a rule with what the record shows; a demand of which there is nothing to do is met, but for lessons."""
    whole = {
        "lessons": (record.lessons_done, record.lessons),
        "quizzes": (record.quizzes_passed, record.quizzes),
        "attendance": (record.minutes_present, record.minutes),
    }
    found = []
    for demand in demands:
        kind, share = demand["kind"], demand["share"]
        have, total = whole[kind]
        need = -(-total * share // 100)
        met = have >= need and not (kind == "lessons" and total == 0)
        found.append(Answer(kind, share, min(have, total), need, met))
    return found


def complete(found: Sequence[Answer]) -> bool:
    """Whether everything is met; a rule that asks for nothing completes nothing."""
    return bool(found) and all(answer.met for answer in found)


def wrong_demands(shares: Mapping[str, int]) -> str | None:
    """The first kind whose share no rule may ask for (0: it is left out); lessons are always asked for."""
    if set(shares) - set(DEMANDS):
        return next(iter(set(shares) - set(DEMANDS)))
    for kind, least in DEMANDS.items():
        if not least <= shares.get(kind, 0) <= 100:
            return kind
    return None


def demands_of(shares: Mapping[str, int]) -> list[dict[str, Any]]:
    """A rule's data, from the shares that a form gives."""
    return [{"kind": kind, "share": shares[kind]} for kind in DEMANDS if shares.get(kind)]


# --- What comes before ------------------------------------------------------------------------------------------------
CourseT = TypeVar("CourseT")


def leads_back(needs: Mapping[CourseT, set[CourseT]], course: CourseT, wanted: CourseT) -> bool:
    """Whether `wanted` needs `course` already, by itself or through others: then `course` can't need `wanted`."""
    seen: set[CourseT] = set()
    ahead = [wanted]
    while ahead:
        at = ahead.pop()
        if at == course:
            return True
        if at not in seen:
            seen.add(at)
            ahead += needs.get(at, set())
    return False


# --- Meetings ---------------------------------------------------------------------------------------------------------
SHORTEST, LONGEST = 10, 600  # minutes
MOST_MEETINGS = 100  # of an edition
BEFORE, AFTER = timedelta(hours=1), timedelta(hours=2)  # around a meeting: when its room has a code


def outside(day: date, begins_on: date, ends_on: date) -> bool:
    """Whether a meeting on this day is none of the edition's."""
    return not begins_on <= day <= ends_on


def door_open(starts_at: datetime, minutes: int, now: datetime) -> bool:
    """Whether people arrive now: from an hour before a meeting until two hours after it."""
    return starts_at - BEFORE <= now <= starts_at + timedelta(minutes=minutes) + AFTER


STEP = 30  # seconds, for which a code is shown
STEPS_BACK = 3  # as many codes before the one that is shown still count: who scans needs a moment


def step(now: datetime) -> int:
    """The number of the code that is shown now."""
    return int(now.timestamp()) // STEP


def code_counts(shown: int, now: datetime, newest: int) -> bool:
    """Whether a code counts now. `newest` is the newest that was ever used: a clock that is put back revives no old one."""
    return shown <= step(now) and shown >= max(step(now), newest) - STEPS_BACK


# --- Time of one's own ------------------------------------------------------------------------------------------------
LATEST = timedelta(days=366)  # after the edition's last day
REMIND_DUE = timedelta(days=7)
REMIND_MEETING = timedelta(hours=24)


def wrong_day(day: date, ends_on: date, today: date) -> str | None:
    """`past` or `far`: what is wrong with a day by which somebody wants to be done."""
    if day < today:
        return "past"
    return "far" if day > max(ends_on, today) + LATEST else None
