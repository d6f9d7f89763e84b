"""Voice notes, and what learners share of their reflections with whoever accompanies them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.media.rules import WAYS
from lms.db import Base
from lms.ids import new_id
from lms.rotation import sealed_in


class VoiceNote(Base):
    """What somebody said instead of writing it. The file lies encrypted in the storage; its key stands here, sealed."""

    __tablename__ = "voice_notes"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "lesson_id"),
        CheckConstraint("size > 0", name="size_positive"),
        Index("ix_voice_notes_person_id", "person_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"))
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lessons.id"))
    mime: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]  # bytes of the sound
    seconds: Mapped[int | None]  # unknown for some files
    key: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]


def context(note_id: UUID) -> str:
    """The place to which a note's key and its file are bound."""
    return f"voice-note:{note_id}"


def stored(note_id: UUID) -> str:
    """Where the file lies in the storage."""
    return f"voice/{note_id}"


sealed_in(VoiceNote, "key", context)


class SharedReflection(Base):
    """What a learner gave one named person to read, as it was then. Taken back, only that it was shared remains."""

    __tablename__ = "shared_reflections"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "lesson_id", "reader_id"),
        CheckConstraint("person_id <> reader_id", name="two_people"),
        CheckConstraint(f"way IN {WAYS!r}", name="way_known"),
        CheckConstraint("taken_back_at IS NULL OR (text = '' AND voice_id IS NULL)", name="taken_back_is_gone"),
        Index("ix_shared_reflections_reader_id_shared_at", "reader_id", "shared_at"),
        Index("ix_shared_reflections_person_id", "person_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"))
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lessons.id"))
    way: Mapped[str] = mapped_column(String(10))  # what was given: words, voice, both, or only that it is done
    text: Mapped[str] = mapped_column(default="")
    voice_id: Mapped[UUID | None] = mapped_column(ForeignKey("voice_notes.id", ondelete="SET NULL"), index=True)
    shared_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]


class ReflectionAnswer(Base):
    """What the reader said about it."""

    __tablename__ = "reflection_answers"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    shared_id: Mapped[UUID] = mapped_column(ForeignKey("shared_reflections.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str]
    at: Mapped[datetime]
