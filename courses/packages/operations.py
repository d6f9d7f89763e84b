"""Bringing packages, opening a window on one of their parts, and keeping what it tells."""

import re
import secrets
import unicodedata
from datetime import datetime
from typing import IO, Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update

from courses.catalogue.models import Course, CourseVersion, Lesson, Module
from courses.learning.happenings import Happening, tell
from courses.learning.lesson_queries import EnrolmentKey
from courses.learning.operations import mark_done
from courses.packages import keeping, queries, rules, texts
from courses.packages.keeping import Unpacked
from courses.packages.models import Package, PackageFile, PackageItem, PackageRecord
from courses.packages.refusals import NotBrought, OpenedElsewhere, SessionOver
from courses.packages.rules import Standing
from lms import audit, published
from lms.db import db, insert_once, transaction
from lms.ids import new_id
from lms.people.models import Federation

MODULE = "paquete"
PART = "parte-{}"


def bring(
    archive: IO[bytes],
    federation_id: UUID,
    *,
    by: UUID | None,
    now: datetime,
    audience: str,
    language: str,
    minutes: int,
    title: str = "",
    summary: str = "",
    replaces: UUID | None = None,
) -> Package:
    """Publish a package as a course of the federation, or as the next version of the course that an earlier one became.

    Begins a transaction of its own when the files are stored: unpacking takes time. The same archive again gives what there is.
    Raises the refusals of archives, manifests and NotBrought; nothing is kept then.
    """
    package_id = uuid4()
    with keeping.unpacked(archive) as package:
        try:
            keeping.store(package_id, package)
            with transaction():
                kept = _same(federation_id, replaces, package.digest)
                if kept is None:
                    course = _course(federation_id, replaces, title or package.manifest.title, audience)
                    facts = {"language": language, "minutes": minutes, "title": title, "summary": summary}
                    version = _version(course, package, now, **facts)
                    kept = _keep(package_id, federation_id, version, package, by, now)
                    course.audience, course.current_version_id = audience, version.id
                    published.tell("version", version.id)
        except BaseException:
            keeping.forget(package_id, len(package.files))
            raise
        if kept.id != package_id:
            keeping.forget(package_id, len(package.files))
    return kept


def _same(federation_id: UUID, replaces: UUID | None, digest: str) -> Package | None:
    """The package of this archive that the newest version of a course of the federation (of `replaces`) already is."""
    # One at a time in a federation: of the same archive sent twice, the second finds what the first published.
    db.session.execute(select(Federation.id).where(Federation.id == federation_id).with_for_update())
    newest = select(Package).join(Course, Course.current_version_id == Package.version_id)
    if replaces is not None:
        newest = newest.where(Course.id == replaces)
    return db.session.scalars(newest.where(Package.federation_id == federation_id, Package.digest == digest)).first()


def _course(federation_id: UUID, replaces: UUID | None, title: str, audience: str) -> Course:
    """The course to publish in. Raises NotBrought."""
    if replaces is None:
        course = Course(id=new_id(), federation_id=federation_id, slug=_slug(title), audience=audience)
        db.session.add(course)
        db.session.flush()
        return course
    found = db.session.scalar(
        select(Course)
        .join(Package, Package.version_id == Course.current_version_id)
        .where(Course.id == replaces, Course.federation_id == federation_id)
    )
    if found is None:
        raise NotBrought
    return found


def _slug(title: str) -> str:
    """A name for the address; its end is random, since other federations' courses have names too."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-") or MODULE
    return f"{words}-{secrets.token_hex(4)}"


def _version(
    course: Course, package: Unpacked, now: datetime, *, language: str, minutes: int, title: str, summary: str
) -> CourseVersion:
    said = package.manifest
    number = db.session.scalar(select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course.id)) or 0
    called = texts.spoken(title or said.title, language)
    version = CourseVersion(
        id=new_id(),
        course_id=course.id,
        number=number + 1,
        digest=package.digest,
        title=called,
        summary=texts.spoken(summary, language) if summary else {},
        html={},
        minutes=minutes,
        published_at=now,
    )
    module = Module(
        id=new_id(),
        version_id=version.id,
        number=1,
        slug=MODULE,
        title=called,
        html={},
        notice={},
        outcomes={},
        competencies=[],
        minutes=minutes,
        lesson_count=len(said.items),
    )
    for row in (version, module):
        db.session.add(row)
        db.session.flush()
    each = max(minutes // len(said.items), 1)
    db.session.add_all(
        Lesson(
            id=new_id(),
            module_id=module.id,
            number=place,
            slug=PART.format(place),
            title=texts.spoken(item.title, language),
            html=texts.door(PART.format(place), item.tells),
            notice={},
            skip={},
            reflection=texts.REFLECTION,
            alternative=texts.ALTERNATIVE,
            sources={},
            competencies=[],
            minutes=each,
        )
        for place, item in enumerate(said.items, 1)
    )
    db.session.flush()
    return version


def _keep(
    package_id: UUID, federation_id: UUID, version: CourseVersion, package: Unpacked, by: UUID | None, now: datetime
) -> Package:
    kept = Package(
        id=package_id,
        federation_id=federation_id,
        version_id=version.id,
        standard=package.manifest.standard,
        digest=package.digest,
        bytes=sum(size for _path, size in package.files),
        files=len(package.files),
        brought_by=by,
        brought_at=now,
    )
    db.session.add(kept)
    db.session.flush()
    files = [
        {"package_id": package_id, "path": path, "number": number, "size": size}
        for number, (path, size) in enumerate(package.files)
    ]
    db.session.execute(insert(PackageFile), files)
    lessons = (
        select(Lesson.id).join(Module, Module.id == Lesson.module_id).where(Module.version_id == version.id)
    ).order_by(Lesson.number)
    db.session.add_all(
        PackageItem(
            lesson_id=lesson_id,
            package_id=package_id,
            launch=item.launch,
            parameters=item.parameters,
            tells=item.tells,
            data=item.data,
        )
        for lesson_id, item in zip(db.session.scalars(lessons), package.manifest.items, strict=True)
    )
    audit.record(
        "package.bring",
        f"package:{package_id}",
        federation_id=federation_id,
        actor_id=by,
        now=now,
        course=version.course_id,
        version=version.number,
        standard=package.manifest.standard,
        digest=package.digest,
    )
    return kept


def open_window(enrolment: EnrolmentKey, lesson_id: UUID, sign_in_id: UUID | None, *, now: datetime) -> UUID:
    """A new window on a part of a package: from now on it alone saves. What earlier ones told is its beginning."""
    window = uuid4()
    where = (PackageRecord.enrolment_id == enrolment.id, PackageRecord.lesson_id == lesson_id)
    fresh = {"window_id": window, "sign_in_id": sign_in_id, "opened_at": now, "updated_at": now}
    if not insert_once(
        PackageRecord, {"enrolment_id": enrolment.id, "lesson_id": lesson_id, "id": uuid4(), "state": {}} | fresh
    ):
        together = PackageRecord.seconds + PackageRecord.session_seconds
        db.session.execute(
            update(PackageRecord).where(*where).values(seconds=together, session_seconds=0, sequence=0, **fresh)
        )
    who = (enrolment.person_id, enrolment.federation_id)
    tell(Happening("activity-opened", *who, now, enrolment_id=enrolment.id, lesson_id=lesson_id))
    return window


def save(enrolment_id: UUID, lesson_id: UUID, window: UUID, report: dict[str, Any], *, now: datetime) -> Standing:
    """Keep what a package told in its window; what it sent earlier never replaces what it sent later.

    Raises OpenedElsewhere when another window was opened since, SessionOver when whoever opened it has left.
    """
    found = queries.window(enrolment_id, lesson_id)
    if found is None or not found.lives(now):
        raise SessionOver
    record = found.record
    if record.window_id != window:
        raise OpenedElsewhere
    told = rules.standing(report, open_for=int((now - record.opened_at).total_seconds()))
    values = {
        "sequence": rules.sequence(report),
        "completion": told.completion,
        "success": told.success,
        "score": told.score,
        "session_seconds": max(told.seconds, record.session_seconds),
        "state": report.get("state") or {},
        "updated_at": now,
    }
    changed: Any = db.session.execute(
        update(PackageRecord)
        .where(
            PackageRecord.enrolment_id == enrolment_id,
            PackageRecord.lesson_id == lesson_id,
            PackageRecord.window_id == window,
            PackageRecord.sequence < values["sequence"],
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount == 1:
        if told.done:
            mark_done(found.enrolment, lesson_id, now=now)
        if (told.success, told.score) != (record.success, record.score):
            _tell_result(found.enrolment, lesson_id, told, now)
    return told


def _tell_result(enrolment: EnrolmentKey, lesson_id: UUID, told: Standing, now: datetime) -> None:
    """Whoever listens hears of a result, once for each that is new."""
    passed = {"passed": True, "failed": False}.get(told.success)
    if passed is None and told.score is None:
        return
    result: dict[str, Any] = {"score": told.score, "passed": passed, "seconds": told.seconds}
    who = (enrolment.person_id, enrolment.federation_id)
    tell(Happening("activity-told", *who, now, enrolment_id=enrolment.id, lesson_id=lesson_id, **result))
