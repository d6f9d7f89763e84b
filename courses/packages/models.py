"""SCORM packages as they were brought, what each of their parts starts with, and how far people are in them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id

STANDARDS = ("1.2", "2004")
COMPLETIONS = ("unknown", "incomplete", "completed")
SUCCESSES = ("unknown", "passed", "failed")


class Package(Base):
    """A package: it became a version of a course of its federation. Its files lie in the storage under `packages/<id>/`."""

    __tablename__ = "packages"
    __table_args__ = (
        UniqueConstraint("version_id"),
        CheckConstraint(f"standard IN {STANDARDS!r}", name="standard_known"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("course_versions.id"))
    standard: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))  # of the archive
    bytes: Mapped[int]  # unpacked
    files: Mapped[int]
    brought_by: Mapped[UUID | None]
    brought_at: Mapped[datetime]


class PackageFile(Base):
    """A file of a package: its path inside, and the number under which it is stored (never under a name that was given)."""

    __tablename__ = "package_files"
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(String(400), primary_key=True)
    number: Mapped[int]
    size: Mapped[int]


class PackageItem(Base):
    """A part of a package that is a lesson: with which file it opens and what its manifest says of it."""

    __tablename__ = "package_items"
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lessons.id"), primary_key=True)
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id", ondelete="CASCADE"), index=True)
    launch: Mapped[str] = mapped_column(String(400))  # a path of a PackageFile
    parameters: Mapped[str] = mapped_column(String(1000), default="")  # "?a=b#c", or nothing
    tells: Mapped[bool]  # whether it speaks with the platform (a SCO), or is only looked at (an asset)
    data: Mapped[dict[str, Any]]  # launch data, mastery score and the like, as the run-time wants them


class PackageRecord(Base):
    """How far somebody is in a part of a package, as the package itself tells it."""

    __tablename__ = "package_records"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint("window_id"),
        CheckConstraint(f"completion IN {COMPLETIONS!r}", name="completion_known"),
        CheckConstraint(f"success IN {SUCCESSES!r}", name="success_known"),
        CheckConstraint("score >= 0 AND score <= 10000", name="score_in_range"),
        CheckConstraint("seconds >= 0 AND session_seconds >= 0", name="time_positive"),
    )
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lessons.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(
        default=new_id
    )  # whom the package speaks with: nothing else names the person to it
    # The window that opened it last: it alone may save.
    window_id: Mapped[UUID]
    sign_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("sign_ins.id", ondelete="SET NULL"), index=True)
    opened_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(default=0)  # of what that window sent: the older never replaces the newer
    completion: Mapped[str] = mapped_column(String(12), default="unknown")
    success: Mapped[str] = mapped_column(String(12), default="unknown")
    score: Mapped[int | None]  # hundredths of a percent
    seconds: Mapped[int] = mapped_column(default=0)  # of earlier windows
    session_seconds: Mapped[int] = mapped_column(default=0)  # of this one
    state: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the package's own notes, given back to it
    updated_at: Mapped[datetime]
