"""What is held about people: their voice, and what they gave others to read."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from courses.catalogue.models import Lesson
from courses.learning.models import Edition, Enrolment
from courses.media.models import ReflectionAnswer, SharedReflection, VoiceNote, context, stored
from lms import storage
from lms.db import db
from lms.people.models import Federation
from lms.people.privacy.holdings import Aged, Asked, Delete, Holding, Keep, Side
from lms.sealing import unlock, unseal

HERE = {"federation": ("federation_id", Federation, "name"), "lesson": ("lesson_id", Lesson, "title")}
THEIRS = Keep(
    "It answers the other's reflection and belongs to their record: the one who wrote it has no name any more."
)


def _ended(model: Any, column: str) -> Callable[[datetime], ColumnElement[bool]]:
    """Of editions that had ended, and not touched since."""

    def older(before: datetime) -> ColumnElement[bool]:
        ended = (
            select(Enrolment.id)
            .join(Edition, Edition.id == Enrolment.edition_id)
            .where(Edition.ends_on < before.date())
        )
        return and_(model.enrolment_id.in_(ended), getattr(model, column) < before)

    return older


def _sounds(asked: Asked) -> Iterable[tuple[str, str]]:
    notes = db.session.execute(select(VoiceNote.id, VoiceNote.mime).where(VoiceNote.person_id == asked.id))
    return [(f"voice/{note_id}.{PurePosixPath(mime).name}", stored(note_id)) for note_id, mime in notes]


def _unlocked(_asked: Asked, key: str) -> bytes:
    note = db.session.get(VoiceNote, UUID(key.rpartition("/")[2]))
    with storage.reading(key) as file:
        locked = file.read()
    if note is None:
        raise FileNotFoundError(key)
    return unlock(locked, unseal(note.key, context(note.id)), context(note.id))


HOLDINGS = [
    Holding(
        "learning",
        VoiceNote,
        (Side("person_id", (Delete(),), ("recorded_at", "mime", "size", "seconds")),),
        looked_up=HERE,
        files=_sounds,
        unlocked=_unlocked,
        aged=(Aged("reflections", _ended(VoiceNote, "recorded_at"), VoiceNote.federation_id, stored=stored),),
    ),
    Holding(
        "learning",
        SharedReflection,
        (
            Side("person_id", (Delete(),), ("shared_at", "way", "text", "taken_back_at"), ("reader_id",)),
            Side(
                "reader_id",
                (Keep("The reflection is the other's; nobody can open it in the name of one who is gone."),),
            ),
        ),
        looked_up=HERE,
        aged=(Aged("reflections", _ended(SharedReflection, "shared_at"), SharedReflection.federation_id),),
    ),
    Holding(
        "learning",
        ReflectionAnswer,
        (
            Side("author_id", (THEIRS,), ("at", "text")),
            Side("shared_id", (Delete(),), ("at", "text"), ("author_id",), through=(SharedReflection, "person_id")),
        ),
    ),
]
