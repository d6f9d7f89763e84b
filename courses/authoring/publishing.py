"""A draft judged by the checker that folders are judged by, previewed, and published as a version that never changes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from courses.authoring import queries, rules
from courses.authoring.models import CourseDraft
from courses.authoring.refusals import DraftChanged, DraftFaulty, FileGone, NothingNew
from courses.catalogue import archives, operations, source
from courses.catalogue.models import Course, CourseVersion
from courses.catalogue.source import CourseSource, Fault
from lms import audit, uploads
from lms.db import db


@dataclass(frozen=True, slots=True)
class Finding:
    """What the checker says of a draft: in which of its files, in which line."""

    path: str
    line: int
    sentence: Any


@dataclass(slots=True)
class Checked:
    """A draft as it was read at `revision`."""

    revision: int
    files: Mapping[str, bytes]
    read: CourseSource
    quizzes: Mapping[int, Any]
    findings: list[Finding] = field(default_factory=list)


KEPT = 4  # drafts in a process
MOST_KEPT = 5_000_000  # bytes of one
_kept: dict[tuple[UUID, int, str], Checked] = {}


def _beyond() -> Any:
    """What this house needs of those above it: the framework's codes, and the quizzes (lms/app.py)."""
    return current_app.extensions["lms_authoring"]


@contextmanager
def _laid_out(slug: str, files: Mapping[str, bytes]) -> Iterator[Path]:
    with TemporaryDirectory(dir=uploads.folder()) as scratch:
        folder = Path(scratch) / slug
        archives.lay_out(files, folder)
        yield folder


def _read(slug: str, files: Mapping[str, bytes]) -> tuple[CourseSource, Mapping[int, Any], list[Finding]]:
    with _laid_out(slug, files) as folder:
        read, faults = source.read_course(folder, _beyond().competencies)
        quizzes, more = _beyond().read_questions(folder, {module.number: module.slug for module in read.modules})
    return read, quizzes, [_finding(slug, fault) for fault in (*faults, *more)]


def _finding(slug: str, fault: Fault) -> Finding:
    return Finding(fault.file.removeprefix(f"{slug}/"), fault.line, fault.sentence)


def check(draft: CourseDraft) -> Checked:
    """All that is wrong with a draft: what the checker says of a folder with the same files.

    Reading a large course takes seconds. The last ones that were read are kept, since a draft is looked at, published and
    looked at again; each change of a draft has another revision.
    """
    key = (draft.id, draft.revision, draft.slug)
    if key not in _kept:
        files = queries.files(draft.id)
        read = Checked(draft.revision, files, *_read(draft.slug, files))
        if sum(map(len, files.values())) > MOST_KEPT:
            return read
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = read
    return _kept[key]


@dataclass(frozen=True, slots=True)
class Look:
    """One file as it will be read: its HTML, or its questions, and what is wrong in it."""

    html: str
    quiz: Any
    findings: list[Finding]


def look(draft: CourseDraft, path: str, text: str) -> Look:
    """How a file would look with this text, and what the checker would say of it."""
    files = queries.around(draft.id, path) | {path: text.encode("utf-8", "replace")}
    read, quizzes, findings = _read(draft.slug, files)
    place = rules.place_of(path)
    found = [one for one in findings if one.path == path]
    if place.kind == "questions":
        quiz = next(iter(quizzes.values()), None)
        return Look("", quiz if quiz is None or place.locale == "es" else quiz.translations.get(place.locale), found)
    return Look(_html(read, place), None, found)


def _html(read: CourseSource, place: rules.Place) -> str:
    """The HTML of a text, where it stands in what was read."""
    texts: Any = read.texts
    if place.kind != "course":
        texts = next((module.texts for module in read.modules), {})
    if place.kind in ("lesson", "plain"):
        texts = next((lesson.texts for module in read.modules for lesson in module.lessons), {})
    kind = "plain" if place.kind == "plain" else "html"
    return texts.get(kind, {}).get(place.locale, "")


def publish(draft_id: UUID, checked: Checked, *, by: UUID, now: datetime) -> tuple[CourseVersion, bool]:
    """Publish what was checked; the version, and whether it is a new one (else only its quizzes are).

    Raises DraftFaulty, DraftChanged when somebody has saved since, NothingNew, FileGone, CourseElsewhere.
    """
    if checked.findings:
        raise DraftFaulty
    draft = db.session.execute(
        select(CourseDraft)
        .where(CourseDraft.id == draft_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if draft is None:
        raise FileGone
    if draft.revision != checked.revision or draft.slug != checked.read.slug:
        raise DraftChanged
    before = db.session.scalar(select(Course.current_version_id).where(Course.slug == draft.slug))
    version = operations.publish(checked.read, checked.files, now=now, by=by, federation_id=draft.federation_id)
    done = _beyond().keep_questions(version, checked.quizzes, now=now)
    new = version.id != before
    if not new and not any(done.values()):
        raise NothingNew(number=version.number)
    if not new:
        audit.record(
            "course.questions", f"course:{version.course_id}", federation_id=draft.federation_id, actor_id=by, now=now,
            version=version.number,
        )  # fmt: skip
    draft.course_id, draft.published_revision = version.course_id, draft.revision
    return version, new
