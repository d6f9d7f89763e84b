"""Courses that are being written: a draft is a folder of files, with what every file was before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id


class CourseDraft(Base):
    """A federation's working copy of a course, one for each course. `course_id` is null until it is published."""

    __tablename__ = "course_drafts"
    __table_args__ = (UniqueConstraint("federation_id", "slug"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("courses.id"), unique=True)
    slug: Mapped[str] = mapped_column(String(60))
    revision: Mapped[int] = mapped_column(default=0)  # one more with each change; every writer claims it first
    published_revision: Mapped[
        int | None
    ]  # what was published last; equal to `revision` when nothing has changed since
    begun_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]


class DraftFile(Base):
    """A file of a draft by its path below the folder, as `course_files` are of a version. Its id stays when it is moved."""

    __tablename__ = "draft_files"
    __table_args__ = (UniqueConstraint("draft_id", "path"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("course_drafts.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(String(250))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int] = mapped_column(default=1)  # one more with each text that is kept
    page: Mapped[str] = mapped_column(String(64), default="")  # the open page that wrote it last
    sequence: Mapped[int] = mapped_column(default=0)  # that page's own count of what it sent
    saved_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    saved_at: Mapped[datetime]


class DraftChange(Base):
    """What a file was after a change, kept when the file is gone. `number` is the draft's revision then: the order of changes."""

    __tablename__ = "draft_changes"
    __table_args__ = (Index("ix_draft_changes_draft_id_number", "draft_id", "number"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("course_drafts.id", ondelete="CASCADE"))
    file_id: Mapped[UUID] = mapped_column(index=True)
    number: Mapped[int]
    path: Mapped[str] = mapped_column(String(250))
    what: Mapped[str] = mapped_column(String(10))  # begin | write | add | restore | import | remove
    content: Mapped[bytes] = mapped_column(LargeBinary)  # of a removed file: what it was at last
    page: Mapped[str] = mapped_column(String(64), default="")
    by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
