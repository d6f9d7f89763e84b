"""Keeping voice notes, and sharing a reflection with one named person. Call inside `transaction()`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

import courses.media.messages  # noqa: F401 (registers what is told here)
from courses.learning.lesson_queries import LessonPage
from courses.learning.models import Enrolment
from courses.media import queries, rules, sounds
from courses.media.models import ReflectionAnswer, SharedReflection, VoiceNote, context, stored
from courses.media.refusals import (
    NothingToShare,
    NotYourMentor,
    TakenBack,
    VoiceMissing,
    VoiceTooLarge,
    VoiceTooLong,
    VoiceUnknown,
)
from lms import audit, storage
from lms.db import after_commit, db, insert_once
from lms.filetypes import kind_of
from lms.ids import new_id
from lms.people.messages.operations import tell
from lms.sealing import file_key, lock, seal, unlock, unseal


def keep_voice(page: LessonPage, content: bytes, *, now: datetime) -> VoiceNote:
    """Keep what somebody said in a lesson; it takes the place of what they said before, which is gone for whoever heard it.

    Raises VoiceMissing, VoiceUnknown, VoiceTooLarge, VoiceTooLong, and Unopenable when nothing can be sealed.
    """
    if not content:
        raise VoiceMissing
    if len(content) > rules.LARGEST_VOICE:
        raise VoiceTooLarge(most=rules.LARGEST_VOICE // 1_000_000)
    kind = kind_of(content)
    mime = sounds.mime(kind) if kind else None
    if mime is None:
        raise VoiceUnknown
    seconds = sounds.seconds(content)
    if rules.too_long(seconds):
        raise VoiceTooLong(most=rules.LONGEST_VOICE // 60)
    note_id, key = new_id(), file_key()
    storage.put(stored(note_id), lock(content, key, context(note_id)))
    try:
        # Two recordings at once wait for each other here; the later one stays.
        db.session.execute(select(Enrolment.id).where(Enrolment.id == page.enrolment.id).with_for_update())
        _forget(page.enrolment.id, page.lesson.id)
        note = VoiceNote(
            id=note_id,
            federation_id=page.federation_id,
            person_id=page.person_id,
            enrolment_id=page.enrolment.id,
            lesson_id=page.lesson.id,
            mime=mime,
            size=len(content),
            seconds=seconds,
            key=seal(key, context(note_id)),
            recorded_at=now,
        )
        db.session.add(note)
        db.session.flush()
    except BaseException:
        storage.remove(stored(note_id))
        raise
    _record("voice.keep", f"voice:{note_id}", page.federation_id, page.person_id, now, size=len(content))
    return note


def remove_voice(page: LessonPage, *, now: datetime) -> None:
    """Remove what was said, for oneself and for whoever could hear it; nothing happens when there is nothing."""
    if gone := _forget(page.enrolment.id, page.lesson.id):
        _record("voice.remove", f"voice:{gone}", page.federation_id, page.person_id, now)


def _forget(enrolment_id: UUID, lesson_id: UUID) -> UUID | None:
    mine = (VoiceNote.enrolment_id == enrolment_id, VoiceNote.lesson_id == lesson_id)
    gone = db.session.scalar(delete(VoiceNote).where(*mine).returning(VoiceNote.id))
    if gone is not None:
        after_commit(lambda: storage.remove(stored(gone)))
    return gone


def sound(note: VoiceNote) -> bytes:
    """What was said. Raises FileNotFoundError, Unopenable."""
    with storage.reading(stored(note.id)) as file:
        locked = file.read()
    return unlock(locked, unseal(bytes(note.key), context(note.id)), context(note.id))


# --- Sharing ----------------------------------------------------------------------------------------------------------


def share(page: LessonPage, way: str, reader_id: UUID, *, now: datetime) -> SharedReflection:
    """Give one's mentor what one has written or said, as it is now; or only that the lesson's question has been worked on.

    Raises NothingToShare, NotYourMentor.
    """
    text = queries.written(page.enrolment.id, page.lesson.id)
    note = queries.note_of(page.enrolment.id, page.lesson.id)
    if way not in rules.ways(bool(text), note is not None):
        raise NothingToShare
    if reader_id not in {mentor.id for mentor in queries.mentors(page.person_id, page.federation_id)}:
        raise NotYourMentor
    values: dict[str, Any] = {
        "way": way,
        "text": text if way in ("words", "both") else "",
        "voice_id": note.id if note and way in ("voice", "both") else None,
        "shared_at": now,
        "taken_back_at": None,
    }
    place = {"enrolment_id": page.enrolment.id, "lesson_id": page.lesson.id, "reader_id": reader_id}
    people = {"federation_id": page.federation_id, "person_id": page.person_id}
    if not insert_once(SharedReflection, {"id": new_id()} | place | people | values):
        db.session.execute(update(SharedReflection).filter_by(**place).values(**values))
    row = db.session.query(SharedReflection).filter_by(**place).populate_existing().one()
    _record("reflection.share", f"shared:{row.id}", page.federation_id, page.person_id, now, reader=reader_id, way=way)
    tell(reader_id, "reflection-shared", federation_id=page.federation_id, now=now, who=page.person_id, shared=row.id)
    return row


def take_back(row: SharedReflection, *, now: datetime) -> None:
    """What was shared can't be read any more, from now on. Raises TakenBack."""
    mine = (SharedReflection.id == row.id, SharedReflection.taken_back_at.is_(None))
    taken: Any = db.session.execute(
        update(SharedReflection).where(*mine).values(taken_back_at=now, text="", voice_id=None)
    )
    if taken.rowcount != 1:
        raise TakenBack
    _record("reflection.take-back", f"shared:{row.id}", row.federation_id, row.person_id, now, reader=row.reader_id)


def answer(row: SharedReflection, text: str, *, by: UUID, now: datetime) -> ReflectionAnswer:
    """Say something about what one was given to read; the learner is told that there is an answer, not what it says."""
    said = ReflectionAnswer(id=new_id(), shared_id=row.id, author_id=by, text=text, at=now)
    db.session.add(said)
    db.session.flush()
    _record("reflection.answer", f"shared:{row.id}", row.federation_id, by, now, answer=said.id)
    tell(row.person_id, "reflection-answered", federation_id=row.federation_id, now=now, who=by, shared=row.id)
    return said


def _record(action: str, subject: str, federation_id: UUID, by: UUID, now: datetime, **facts: Any) -> None:
    audit.record(action, subject, federation_id=federation_id, actor_id=by, now=now, **facts)
