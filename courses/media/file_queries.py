"""The files of lessons, for those who may read the lessons that they belong to."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, and_, bindparam, exists, func, or_, select, true, type_coerce

from courses.catalogue.models import Course, CourseFile, CourseVersion
from courses.learning.models import Edition, Enrolment
from lms.db import db
from lms.filetypes import HEAD, Kind, kind_of
from lms.policy import Actor

TEACHES = ("author", "trainer", "registrar")  # who may read every course of their federation


@dataclass(frozen=True, slots=True)
class Served:
    """A file that the reader may have."""

    version_id: UUID
    path: str
    kind: Kind
    size: int

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path.rpartition("/")[2]


_MINE = or_(Course.federation_id.is_(None), Course.federation_id == bindparam("federation"))
_ENROLLED = exists().where(
    Enrolment.person_id == bindparam("person"),
    Enrolment.edition_id == Edition.id,
    Edition.version_id == CourseFile.version_id,
)
# What lies beside course.md is shown on the course's page, which everybody may read.
_PUBLIC = CourseFile.path.not_like("%/%")
_FOUND = (
    select(
        CourseFile.version_id,
        CourseFile.path,
        type_coerce(func.substr(CourseFile.content, 1, HEAD), LargeBinary),
        func.length(CourseFile.content),
    )
    .join(CourseVersion, CourseVersion.id == CourseFile.version_id)
    .join(Course, Course.id == CourseVersion.course_id)
    .where(CourseFile.digest == bindparam("digest"))
    .where(or_(_ENROLLED, and_(_MINE, or_(_PUBLIC, bindparam("teaches") == true()))))
    .limit(1)
)
_PIECE = select(
    type_coerce(func.substr(CourseFile.content, bindparam("first"), bindparam("length")), LargeBinary)
).where(CourseFile.version_id == bindparam("version"), CourseFile.path == bindparam("path"))


def served(digest: str, name: str, actor: Actor | None) -> Served | None:
    """The file with this fingerprint and name, if the reader may have it; one statement."""
    who: dict[str, Any] = {"digest": digest, "person": None, "federation": None, "teaches": False}
    if actor is not None:
        who |= {"person": actor.person_id, "federation": actor.federation_id, "teaches": actor.has(*TEACHES)}
    row = db.session.execute(_FOUND, who).one_or_none()
    kind = kind_of(bytes(row[2])) if row else None
    if row is None or kind is None or row[1].rpartition("/")[2] != name:
        return None
    return Served(row[0], row[1], kind, row[3])


def piece(file: Served, first: int, length: int) -> bytes:
    """Bytes of a file, from `first` (0 is its beginning)."""
    which = {"version": file.version_id, "path": file.path, "first": first + 1, "length": length}
    return bytes(db.session.scalar(_PIECE, which) or b"")
