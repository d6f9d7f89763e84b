"""What a person wrote for themselves: their notes, unsealed for them alone, and their reflections."""

import json
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from courses.catalogue.models import CourseVersion, Lesson, Module
from courses.catalogue.rules import in_language
from courses.learning.models import Edition, Enrolment, Reflection
from courses.study.models import Note, context
from courses.study.rules import Asked, found_in
from lms import i18n
from lms.db import db
from lms.policy import Actor
from lms.sealing import Unopenable, unseal

MOST = 1_000  # that are looked through, the latest
MOST_FOUND = 20


class Written(NamedTuple):
    """A note or a reflection of one's own, with the lesson that it is on."""

    kind: str  # note | reflection
    enrolment_id: UUID
    module: str
    lesson: str
    title: str
    around: str
    text: str
    note_id: UUID | None


_MINE = (Enrolment.person_id == bindparam("person"), Enrolment.federation_id == bindparam("federation"))
_REFLECTIONS = (
    select(Enrolment.id, Module.slug, Lesson.slug, Lesson.title, CourseVersion.title, Reflection.text)
    .select_from(Reflection)
    .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
    .join(Lesson, Lesson.id == Reflection.lesson_id)
    .join(Module, Module.id == Lesson.module_id)
    .join(CourseVersion, CourseVersion.id == Module.version_id)
    .where(*_MINE, Reflection.text != "")
    .order_by(Reflection.updated_at.desc(), Reflection.id)
    .limit(MOST)
)
# A note on a lesson that the course no longer has comes without a title.
_NOTES = (
    select(Note.enrolment_id, Note.module, Note.lesson, Lesson.title, CourseVersion.title, Note.words, Note.id)
    .select_from(Note)
    .join(Enrolment, Enrolment.id == Note.enrolment_id)
    .join(Edition, Edition.id == Enrolment.edition_id)
    .join(CourseVersion, CourseVersion.id == Edition.version_id)
    .outerjoin(Module, and_(Module.version_id == Edition.version_id, Module.slug == Note.module))
    .outerjoin(Lesson, and_(Lesson.module_id == Module.id, Lesson.slug == Note.lesson))
    .where(*_MINE)
    .order_by(Note.updated_at.desc(), Note.id)
    .limit(MOST)
)


def opened(note_id: UUID, sealed: bytes) -> dict[str, str]:
    """The words of a note: {"quote", "text"}. Both empty when its key is not here."""
    try:
        return json.loads(unseal(bytes(sealed), context(note_id)))
    except Unopenable:
        return {"quote": "", "text": ""}


def written(actor: Actor, question: Asked) -> list[Written]:
    """What the actor wrote in which all words stand, the latest first; two statements.

    It stands in no index: notes are sealed, and what is looked through is one person's own.
    """
    which: dict[str, Any] = {"person": actor.person_id, "federation": actor.federation_id}
    locale, found = i18n.current(), []
    for enrolment, module, lesson, title, course, sealed, note_id in db.session.execute(_NOTES, which):
        words = opened(note_id, sealed)
        text = "\n".join(filter(None, (words["text"], words["quote"])))
        if found_in(question, text):
            title = in_language(title, locale) if title else lesson
            found.append(Written("note", enrolment, module, lesson, title, in_language(course, locale), text, note_id))
    for enrolment, module, lesson, title, course, text in db.session.execute(_REFLECTIONS, which):
        if found_in(question, text):
            around = in_language(course, locale)
            found.append(
                Written("reflection", enrolment, module, lesson, in_language(title, locale), around, text, None)
            )
    return found[:MOST_FOUND]
