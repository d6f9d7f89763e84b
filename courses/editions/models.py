"""Who teaches an edition, who came to its meetings, what completes a course and what comes before it, and calendars."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id

ATTENDANCE = ("present", "absent", "excused")
HOW = ("list", "code")


class EditionTrainer(Base):
    """A person who teaches an edition."""

    __tablename__ = "edition_trainers"
    __table_args__ = (Index("ix_edition_trainers_person_id", "person_id"),)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    since: Mapped[datetime]
    given_by: Mapped[UUID]


class Attendance(Base):
    """Whether somebody came to a meeting, as it is noted now. Nobody notes it of themselves, but with the code of the room."""

    __tablename__ = "attendances"
    __table_args__ = (
        CheckConstraint(f"state IN {ATTENDANCE!r}", name="state_known"),
        CheckConstraint(f"how IN {HOW!r}", name="how_known"),
        Index("ix_attendances_enrolment_id", "enrolment_id"),
    )
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"), primary_key=True)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    state: Mapped[str] = mapped_column(String(10))
    how: Mapped[str] = mapped_column(String(10))
    noted_by: Mapped[UUID]
    noted_at: Mapped[datetime]


class AttendanceChange(Base):
    """That a note of attendance was corrected: from what to what, who, when."""

    __tablename__ = "attendance_changes"
    __table_args__ = (Index("ix_attendance_changes_meeting_id", "meeting_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"))
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"), index=True)
    was: Mapped[str] = mapped_column(String(10))
    became: Mapped[str] = mapped_column(String(10))
    by: Mapped[UUID]
    at: Mapped[datetime]


class CompletionRule(Base):
    """What completes a course in a federation. A rule is never changed: another number follows it."""

    __tablename__ = "completion_rules"
    __table_args__ = (UniqueConstraint("federation_id", "course_id", "number"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    number: Mapped[int]
    demands: Mapped[list[Any]]  # [{kind, share}], see rules.DEMANDS
    usual: Mapped[bool] = mapped_column(default=False)  # for editions of the course that have none of their own
    made_at: Mapped[datetime]
    made_by: Mapped[UUID]


class EditionRule(Base):
    """The rule of an edition that has one of its own."""

    __tablename__ = "edition_rules"
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    rule_id: Mapped[UUID] = mapped_column(ForeignKey("completion_rules.id"))


class Prerequisite(Base):
    """What has to come before a course in a federation: another course completed, or (none named) an accreditation in force."""

    __tablename__ = "prerequisites"
    __table_args__ = (
        UniqueConstraint("federation_id", "course_id", "needs_id"),
        CheckConstraint("needs_id IS NULL OR needs_id <> course_id", name="not_itself"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    needs_id: Mapped[UUID | None] = mapped_column(ForeignKey("courses.id"))


class CalendarFeed(Base):
    """A person's secret calendar address. Its token is signed: a dump of this table opens none. Another nonce revokes it."""

    __tablename__ = "calendar_feeds"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]


class Reminder(Base):
    """That somebody was reminded of something, so that it happens once."""

    __tablename__ = "reminders"
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"), primary_key=True)
    about: Mapped[str] = mapped_column(String(60), primary_key=True)  # meeting:<id>, due:<day>
    at: Mapped[datetime]
