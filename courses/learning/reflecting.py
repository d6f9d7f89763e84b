"""What a lesson's form does, at once or when it comes later."""

from datetime import datetime

from flask import request

from courses.learning import operations
from courses.learning.forms import ReflectionForm
from courses.learning.lesson_queries import LessonPage
from lms.access import actor
from lms.policy import may


def keep(page: LessonPage, form: ReflectionForm, *, partial: bool, now: datetime) -> None:
    """Keep the reflection of the form that was sent and, with `done`, note that the lesson is done.

    A `partial` form (the autosave's) changes only what it names. Raises what `operations.save_reflection` raises.
    """
    given = form.given(partial, request.form)
    if any(value is not None for value in given.values()):
        operations.save_reflection(page.enrolment, page.lesson.id, **given, now=now, writing=form.writing())
    if "done" in request.form and may(actor(), "enrolment.study", page):
        operations.mark_done(page.enrolment, page.lesson.id, now=now)
