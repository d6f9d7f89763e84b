"""Writes of notes: sealed for their owner, and never replaced by an older text. Call inside `transaction()`."""

import json
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select

from courses.learning.rules import Writing, may_replace
from courses.study import rules
from courses.study.models import Note, context
from courses.study.own_queries import opened
from courses.study.refusals import MarkTooLong, NoteEmpty, NoteStale, NoteTooLong, TooManyNotes
from lms.db import db, insert_once
from lms.sealing import seal


class Anchor(NamedTuple):
    """The marked words, and where they begin: the how-manieth paragraph of the lesson, and the sign in it."""

    paragraph: int
    start: int
    quote: str


def add(
    note_id: UUID,
    enrolment_id: UUID,
    module: str,
    lesson: str,
    text: str,
    *,
    anchor: Anchor | None,
    writing: Writing,
    now: datetime,
) -> bool:
    """Keep a new note or mark; the page that made it chose its id, so that sending it twice makes one.

    False when somebody else has a note of that id. Raises NoteEmpty, NoteTooLong, MarkTooLong, TooManyNotes, NoteStale.
    """
    if anchor is None and not text:
        raise NoteEmpty
    if anchor is not None and len(anchor.quote) > rules.LONGEST_QUOTE:
        raise MarkTooLong
    _fitting(text)
    values = {
        "id": note_id, "enrolment_id": enrolment_id, "module": module, "lesson": lesson,
        "paragraph": anchor and anchor.paragraph, "start": anchor and anchor.start,
        "words": _sealed(note_id, anchor.quote if anchor else "", text), "made_at": now, "updated_at": now,
        "revision": 1, "page": writing.page, "sequence": writing.sequence,
    }  # fmt: skip
    if insert_once(Note, values):
        if (db.session.scalar(select(func.count()).where(Note.enrolment_id == enrolment_id)) or 0) > rules.MOST_NOTES:
            raise TooManyNotes(most=rules.MOST_NOTES)
        return True
    there = db.session.execute(
        select(Note.enrolment_id, Note.module, Note.lesson).where(Note.id == note_id)
    ).one_or_none()
    if there is None or tuple(there) != (enrolment_id, module, lesson):
        return False
    write(note_id, text, writing=writing, now=now)
    return True


def write(note_id: UUID, text: str, *, writing: Writing, now: datetime) -> None:
    """Change the text of a note that there is. A mark may lose its text; a note without a mark may not.

    Raises NoteEmpty, NoteTooLong, and NoteStale when newer text is kept: then nothing is changed.
    """
    _fitting(text)
    note = db.session.execute(
        select(Note).where(Note.id == note_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()
    if not text and note.paragraph is None:
        raise NoteEmpty
    if not may_replace(Writing(note.page, note.sequence, note.revision), writing):
        raise NoteStale
    note.words = _sealed(note_id, opened(note_id, note.words)["quote"], text)
    note.page, note.sequence = writing.page, writing.sequence
    note.revision += 1
    note.updated_at = now
    db.session.flush()


def drop(note_id: UUID) -> None:
    """A note, or a mark, is gone for good."""
    db.session.execute(delete(Note).where(Note.id == note_id))


def _fitting(text: str) -> None:
    if len(text) > rules.LONGEST_NOTE:
        raise NoteTooLong(length=len(text), most=rules.LONGEST_NOTE)


def _sealed(note_id: UUID, quote: str, text: str) -> bytes:
    return seal(json.dumps({"quote": quote, "text": text}, ensure_ascii=False), context(note_id))
