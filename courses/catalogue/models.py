"""Courses as published versions: what was published never changes."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id


def _digest(context: Any) -> str:
    return hashlib.sha256(context.get_current_parameters()["content"]).hexdigest()[:32]


class Course(Base):
    """A course of the catalogue; its text lies in its versions. `federation_id` is null for the built-in ones."""

    __tablename__ = "courses"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID | None] = mapped_column(ForeignKey("federations.id"))
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    audience: Mapped[str] = mapped_column(String(20))  # agent | professional | senior
    current_version_id: Mapped[UUID | None]  # the newest published version
    __table_args__ = (
        CheckConstraint("audience IN ('agent', 'professional', 'senior')", name="audience_known"),
        Index("ix_courses_audience_slug", "audience", "slug"),  # the catalogue is read page by page in this order
    )


class CourseVersion(Base):
    """A published version, rendered once. `digest` is that of the folder it came from: importing it again does nothing."""

    __tablename__ = "course_versions"
    __table_args__ = (UniqueConstraint("course_id", "number"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    title: Mapped[dict[str, Any]]  # {locale: text}, here and below
    summary: Mapped[dict[str, Any]]
    html: Mapped[dict[str, Any]]
    minutes: Mapped[int]
    published_at: Mapped[datetime]


class Module(Base):
    """A module of a version. Without lessons it is "to come"."""

    __tablename__ = "modules"
    __table_args__ = (UniqueConstraint("version_id", "number"), UniqueConstraint("version_id", "slug"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("course_versions.id"))
    number: Mapped[int]
    slug: Mapped[str] = mapped_column(String(60))
    title: Mapped[dict[str, Any]]
    html: Mapped[dict[str, Any]]
    notice: Mapped[dict[str, Any]]
    outcomes: Mapped[dict[str, Any]]  # {locale: [text]}
    competencies: Mapped[list[Any]]
    minutes: Mapped[int]
    lesson_count: Mapped[int]


class Lesson(Base):
    """A lesson, rendered at publication."""

    __tablename__ = "lessons"
    __table_args__ = (UniqueConstraint("module_id", "number"), UniqueConstraint("module_id", "slug"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    module_id: Mapped[UUID] = mapped_column(ForeignKey("modules.id"))
    number: Mapped[int]
    slug: Mapped[str] = mapped_column(String(60))
    title: Mapped[dict[str, Any]]
    html: Mapped[dict[str, Any]]
    plain: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the same lesson in plain language, where there is one
    notice: Mapped[dict[str, Any]]
    skip: Mapped[dict[str, Any]]
    reflection: Mapped[dict[str, Any]]
    alternative: Mapped[dict[str, Any]]
    sources: Mapped[dict[str, Any]]
    competencies: Mapped[list[Any]]
    minutes: Mapped[int]


class CourseFile(Base):
    """A file of the folder that a version came from, byte for byte, by its path below the folder."""

    __tablename__ = "course_files"
    version_id: Mapped[UUID] = mapped_column(ForeignKey("course_versions.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(250), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    # Of its content, for the address of what is served (lms.media_blocks); empty for what was kept before files were served.
    digest: Mapped[str] = mapped_column(String(32), default=_digest, server_default="", index=True)
