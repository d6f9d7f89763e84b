"""Beginning a draft, and keeping what is written in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, update

from courses.authoring import rules
from courses.authoring.models import CourseDraft, DraftChange, DraftFile
from courses.authoring.refusals import DraftFull, FileGone, NothingToCopy, SlugOdd, SlugTaken, TextMoved, TextTooLong
from courses.authoring.rewriting import rewritten
from courses.catalogue.models import Course, CourseFile
from courses.learning.rules import Writing, may_replace
from lms import audit
from lms.db import db, insert_once
from lms.errors import Refusal
from lms.ids import new_id


def begin(
    federation_id: UUID,
    slug: str,
    files: Mapping[str, bytes],
    *,
    by: UUID,
    now: datetime,
    course_id: UUID | None = None,
) -> CourseDraft:
    """A new draft with these files. Raises SlugOdd, SlugTaken and DraftFull."""
    if not rules.SLUG.fullmatch(slug) or len(slug) > 60:
        raise SlugOdd
    fits(files)
    if course_id is None and _taken(federation_id, slug):
        raise SlugTaken(slug=slug)
    values = {
        "id": new_id(), "federation_id": federation_id, "course_id": course_id, "slug": slug, "begun_by": by,
        "begun_at": now, "saved_at": now, "revision": 0, "published_revision": 0 if course_id else None,
    }  # fmt: skip
    if not insert_once(CourseDraft, values):  # somebody has begun it at the same moment
        raise SlugTaken(slug=slug)
    draft = db.session.get_one(CourseDraft, values["id"])
    _add_files(draft.id, files, by, now)
    _record("course.begin", draft, by, now)
    return draft


def _taken(federation_id: UUID, slug: str) -> bool:
    """Whether another course, or another draft of the federation, has this name."""
    course = select(Course.id).where(Course.slug == slug)
    draft = select(CourseDraft.id).where(CourseDraft.slug == slug, CourseDraft.federation_id == federation_id)
    return db.session.scalar(course) is not None or db.session.scalar(draft) is not None


def open_draft(course_id: UUID, federation_id: UUID, *, by: UUID, now: datetime) -> CourseDraft:
    """The draft of a course of the federation's own; made of its newest version if there is none. Raises NothingToCopy."""
    course = db.session.execute(
        select(Course).where(Course.id == course_id, Course.federation_id == federation_id).with_for_update()
    ).scalar_one_or_none()
    if course is None or course.current_version_id is None:
        raise NothingToCopy
    found = db.session.scalar(select(CourseDraft).where(CourseDraft.course_id == course_id))
    if found is not None:
        return found
    files = files_of(course.current_version_id, federation_id)
    return begin(federation_id, course.slug, files, by=by, now=now, course_id=course_id)


def files_of(version_id: UUID, federation_id: UUID) -> dict[str, bytes]:
    """The files of the newest version of a course that the federation may see. Raises NothingToCopy."""
    mine = or_(Course.federation_id.is_(None), Course.federation_id == federation_id)
    rows = db.session.execute(
        select(CourseFile.path, CourseFile.content)
        .join(Course, Course.current_version_id == CourseFile.version_id)
        .where(CourseFile.version_id == version_id, mine)
    )
    files = {path: bytes(content) for path, content in rows}
    if not files:
        raise NothingToCopy
    return files


def fits(files: Mapping[str, bytes]) -> None:
    """Raise DraftFull if these are more than a course has."""
    if len(files) > rules.MOST_FILES or sum(map(len, files.values())) > rules.MOST_BYTES:
        raise DraftFull(files=rules.MOST_FILES, megabytes=rules.MOST_BYTES // 1_000_000)


def claim(draft_id: UUID, now: datetime) -> int:
    """The number of the change that is about to be made. Whoever else changes this draft waits until it is done.

    Raises FileGone when the draft has been discarded.
    """
    number = db.session.scalar(
        update(CourseDraft)
        .where(CourseDraft.id == draft_id)
        .values(revision=CourseDraft.revision + 1, saved_at=now)
        .returning(CourseDraft.revision)
        .execution_options(synchronize_session=False)
    )
    if number is None:
        raise FileGone
    return number


def _add_files(draft_id: UUID, files: Mapping[str, bytes], by: UUID, now: datetime) -> dict[str, UUID]:
    rows = [
        {
            "id": new_id(), "draft_id": draft_id, "path": path, "content": content, "revision": 1, "page": "",
            "sequence": 0, "saved_by": by, "saved_at": now,
        }
        for path, content in files.items()
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(DraftFile), rows)
    return {row["path"]: row["id"] for row in rows}


def add_files(
    draft_id: UUID, files: Mapping[str, bytes], *, by: UUID, now: datetime, number: int, what: str = "add"
) -> dict[str, UUID]:
    """Put new files into a draft, with an entry each in its history; their ids by path. Raises DraftFull."""
    have = db.session.execute(
        select(func.count(), func.coalesce(func.sum(func.length(DraftFile.content)), 0)).where(
            DraftFile.draft_id == draft_id
        )
    ).one()
    if have[0] + len(files) > rules.MOST_FILES or have[1] + sum(map(len, files.values())) > rules.MOST_BYTES:
        raise DraftFull(files=rules.MOST_FILES, megabytes=rules.MOST_BYTES // 1_000_000)
    ids = _add_files(draft_id, files, by, now)
    entries = [_entry(draft_id, ids[path], number, path, what, content, by, now) for path, content in files.items()]
    if entries:
        db.session.execute(insert(DraftChange), entries)
    return ids


def _entry(
    draft_id: UUID, file_id: UUID, number: int, path: str, what: str, content: bytes, by: UUID, now: datetime,
    page: str = "",
) -> dict[str, Any]:  # fmt: skip
    return {
        "id": new_id(), "draft_id": draft_id, "file_id": file_id, "number": number, "path": path, "what": what,
        "content": content, "page": page, "by": by, "at": now,
    }  # fmt: skip


def write(
    draft_id: UUID,
    file_id: UUID,
    values: Mapping[str, Any],
    body: str | None,
    writing: Writing,
    *,
    by: UUID,
    now: datetime,
) -> bool:
    """Keep values of a file's head and its body; False if it said so already.

    Raises FileGone, TextTooLong, and TextMoved when somebody else has written since: then nothing is changed.
    """
    number = claim(draft_id, now)
    file = locked(draft_id, file_id)
    text = rewritten(file.content.decode("utf-8", "replace"), values, body)
    return _keep(file, text, number, writing, by, now)


def write_whole(draft_id: UUID, file_id: UUID, text: str, writing: Writing, *, by: UUID, now: datetime) -> bool:
    """Keep a file as a whole. Raises as `write` does."""
    number = claim(draft_id, now)
    file = locked(draft_id, file_id)
    before = file.content.decode("utf-8", "replace")
    ending = "\r\n" if "\r\n" in before else "\n"
    same = "\n".join(text.splitlines()).strip() == "\n".join(before.splitlines()).strip()
    after = before if same else text.replace("\r\n", "\n").rstrip("\n").replace("\n", ending) + ending
    return _keep(file, after, number, writing, by, now)


def locked(draft_id: UUID, file_id: UUID) -> DraftFile:
    """A file of a draft, after `claim`. Raises FileGone."""
    file = db.session.execute(
        select(DraftFile)
        .where(DraftFile.id == file_id, DraftFile.draft_id == draft_id)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if file is None:
        raise FileGone
    return file


def _keep(file: DraftFile, text: str, number: int, writing: Writing, by: UUID, now: datetime) -> bool:
    content = text.encode("utf-8", "replace")
    if content == file.content:
        raise Unchanged
    if not may_replace(Writing(file.page, file.sequence, file.revision), writing):
        raise TextMoved
    if len(content) > rules.MOST_TEXT:
        raise TextTooLong(size=len(content) // 1000, most=rules.MOST_TEXT // 1000)
    replace(file, content, number=number, what="write", by=by, now=now, page=writing.page)
    file.page, file.sequence = writing.page, writing.sequence
    return True


class Unchanged(Refusal):
    """It says so already: the change that was claimed is given back."""

    code = "unchanged"


def replace(
    file: DraftFile, content: bytes, *, number: int, what: str, by: UUID, now: datetime, page: str = ""
) -> None:
    """Put other content into a file, and note it in its history, where what it was before stands already."""
    newest = db.session.execute(
        select(DraftChange)
        .where(DraftChange.file_id == file.id)
        .order_by(DraftChange.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if newest is None:
        began = _entry(file.draft_id, file.id, 0, file.path, "begin", file.content, file.saved_by, file.saved_at)
        db.session.execute(insert(DraftChange), [began])
    same = newest is not None and newest.by == by
    if (
        newest is not None
        and what == "write"
        and rules.goes_on(newest.what, newest.page, newest.at, by_same=same, sent_page=page, now=now)
    ):
        newest.content, newest.number, newest.path = content, number, file.path
    else:
        entry = _entry(file.draft_id, file.id, number, file.path, what, content, by, now, page)
        db.session.execute(insert(DraftChange), [entry])
    file.content, file.saved_by, file.saved_at = content, by, now
    file.revision, file.page, file.sequence = file.revision + 1, "", 0


def restore(draft_id: UUID, file_id: UUID, number: int, *, by: UUID, now: datetime) -> UUID:
    """Take back what a file was at an entry of its history, also when the file is gone; the file's id.

    Raises FileGone when there is no such entry, or another file has taken the place.
    """
    claimed = claim(draft_id, now)
    old = db.session.scalar(
        select(DraftChange).where(
            DraftChange.draft_id == draft_id, DraftChange.file_id == file_id, DraftChange.number == number
        )
    )
    if old is None:
        raise FileGone
    file = db.session.scalar(select(DraftFile).where(DraftFile.id == file_id, DraftFile.draft_id == draft_id))
    if file is not None:
        replace(file, old.content, number=claimed, what="restore", by=by, now=now)
        return file.id
    path = _free_path(draft_id, old.path)
    values = {"id": file_id, "draft_id": draft_id, "path": path, "content": old.content}
    db.session.execute(insert(DraftFile).values(saved_by=by, saved_at=now, revision=1, page="", sequence=0, **values))
    entry = _entry(draft_id, file_id, claimed, path, "restore", old.content, by, now)
    db.session.execute(insert(DraftChange), [entry])
    return file_id


def _free_path(draft_id: UUID, path: str) -> str:
    """`path`, or one beside it when another file has taken it."""
    paths = set(db.session.scalars(select(DraftFile.path).where(DraftFile.draft_id == draft_id)))
    if path not in paths:
        return path
    folder, _slash, name = path.rpartition("/")
    first, dot, rest = name.partition(".")
    names = {one.rpartition("/")[2].partition(".")[0] for one in paths if one.rpartition("/")[0] == folder}
    if rules.place_of(path).kind not in ("lesson", "plain", "picture"):
        raise FileGone
    free = rules.unused(first, names)
    return f"{folder}/{free}{dot}{rest}" if folder else f"{free}{dot}{rest}"


def remove_files(draft_id: UUID, paths: list[str], *, by: UUID, now: datetime, number: int) -> None:
    """Take files out of a draft; their history keeps what they were."""
    rows = db.session.scalars(select(DraftFile).where(DraftFile.draft_id == draft_id, DraftFile.path.in_(paths))).all()
    entries = [_entry(draft_id, row.id, number, row.path, "remove", row.content, by, now) for row in rows]
    if entries:
        db.session.execute(insert(DraftChange), entries)
        db.session.execute(delete(DraftFile).where(DraftFile.id.in_([row.id for row in rows])))


def discard(draft: CourseDraft, *, by: UUID, now: datetime) -> None:
    """Throw a draft away with its history. What was published of it stays."""
    _record("course.discard", draft, by, now)
    db.session.execute(delete(CourseDraft).where(CourseDraft.id == draft.id))


def _record(action: str, draft: CourseDraft, by: UUID, now: datetime, **facts: Any) -> None:
    audit.record(
        action,
        f"course:{draft.course_id or draft.id}",
        federation_id=draft.federation_id,
        actor_id=by,
        now=now,
        **facts,
    )
