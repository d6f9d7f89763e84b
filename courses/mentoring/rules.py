"""What a session may be, and who may sign it: values in, the first fault out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

KINDS: tuple[str, ...] = ("individual", "group", "observation", "practice")
MENTORING_KINDS = frozenset(KINDS) - {"practice"}  # practice hours are signed here too, but are no mentoring
FORMATS: tuple[str, ...] = ("in-person", "video", "phone")
SHORTEST, LONGEST, DAY = 5, 720, 24 * 60  # minutes
MOST_AT_ONCE = 500  # sessions that one act may sign
LONGEST_NOTE, LONGEST_REASON, MOST_COMPETENCIES = 2000, 1000, 12
WAITING, RETURNED, SIGNED, REVERSED = "waiting", "returned", "signed", "reversed"
# A session in one of these states takes its time; what was returned or reversed leaves it free.
STANDING = frozenset({WAITING, SIGNED})
CORRECTABLE = frozenset({WAITING, RETURNED})

_WHOLE = re.compile(r"[-−]?[0-9]{1,9}")
_COMPETENCY = re.compile(r"[1-9][0-9]?\.[1-9][0-9]?")


@dataclass(frozen=True, slots=True)
class Booking:
    """A session as the calendar sees it. `minutes` may be anything that somebody sent; `starts_at` is aware."""

    id: UUID | None
    person_id: UUID
    mentor_id: UUID
    kind: str
    starts_at: datetime
    minutes: Any

    @property
    def ends_at(self) -> datetime:
        """When it was over."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a session may not be: a code of `operations`, and the facts that its sentence needs."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


def whole_minutes(text: str) -> int | None:
    """The whole number that `text` says ("90"), with a sign if there is one; None for anything else ("3.5", "una hora")."""
    text = text.strip()
    return int(text.replace("−", "-")) if _WHOLE.fullmatch(text) else None


def competency_codes(text: str) -> list[str]:
    """Codes as people write them: "1.2, 3.1 1.2" → ["1.2", "3.1"]; what is no code stays, to be refused by name."""
    return list(dict.fromkeys(part for part in re.split(r"[\s,;]+", text) if part))


def wording_fault(*, kind: str, format: str, competencies: list[str], note: str) -> Fault | None:
    """What is wrong with the words of a session."""
    if kind not in KINDS:
        return Fault("kind-unknown")
    if format not in FORMATS:
        return Fault("format-unknown")
    for code in competencies:
        if not isinstance(code, str) or not _COMPETENCY.fullmatch(code):
            return Fault("competency-unknown", {"competency": str(code)[:20]})
    if len(competencies) > MOST_COMPETENCIES:
        return Fault("competencies-too-many", {"most": MOST_COMPETENCIES})
    if len(note) > LONGEST_NOTE:
        return Fault("note-too-long", {"most": LONGEST_NOTE, "length": len(note)})
    return None


def timing_fault(
    new: Booking, others: Iterable[Booking], *, since: datetime, until: datetime | None, zone: str, now: datetime
) -> Fault | None:
    """What is wrong with the time of a session of a pairing that stands from `since` to `until`.

    `others` are the standing sessions of either person around it. Days are those of `zone`.
    """
    if type(new.minutes) is not int or not SHORTEST <= new.minutes <= LONGEST:
        return Fault("minutes-out-of-range", {"shortest": SHORTEST, "longest": LONGEST})
    if new.ends_at > now:
        return Fault("session-in-future")
    there = ZoneInfo(zone)
    day = new.starts_at.astimezone(there).date()
    if day < since.astimezone(there).date():
        return Fault("before-pairing", {"since": since})
    if until is not None and day > until.astimezone(there).date():
        return Fault("after-pairing", {"until": until})
    others = [other for other in others if other.id != new.id or new.id is None]
    for other in others:
        if crosses(new, other):
            if new.person_id in (other.person_id, other.mentor_id):
                return Fault("sessions-overlap", {"starts_at": other.starts_at, "ends_at": other.ends_at})
            return Fault("mentor-busy", {"day": new.starts_at})
    same_day = sum(
        other.minutes
        for other in others
        if other.person_id == new.person_id and other.starts_at.astimezone(there).date() == day
    )
    if same_day + new.minutes > DAY:
        return Fault("day-full", {"day": new.starts_at})
    return None


def crosses(new: Booking, other: Booking) -> bool:
    """Whether both can't be true: they share time, and a person who can't be in two places.

    A group session is written once by each who took part: same mentor, same start, other people.
    """
    if new.starts_at >= other.ends_at or other.starts_at >= new.ends_at:
        return False
    if {new.person_id, new.mentor_id}.isdisjoint((other.person_id, other.mentor_id)):
        return False
    together = new.kind == other.kind == "group" and new.starts_at == other.starts_at
    return not (together and new.mentor_id == other.mentor_id and new.person_id != other.person_id)


def may_write(author_id: UUID, person_id: UUID) -> bool:
    """Hours are written by the person whose they are, so that the mentor's signature is always a second pair of eyes."""
    return author_id == person_id


def may_sign(signer_id: UUID, *, person_id: UUID, mentor_id: UUID, author_id: UUID, state: str, senior: bool) -> bool:
    """The mentor of the session, senior at this moment, who neither wrote it nor did the hours; and it waits.

    `operations.sign` says the same in SQL, for many sessions at once; a test holds the two together.
    """
    return senior and state == WAITING and signer_id == mentor_id and signer_id not in (person_id, author_id)


def reason_fault(reason: str) -> Fault | None:
    """What is wrong with a reason for returning or reversing."""
    if not reason.strip():
        return Fault("reason-missing")
    if len(reason) > LONGEST_REASON:
        return Fault("reason-too-long", {"most": LONGEST_REASON, "length": len(reason)})
    return None
