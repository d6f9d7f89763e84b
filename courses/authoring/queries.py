"""Drafts and their files, read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from courses.authoring import rules
from courses.authoring.models import CourseDraft, DraftChange, DraftFile
from courses.authoring.rewriting import read
from courses.catalogue.models import Course, CourseFile, CourseVersion
from lms.db import db
from lms.people.models import Person

HEAD = 400  # bytes of a file in which its title stands
PAGE = 50


class FileLine(NamedTuple):
    """A file in a list, without its content."""

    id: UUID
    path: str
    size: int
    saved_at: datetime

    @property
    def name(self) -> str:
        """Its own name, without its folder."""
        return self.path.rpartition("/")[2]

    @property
    def is_picture(self) -> bool:
        """Whether a small picture of it can be shown."""
        return rules.place_of(self.path).kind == "picture"


@dataclass(frozen=True, slots=True)
class FilePage:
    """A file with its draft. `federation_id` serves the policy."""

    draft: CourseDraft
    file: DraftFile
    saved_by: str
    paths: dict[str, UUID]  # of all files of the draft

    @property
    def federation_id(self) -> UUID:
        """For the policy."""
        return self.draft.federation_id

    @property
    def place(self) -> rules.Place:
        """What the file is."""
        return rules.place_of(self.file.path)

    @property
    def text(self) -> str:
        """What is written in it."""
        return self.file.content.decode("utf-8", "replace")


class DraftCard(NamedTuple):
    """A draft in the list. `title` is that of its course.md."""

    draft: CourseDraft
    title: str
    number: int | None  # of the newest published version


class Writable(NamedTuple):
    """A published course that a federation sees: its own (`mine`), or one that comes with the house."""

    course_id: UUID
    version_id: UUID
    slug: str
    title: dict[str, Any]
    number: int
    mine: bool
    draft_id: UUID | None


def title_in(beginning: bytes) -> str:
    """The title in the beginning of a file; empty where there is none."""
    text = beginning.decode("utf-8", "ignore")
    return read(text if text.count("---") > 1 else text.rpartition("\n")[0] + "\n---\n")[0].text("title")


def drafts(federation_id: UUID) -> list[DraftCard]:
    """What a federation is writing, what was saved last first."""
    rows = db.session.execute(
        select(CourseDraft, func.substr(DraftFile.content, 1, HEAD), CourseVersion.number)
        .outerjoin(DraftFile, and_(DraftFile.draft_id == CourseDraft.id, DraftFile.path == "course.md"))
        .outerjoin(Course, Course.id == CourseDraft.course_id)
        .outerjoin(CourseVersion, CourseVersion.id == Course.current_version_id)
        .where(CourseDraft.federation_id == federation_id)
        .order_by(CourseDraft.saved_at.desc(), CourseDraft.id)
        .limit(200)
    )
    return [DraftCard(draft, title_in(bytes(head or b"")) or draft.slug, number) for draft, head, number in rows]


def writable(federation_id: UUID) -> list[Writable]:
    """The published courses that a federation may write on, or copy."""
    rows = db.session.execute(
        select(
            Course.id, CourseVersion.id, Course.slug, CourseVersion.title, CourseVersion.number, Course.federation_id,
            CourseDraft.id,
        )
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .join(CourseFile, and_(CourseFile.version_id == CourseVersion.id, CourseFile.path == "course.md"))
        .outerjoin(CourseDraft, CourseDraft.course_id == Course.id)
        .where(or_(Course.federation_id.is_(None), Course.federation_id == federation_id))
        .order_by(Course.slug)
        .limit(1_000)
    )  # fmt: skip
    return [Writable(*row[:5], row[5] is not None, row[6]) for row in rows]


def course(course_id: UUID) -> Course | None:
    """A course."""
    return db.session.get(Course, course_id)


def draft(draft_id: UUID) -> CourseDraft | None:
    """A draft."""
    return db.session.get(CourseDraft, draft_id)


def lines(draft_id: UUID) -> tuple[list[FileLine], dict[str, str]]:
    """The files of a draft, and the titles that stand in them by path."""
    rows = db.session.execute(
        select(
            DraftFile.id, DraftFile.path, func.length(DraftFile.content), DraftFile.saved_at,
            func.substr(DraftFile.content, 1, HEAD),
        ).where(DraftFile.draft_id == draft_id)
    ).all()  # fmt: skip
    titles = {row[1]: title_in(bytes(row[4])) for row in rows if row[1].endswith(".md")}
    return [FileLine(*row[:4]) for row in rows], titles


def outline(draft_id: UUID) -> rules.Outline:
    """A draft in order."""
    return rules.outline(*lines(draft_id))


def file_page(draft_id: UUID, file_id: UUID) -> FilePage | None:
    """A file of a draft, with who saved it; two statements."""
    row = db.session.execute(
        select(DraftFile, CourseDraft, Person.name)
        .join(CourseDraft, CourseDraft.id == DraftFile.draft_id)
        .join(Person, Person.id == DraftFile.saved_by)
        .where(DraftFile.id == file_id, DraftFile.draft_id == draft_id)
    ).one_or_none()
    if row is None:
        return None
    paths = db.session.execute(select(DraftFile.path, DraftFile.id).where(DraftFile.draft_id == draft_id))
    return FilePage(row[1], row[0], row[2], dict(paths.all()))


def files(draft_id: UUID) -> dict[str, bytes]:
    """Every file of a draft: {path: content}."""
    rows = db.session.execute(select(DraftFile.path, DraftFile.content).where(DraftFile.draft_id == draft_id))
    return {path: bytes(content) for path, content in rows}


def around(draft_id: UUID, path: str) -> dict[str, bytes]:
    """What is needed to look at one file as the checker does: it, what it belongs to, and the pictures beside it."""
    place = rules.place_of(path)
    wanted = DraftFile.path.in_(["course.md", path, *_belongs(place)])
    if place.folder:
        beside = DraftFile.path.startswith(f"{place.folder}/", autoescape=True)
        wanted = or_(wanted, and_(beside, ~DraftFile.path.endswith(".md", autoescape=True)))
    rows = db.session.execute(select(DraftFile.path, DraftFile.content).where(DraftFile.draft_id == draft_id, wanted))
    return {path: bytes(content) for path, content in rows}


def _belongs(place: rules.Place) -> Iterable[str]:
    if place.folder:
        yield f"{place.folder}/module.md"
    if place.kind == "questions":
        yield f"{place.folder}/questions.md"
    if place.stem:
        yield f"{place.folder}/{place.stem}.md"


class Change(NamedTuple):
    """An entry of the history, without its content."""

    id: UUID
    file_id: UUID
    number: int
    path: str
    what: str
    at: datetime
    who: str
    there: bool  # whether the file is still in the draft


_CHANGE = (
    select(
        DraftChange.id, DraftChange.file_id, DraftChange.number, DraftChange.path, DraftChange.what, DraftChange.at,
        Person.name, DraftFile.id.is_not(None),
    )
    .join(Person, Person.id == DraftChange.by)
    .outerjoin(DraftFile, DraftFile.id == DraftChange.file_id)
    .order_by(DraftChange.number.desc(), DraftChange.path)
)  # fmt: skip


def history(draft_id: UUID, page: int, file_id: UUID | None = None) -> list[Change]:
    """What was changed in a draft, or in one of its files, the newest first: a page, and one more if there is more."""
    found = _CHANGE.where(DraftChange.draft_id == draft_id).offset(PAGE * (page - 1)).limit(PAGE + 1)
    if file_id is not None:
        found = found.where(DraftChange.file_id == file_id)
    return [Change(*row) for row in db.session.execute(found)]


def changes(draft_id: UUID, file_id: UUID, numbers: Iterable[int]) -> dict[int, DraftChange]:
    """Entries of a file's history with what it was then, by number."""
    rows = db.session.scalars(
        select(DraftChange).where(
            DraftChange.draft_id == draft_id, DraftChange.file_id == file_id, DraftChange.number.in_(list(numbers))
        )
    )
    return {row.number: row for row in rows}


def version_files(version_id: UUID, federation_id: UUID) -> tuple[str, int, dict[str, bytes]] | None:
    """Slug, number and files of a version that a federation may see."""
    found = db.session.execute(
        select(Course.slug, CourseVersion.number)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(
            CourseVersion.id == version_id,
            or_(Course.federation_id.is_(None), Course.federation_id == federation_id),
        )
    ).one_or_none()
    if found is None:
        return None
    rows = db.session.execute(select(CourseFile.path, CourseFile.content).where(CourseFile.version_id == version_id))
    return found.slug, found.number, {path: bytes(content) for path, content in rows}
