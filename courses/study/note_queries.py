"""Reads of notes: a lesson's, and all of a course. Whoever asks has been judged: they are the enrolment's person."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from courses.catalogue.models import CourseVersion, Lesson, Module
from courses.catalogue.rules import in_language
from courses.learning.models import Edition, Enrolment
from courses.study import rules
from courses.study.models import Note
from courses.study.own_queries import opened
from courses.study.terms import plain_text
from lms import i18n
from lms.db import db


class Place(NamedTuple):
    """A lesson as one enrolment reads it; person and federation are for the policy."""

    enrolment_id: UUID
    person_id: UUID
    federation_id: UUID
    course_title: dict[str, Any]
    module: str
    module_number: int
    lesson: str
    lesson_title: dict[str, Any]
    html: dict[str, Any]
    plain: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OneNote:
    """A note, opened. `here`: its marked words are still in the lesson (always, where there are none)."""

    id: UUID
    enrolment_id: UUID
    person_id: UUID
    federation_id: UUID
    module: str
    lesson: str
    paragraph: int | None
    start: int | None
    quote: str
    text: str
    revision: int
    here: bool = True


@dataclass(frozen=True, slots=True)
class Noted:
    """A lesson in which there are notes; without a title it is in the course no more."""

    module: str
    lesson: str
    module_number: int | None
    module_title: dict[str, Any] | None
    lesson_title: dict[str, Any] | None
    notes: list[OneNote]


_OWNER = (Enrolment.id, Enrolment.person_id, Enrolment.federation_id)
_PLACE = (
    select(
        *_OWNER, CourseVersion.title, Module.slug, Module.number, Lesson.slug, Lesson.title, Lesson.html, Lesson.plain
    )
    .select_from(Enrolment)
    .join(Edition, Edition.id == Enrolment.edition_id)
    .join(CourseVersion, CourseVersion.id == Edition.version_id)
    .join(Module, and_(Module.version_id == Edition.version_id, Module.slug == bindparam("module")))
    .join(Lesson, and_(Lesson.module_id == Module.id, Lesson.slug == bindparam("lesson")))
    .where(Enrolment.id == bindparam("enrolment"))
)
_NOTE = (
    select(Note.id, *_OWNER, Note.module, Note.lesson, Note.paragraph, Note.start, Note.words, Note.revision)
    .select_from(Note)
    .join(Enrolment, Enrolment.id == Note.enrolment_id)
)
_IN_LESSON = _NOTE.where(
    Note.enrolment_id == bindparam("enrolment"), Note.module == bindparam("module"), Note.lesson == bindparam("lesson")
).order_by(Note.paragraph, Note.start, Note.made_at, Note.id)
_IN_COURSE = (
    select(
        Note.id, *_OWNER, Note.module, Note.lesson, Note.paragraph, Note.start, Note.words, Note.revision,
        Module.number, Module.title, Lesson.title, Lesson.html, Lesson.plain,
    )
    .select_from(Note)
    .join(Enrolment, Enrolment.id == Note.enrolment_id)
    .join(Edition, Edition.id == Enrolment.edition_id)
    .outerjoin(Module, and_(Module.version_id == Edition.version_id, Module.slug == Note.module))
    .outerjoin(Lesson, and_(Lesson.module_id == Module.id, Lesson.slug == Note.lesson))
    .where(Note.enrolment_id == bindparam("enrolment"))
    .order_by(
        Lesson.id.is_(None), Module.number, Note.module, Lesson.number, Note.lesson, Note.paragraph, Note.start,
        Note.made_at, Note.id,
    )
)  # fmt: skip


def place(enrolment_id: UUID, module: str, lesson: str) -> Place | None:
    """A lesson of the version that the enrolment's edition keeps; one statement."""
    which = {"enrolment": enrolment_id, "module": module, "lesson": lesson}
    row = db.session.execute(_PLACE, which).one_or_none()
    return Place(*row) if row else None


def note(note_id: UUID) -> OneNote | None:
    """One note."""
    row = db.session.execute(_NOTE.where(Note.id == note_id)).one_or_none()
    return _opened(row, None) if row else None


def in_lesson(place_: Place) -> list[OneNote]:
    """The notes of a lesson, in the order of its text; those on the whole lesson come last on SQLite, first or last alike."""
    which = {"enrolment": place_.enrolment_id, "module": place_.module, "lesson": place_.lesson}
    words = _words(place_.html, place_.plain)
    notes = [_opened(row, words) for row in db.session.execute(_IN_LESSON, which)]
    return sorted(notes, key=lambda one: one.paragraph is None)


def in_course(enrolment_id: UUID) -> list[Noted]:
    """Every note of an enrolment by lesson, in the order of the course; what is in it no more comes last. One statement."""
    rows = db.session.execute(_IN_COURSE, {"enrolment": enrolment_id})
    found = []
    for (module, lesson), group in groupby(rows, lambda row: (row[4], row[5])):
        lines: list[Any] = list(group)
        number, module_title, title, html, plain = lines[0][10:]
        words = _words(html, plain) if html is not None else ""
        notes = sorted((_opened(row[:10], words) for row in lines), key=lambda one: one.paragraph is None)
        found.append(Noted(module, lesson, number, module_title, title, notes))
    return found


def _words(html: dict[str, Any], plain: dict[str, Any]) -> str:
    """What a reader can mark, in the reader's language."""
    return "\n".join(plain_text(in_language(texts, i18n.current()) or "") for texts in (html, plain))


def _opened(row: Any, words: str | None) -> OneNote:
    *facts, sealed, revision = row
    told = opened(row[0], sealed)
    here = words is None or not told["quote"] or rules.stands_in(told["quote"], words)
    return OneNote(*facts, quote=told["quote"], text=told["text"], revision=revision, here=here)
