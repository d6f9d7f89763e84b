"""Publishing courses."""

from collections.abc import Container, Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, insert, select

from courses.catalogue import source
from courses.catalogue.models import Course, CourseFile, CourseVersion, Lesson, Module
from courses.catalogue.source import CourseSource, Fault, ModuleSource
from lms import audit, published
from lms.db import db, insert_once
from lms.errors import Refusal
from lms.ids import new_id


class ContentError(Refusal):
    """A course folder has faults; `faults` lists them all, and the sentence has a line for each: `file:line: sentence`."""

    code = "content-faulty"

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class CourseElsewhere(Refusal):
    """Another federation, or the house, has a course by this name."""

    code = "course-elsewhere"
    sentence = _l("Ya hay otro curso con la dirección «%(slug)s». Elige otra para este.")


def import_course(
    folder: Path, *, now: datetime, by: UUID | None = None, competencies: Container[str] | None = None
) -> CourseVersion:
    """Publish a course folder as the newest version of a built-in course, inside the caller's transaction.

    Nothing happens when the newest version came from the same texts. Earlier versions stay as they are.
    `competencies` are the codes that lessons may name; None lets any pass.
    Raises ContentError (nothing is written then) and CourseElsewhere.
    """
    read, faults = source.read_course(folder.resolve(), competencies)
    if faults:
        raise ContentError(faults)
    return publish(read, source.files(folder.resolve()), now=now, by=by)


def publish(
    read: CourseSource,
    files: Mapping[str, bytes],
    *,
    now: datetime,
    by: UUID | None = None,
    federation_id: UUID | None = None,
) -> CourseVersion:
    """Publish what was read without a fault, and the files that it was read from, as a course of this federation.

    Raises CourseElsewhere.
    """
    insert_once(Course, {"id": new_id(), "slug": read.slug, "audience": read.audience, "federation_id": federation_id})
    course = db.session.execute(
        select(Course).where(Course.slug == read.slug).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()  # locked: two imports at once come one after the other
    if course.federation_id != federation_id:
        raise CourseElsewhere(slug=read.slug)
    current = db.session.get(CourseVersion, course.current_version_id) if course.current_version_id else None
    if current is not None and current.digest == read.digest:
        _keep_files(current.id, files)
        return current
    version = _published(course, read, now)
    _keep_files(version.id, files)
    course.audience, course.current_version_id = read.audience, version.id
    audit.record(
        "course.publish",
        f"course:{course.id}",
        federation_id=federation_id,
        actor_id=by,
        now=now,
        version=version.number,
        digest=version.digest,
    )
    db.session.flush()
    published.tell("version", version.id)
    return version


def _keep_files(version_id: UUID, files: Mapping[str, bytes]) -> None:
    """Keep the folder as it was given. What is not part of the version itself (its quizzes) may be newer than it."""
    kept = dict(
        db.session.execute(select(CourseFile.path, CourseFile.content).where(CourseFile.version_id == version_id)).all()  # type: ignore[arg-type]
    )
    if kept == files:
        return
    db.session.execute(delete(CourseFile).where(CourseFile.version_id == version_id))
    rows = [{"version_id": version_id, "path": path, "content": content} for path, content in files.items()]
    db.session.execute(insert(CourseFile), rows)


def _published(course: Course, read: CourseSource, now: datetime) -> CourseVersion:
    last = db.session.scalar(select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course.id))
    version = CourseVersion(
        id=new_id(),
        course_id=course.id,
        number=(last or 0) + 1,
        digest=read.digest,
        minutes=read.minutes,
        published_at=now,
        **read.texts,
    )
    db.session.add(version)
    db.session.flush()
    for module in read.modules:
        _add_module(version, module)
    return version


def _add_module(version: CourseVersion, read: ModuleSource) -> None:
    module = Module(
        id=new_id(),
        version_id=version.id,
        number=read.number,
        slug=read.slug,
        competencies=read.competencies,
        minutes=read.minutes,
        lesson_count=len(read.lessons),
        **read.texts,
    )
    db.session.add(module)
    db.session.flush()
    db.session.add_all(
        Lesson(
            id=new_id(),
            module_id=module.id,
            number=number,
            slug=lesson.slug,
            competencies=lesson.competencies,
            minutes=lesson.minutes,
            **lesson.texts,
        )
        for number, lesson in enumerate(read.lessons, 1)
    )
