"""Editions of a course, who is enrolled, how far they are, and what they wrote for themselves."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id


class Edition(Base):
    """A run of a course by a federation. It keeps the version it began with."""

    __tablename__ = "editions"
    __table_args__ = (
        CheckConstraint("seats_taken >= 0 AND seats_taken <= seats", name="seats_enough"),
        CheckConstraint("ends_on >= begins_on", name="dates_in_order"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("course_versions.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    seats: Mapped[int]
    seats_taken: Mapped[int] = mapped_column(default=0)
    open: Mapped[bool] = mapped_column(default=True)
    # Whoever asks on its public page may come in and enrol, without having been invited.
    for_everybody: Mapped[bool] = mapped_column(default=False, server_default=false())


class Enrolment(Base):
    """A person in an edition, and where they left it."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("edition_id", "person_id"), Index("ix_enrolments_person_id", "person_id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    enrolled_at: Mapped[datetime]
    last_lesson_id: Mapped[UUID | None] = mapped_column(ForeignKey("lessons.id"))  # where they left it


class LessonDone(Base):
    """A lesson that a person marked as done."""

    __tablename__ = "lessons_done"
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lessons.id"), primary_key=True)
    done_at: Mapped[datetime]


class Reflection(Base):
    """A private reflection: nobody else reads it. Choosing the alternative, or not to share, costs nothing."""

    __tablename__ = "reflections"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"))
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lessons.id"))
    text: Mapped[str]
    used_alternative: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)  # one more with each text that is kept
    page: Mapped[str] = mapped_column(String(64), default="")  # the open page that wrote it last
    sequence: Mapped[int] = mapped_column(default=0)  # that page's own count of what it sent
