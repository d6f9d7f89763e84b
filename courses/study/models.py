"""Tables: what can be searched, and one's own notes and marks in lessons."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id
from lms.rotation import sealed_in

KINDS = ("course", "lesson", "document")


class SearchEntry(Base):
    """A published text in one language, as the search finds and shows it. It holds nothing that a person wrote for themselves.

    The database's own index (`search_index`: FTS5 on SQLite, a tsvector on PostgreSQL) is kept from these rows by triggers.
    """

    __tablename__ = "search_entries"
    __table_args__ = (CheckConstraint(f"kind IN {KINDS!r}", name="kind_known"),)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    lesson_id: Mapped[UUID | None] = mapped_column(ForeignKey("lessons.id", ondelete="CASCADE"), index=True)
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    # Who may find it, as a word of the index: everybody, a federation, whoever is in an edition of a version.
    scope: Mapped[str] = mapped_column(String(40))
    locale: Mapped[str] = mapped_column(String(5))
    alone: Mapped[bool]  # there is no other language of it
    place: Mapped[dict[str, Any]]  # what its address needs
    around: Mapped[str]  # the course that it is of
    title: Mapped[str]
    text: Mapped[str]
    title_terms: Mapped[str]  # stems, with blanks between (courses.study.terms)
    text_terms: Mapped[str]


class Note(Base):
    """A place in a lesson that somebody marked, a note on it, or a note on the lesson. Nobody else reads it.

    It belongs to the lesson's place in the course, not to a version, so that it is still there in the next one.
    """

    __tablename__ = "notes"
    __table_args__ = (
        Index("ix_notes_enrolment_id_module", "enrolment_id", "module"),
        CheckConstraint("(start IS NULL) = (paragraph IS NULL)", name="anchor_whole"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"))
    module: Mapped[str] = mapped_column(String(60))  # slugs
    lesson: Mapped[str] = mapped_column(String(60))
    # Where the marked words begin: the how-manieth paragraph, and the sign in it. Null: the note is on the whole lesson.
    paragraph: Mapped[int | None]
    start: Mapped[int | None]
    words: Mapped[bytes] = mapped_column(LargeBinary)  # sealed: {"quote": …, "text": …}
    made_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)  # as of a reflection
    page: Mapped[str] = mapped_column(String(64), default="")
    sequence: Mapped[int] = mapped_column(default=0)


def context(note_id: UUID) -> str:
    """The place to which a sealed note is bound."""
    return f"note:{note_id}"


sealed_in(Note, "words", context)
