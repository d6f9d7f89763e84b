"""What happens in learning, for whoever wants to hear of it: called inside the transaction in which it happens.

A house that listens registers itself with `hears`. Nobody here knows who listens.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Happening:
    """Somebody did something. `what`: enrolled | lesson-done | activity-opened | activity-told | quiz-handed-in.

    `score` is in hundredths of a per cent; `passed` is None where nothing is passed or failed.
    """

    what: str
    person_id: UUID
    federation_id: UUID
    at: datetime
    enrolment_id: UUID | None = None
    lesson_id: UUID | None = None
    quiz_id: UUID | None = None
    score: int | None = None
    passed: bool | None = None
    seconds: int | None = None


_LISTENERS: list[Callable[[Happening], None]] = []


def hears(listener: Callable[[Happening], None]) -> Callable[[Happening], None]:
    """Register who is told of everything."""
    _LISTENERS.append(listener)
    return listener


def tell(happening: Happening) -> None:
    """Tell everybody who listens."""
    for listener in _LISTENERS:
        listener(happening)
