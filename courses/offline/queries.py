"""What of a module goes onto a phone; how a sign-in stands; which deeds have arrived."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select

from courses.catalogue.models import CourseFile, CourseVersion, Lesson, Module
from courses.learning.models import Edition, Enrolment
from courses.offline.models import Deed, PhoneKey, context
from lms.db import db
from lms.people.models import Federation, Person, SignIn
from lms.sealing import unseal


class KeptLesson(NamedTuple):
    """A lesson of a module, with its texts by locale."""

    slug: str
    title: dict[str, Any]
    html: dict[str, Any]
    plain: dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeptModule:
    """A module as one enrolment reads it. `person_id` and `federation_id` serve the policy."""

    enrolment_id: UUID
    person_id: UUID
    federation_id: UUID
    course_title: dict[str, Any]
    number: int
    slug: str
    title: dict[str, Any]
    version_id: UUID
    lessons: list[KeptLesson]


_MODULE = (
    select(Enrolment.id, Enrolment.person_id, Enrolment.federation_id, CourseVersion.title)
    .add_columns(Module.number, Module.slug, Module.title, Module.version_id)
    .add_columns(Lesson.slug, Lesson.title, Lesson.html, Lesson.plain)
    .join(Edition, Edition.id == Enrolment.edition_id)
    .join(CourseVersion, CourseVersion.id == Edition.version_id)
    .join(Module, Module.version_id == Edition.version_id)
    .join(Lesson, Lesson.module_id == Module.id)
    .where(Enrolment.id == bindparam("enrolment"), Module.slug == bindparam("module"))
    .order_by(Lesson.number)
)


def module(enrolment_id: UUID, slug: str) -> KeptModule | None:
    """A module that has lessons, of the version that the enrolment's edition keeps; one statement."""
    rows = db.session.execute(_MODULE, {"enrolment": enrolment_id, "module": slug}).all()
    return KeptModule(*rows[0][:8], lessons=[KeptLesson(*row[8:]) for row in rows]) if rows else None


def weight(version_id: UUID, fingerprints: set[str]) -> int:
    """How many bytes these files of a version have."""
    chosen = CourseFile.version_id == version_id, CourseFile.digest.in_(fingerprints)
    return db.session.scalar(select(func.coalesce(func.sum(func.length(CourseFile.content)), 0)).where(*chosen)) or 0


def ended(sign_in_id: UUID, uniquifier: str) -> bool:
    """Whether a sign-in was ended on purpose: here or elsewhere, by a new password, or with its account."""
    stopped = or_(SignIn.ended_at.is_not(None), Person.active.is_(False), Person.fs_uniquifier != uniquifier)
    found = select(stopped).join(Person, Person.id == SignIn.person_id).where(SignIn.id == sign_in_id)
    return bool(db.session.scalar(found))


def key(person_id: UUID) -> str | None:
    """The key of a person's phones (32 bytes, base64); None as long as nothing was ever kept."""
    sealed = db.session.scalar(select(PhoneKey.sealed).where(PhoneKey.person_id == person_id))
    return unseal(bytes(sealed), context(person_id)) if sealed is not None else None


def arrived(person_id: UUID, deed: str) -> tuple[str, dict[str, Any]] | None:
    """Digest and outcome of a deed that has arrived."""
    found = select(Deed.digest, Deed.outcome).where(Deed.person_id == person_id, Deed.key == deed)
    row = db.session.execute(found).one_or_none()
    return (row.digest, row.outcome) if row else None


def federation_name(federation_id: UUID) -> str | None:
    """What a federation is called."""
    return db.session.scalar(select(Federation.name).where(Federation.id == federation_id))
