"""What a plan of self-care is made of, when it says something, and when its owner is reminded of it."""

from collections.abc import Mapping
from datetime import date, timedelta

# In the order of the page. The first lesson about the plan (course A, module 1) speaks of the same lines.
SECTIONS = ("well", "signs", "helps", "people", "asks", "limits")
LONGEST = 4_000  # characters of a section
SOONEST, LATEST = timedelta(days=1), timedelta(days=366)
USUAL = timedelta(days=60)  # until one looks at it again, unless one chooses
MOST_VERSIONS = 200  # that a list shows


def tidied(said: Mapping[str, str]) -> dict[str, str]:
    """The sections with what was said in each."""
    return {name: said.get(name, "") for name in SECTIONS}


def says_something(sections: Mapping[str, str]) -> bool:
    """Whether anything is written. Gaps are no fault: a plan with gaps is a plan."""
    return any(text.strip() for text in sections.values())


def sensible(review_on: date, today: date) -> bool:
    """Whether a date of review lies ahead, within a year."""
    return SOONEST <= review_on - today <= LATEST
