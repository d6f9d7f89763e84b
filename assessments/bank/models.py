"""Questions: an identity and its immutable versions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id


class Question(Base):
    """What stays the same while the wording improves. `name` is that of the course's questions.md."""

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("course_id", "name"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    name: Mapped[str] = mapped_column(String(80))


class QuestionVersion(Base):
    """A wording with its choices, scores and feedback. Never edited."""

    __tablename__ = "question_versions"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint("kind IN ('single', 'multiple', 'boolean', 'situation')", name="kind_known"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    question_id: Mapped[UUID] = mapped_column(ForeignKey("questions.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    competency: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))
    stem: Mapped[str]  # HTML
    choices: Mapped[list[Any]]  # [{key, html, score (hundredths of a per cent, may be negative), feedback}]
    # The same in other languages: {locale: {stem, choices: {key: {html, feedback}}}}. Keys and scores are those above.
    translations: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]
