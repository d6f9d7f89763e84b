"""What the course home shows beside the lessons: the next meeting, what is missing, and what one may do with one's seat."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from courses.editions import page_queries, queries
from courses.editions.page_queries import Ahead
from courses.editions.queries import Standing
from courses.learning.queries import CourseProgress


@dataclass(frozen=True, slots=True)
class Panel:
    """For `editions/panel.html`."""

    template: str
    banner: str | None
    meetings: list[Ahead]
    next: Ahead | None
    standing: Standing | None


def panel(course: CourseProgress, now: datetime) -> Any:
    """The panel of one enrolment; three statements. Whoever left sees no place, and nothing that is missing."""
    if course.state == "left":
        return Panel("editions/panel.html", "editions/banner.html", [], None, None)
    meetings = page_queries.agenda(course.edition_id, course.enrolment_id)
    ahead = [one for one in meetings if one.cancelled_at is None and one.starts_at > now]
    standing = queries.standings([course.enrolment_id]).get(course.enrolment_id)
    banner = "editions/banner.html" if course.state == "paused" else "editions/next.html" if ahead else None
    return Panel("editions/panel.html", banner, meetings, ahead[0] if ahead else None, standing)
