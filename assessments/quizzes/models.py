"""A module's quiz, and people's attempts at it on frozen sheets."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id


class Quiz(Base):
    """The quiz of a module of a course version, with its rules."""

    __tablename__ = "quizzes"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    module_id: Mapped[UUID] = mapped_column(ForeignKey("modules.id"), unique=True)
    title: Mapped[dict[str, Any]]
    pass_mark: Mapped[int]  # hundredths of a per cent
    attempts_allowed: Mapped[int]
    draw: Mapped[int]
    question_ids: Mapped[list[Any]]  # ids of question versions to draw from


class Attempt(Base):
    """One attempt of an enrolled person. The sheet (question versions, order of choices) is frozen when it begins."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "quiz_id", "number"),
        CheckConstraint("state IN ('open', 'submitted')", name="state_known"),
        CheckConstraint("(state = 'submitted') = (score IS NOT NULL)", name="submitted_has_score"),
        Index(
            "uq_attempts_open",
            "enrolment_id",
            "quiz_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_attempts_person_id", "person_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    quiz_id: Mapped[UUID] = mapped_column(ForeignKey("quizzes.id"))
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    number: Mapped[int]
    seed: Mapped[int]
    pass_mark: Mapped[int]  # the quiz's, when the attempt began
    sheet: Mapped[list[Any]]  # [{question: version id, kind, choices: [key, …]}] in the order shown
    state: Mapped[str] = mapped_column(default="open")
    began_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    score: Mapped[int | None]  # hundredths of a per cent
    passed: Mapped[bool | None]


class Answer(Base):
    """What was chosen for a question of the sheet, saved as it is given. `score` is set when the attempt is submitted."""

    __tablename__ = "answers"
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempts.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # on the sheet, from 0
    chosen: Mapped[list[Any]]  # keys of choices
    saved_at: Mapped[datetime]
    score: Mapped[int | None]
