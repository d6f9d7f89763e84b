"""What somebody has done in one version of a course, brought to another: lessons are the same where their names are."""

from uuid import UUID

from sqlalchemy import select, update

from courses.catalogue.models import Lesson, Module
from courses.learning.models import Enrolment, LessonDone, Reflection
from lms.db import db, insert_once


def _lessons(version_id: UUID) -> dict[tuple[str, str], UUID]:
    rows = db.session.execute(
        select(Module.slug, Lesson.slug, Lesson.id)
        .join(Module, Module.id == Lesson.module_id)
        .where(Module.version_id == version_id)
    )
    return {(module, lesson): lesson_id for module, lesson, lesson_id in rows}


def carry(enrolment_id: UUID, from_id: UUID, to_id: UUID) -> None:
    """Lessons done, private texts and the place where one left it, from one version to another.

    What has no counterpart stays where it is: it is exported and erased like the rest, and counts again in its own version.
    """
    there = _lessons(to_id)
    same = {lesson_id: there[name] for name, lesson_id in _lessons(from_id).items() if name in there}
    done = db.session.execute(
        select(LessonDone.lesson_id, LessonDone.done_at).where(LessonDone.enrolment_id == enrolment_id)
    ).all()
    for lesson_id, done_at in done:
        if lesson_id in same:
            insert_once(LessonDone, {"enrolment_id": enrolment_id, "lesson_id": same[lesson_id], "done_at": done_at})
    held = set(db.session.scalars(select(Reflection.lesson_id).where(Reflection.enrolment_id == enrolment_id)))
    for lesson_id in held & set(same):
        if same[lesson_id] not in held:
            db.session.execute(
                update(Reflection)
                .where(Reflection.enrolment_id == enrolment_id, Reflection.lesson_id == lesson_id)
                .values(lesson_id=same[lesson_id])
                .execution_options(synchronize_session=False)
            )
    last = db.session.scalar(select(Enrolment.last_lesson_id).where(Enrolment.id == enrolment_id))
    if last is not None:
        db.session.execute(
            update(Enrolment)
            .where(Enrolment.id == enrolment_id)
            .values(last_lesson_id=same.get(last))
            .execution_options(synchronize_session=False)
        )
