"""What was done in a lesson without a connection, when it arrives."""

from datetime import datetime
from typing import Any
from uuid import UUID

from courses.learning import reflecting
from courses.learning.forms import ReflectionForm
from courses.learning.lesson_queries import lesson_page
from courses.offline.refusals import DeedRefused
from lms.access import actor
from lms.policy import guard


def lesson(*, enrolment_id: UUID, module: str, lesson: str, whole: bool, now: datetime) -> dict[str, Any]:
    """The lesson's form, in the present transaction. Raises DeedRefused, and ReflectionStale where newer text is kept."""
    form = ReflectionForm()
    page = guard(actor(), "reflection.write", lesson_page(enrolment_id, module, lesson))
    if not form.validate():
        raise DeedRefused(why=" ".join(str(error) for errors in form.errors.values() for error in errors))
    reflecting.keep(page, form, partial=not whole, now=now)
    return {"state": "done"}
