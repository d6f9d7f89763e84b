"""Who may enrol in what, which text is newer, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

LONGEST_REFLECTION = 20_000  # characters
MOST_SEATS = 1_000
LONGEST_EDITION = timedelta(days=5 * 366)

# An agent takes the senior course to become one; a senior may take the agents' course again, to teach it.
AUDIENCES = {
    "agent": frozenset({"agent", "senior"}),
    "senior": frozenset({"agent", "senior"}),
    "professional": frozenset({"professional"}),
}


def is_for(audience: str, roles: frozenset[str]) -> bool:
    """Whether a course for `audience` is for somebody with these roles."""
    return not AUDIENCES[audience].isdisjoint(roles)


def role_for_everybody(audience: str) -> str | None:
    """The role of whoever comes to a course for `audience` without an invitation; None where nobody may.

    Senior agents are agents whom a federation has chosen: nobody becomes one by themselves.
    """
    return audience if audience in ("agent", "professional") else None


def why_not_enrol(audience: str, roles: frozenset[str], *, open: bool, ends_on: date, today: date) -> str | None:
    """`audience`, `closed` or `ended`: what stands in the way of enrolling; None if nothing does (but seats)."""
    if not is_for(audience, roles):
        return "audience"
    if ends_on < today:
        return "ended"
    return None if open else "closed"


def why_not_open(begins_on: date, ends_on: date, today: date) -> str | None:
    """`reversed`, `over` or `long`: what is wrong with the dates of a new edition."""
    if ends_on < begins_on:
        return "reversed"
    if ends_on < today:
        return "over"
    return "long" if ends_on - begins_on > LONGEST_EDITION else None


@dataclass(frozen=True, slots=True)
class Writing:
    """What a page says about the text that it sends.

    `page` names the open page, `sequence` counts what that page has sent, `base` is the revision that it was opened with.
    """

    page: str
    sequence: int
    base: int


def may_replace(kept: Writing, sent: Writing) -> bool:
    """Whether what was `sent` is newer than what is kept (whose `base` is its revision).

    A page goes on with its own text in the order in which it wrote, whatever the order of arrival; another page may write
    only over what it had before it.
    """
    if kept.page == sent.page:
        return sent.sequence >= kept.sequence
    return sent.base == kept.base


class Countable(Protocol):
    """A module with its number of lessons and of those done."""

    @property
    def lessons(self) -> int: ...
    @property
    def done(self) -> int: ...


ModuleT = TypeVar("ModuleT", bound=Countable)


def current_module(modules: Sequence[ModuleT]) -> ModuleT | None:
    """The first module in which a lesson is left to do."""
    return next((module for module in modules if module.done < module.lessons), None)


def state_of(module: Countable, current: Countable | None) -> str:
    """`done`, `current` or `todo`."""
    if module is current:
        return "current"
    return "done" if module.lessons and module.done >= module.lessons else "todo"
