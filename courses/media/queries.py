"""Voice notes, and what was shared with whom."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import aliased

from courses.catalogue.models import Lesson, Module
from courses.learning.models import Reflection
from courses.media.models import ReflectionAnswer, SharedReflection, VoiceNote
from courses.mentoring.models import Pairing
from lms.db import db
from lms.people.models import Person

MOST = 200  # lines of a list


# A reflection stays in its federation: who accompanies from another one does not read it.
_STANDS = (Pairing.until.is_(None), Pairing.mentor_federation_id.is_(None))


class Mentor(NamedTuple):
    """Somebody who accompanies the person now."""

    id: UUID
    name: str


def mentors(person_id: UUID, federation_id: UUID) -> list[Mentor]:
    """The mentors of the pairings that stand, by name."""
    rows = db.session.execute(
        select(Person.id, Person.name)
        .join(Pairing, Pairing.mentor_id == Person.id)
        .where(Pairing.person_id == person_id, Pairing.federation_id == federation_id, *_STANDS)
        .order_by(Person.name, Person.id)
    )
    return [Mentor(*row) for row in rows]


def _pairing_stands() -> Any:
    return exists().where(
        Pairing.person_id == SharedReflection.person_id,
        Pairing.mentor_id == SharedReflection.reader_id,
        Pairing.federation_id == SharedReflection.federation_id,
        *_STANDS,
    )


def note_of(enrolment_id: UUID, lesson_id: UUID) -> VoiceNote | None:
    """The voice note of a lesson."""
    mine = (VoiceNote.enrolment_id == enrolment_id, VoiceNote.lesson_id == lesson_id)
    return db.session.scalar(select(VoiceNote).where(*mine))


@dataclass(frozen=True, slots=True)
class Heard:
    """A voice note, and who may hear it besides its owner."""

    note: VoiceNote
    readers: frozenset[UUID]

    @property
    def person_id(self) -> UUID:
        """For the policy."""
        return self.note.person_id

    @property
    def federation_id(self) -> UUID:
        """For the policy."""
        return self.note.federation_id


def heard(note_id: UUID) -> Heard | None:
    """A voice note with those to whom it is shared and who still accompany its owner."""
    rows = db.session.execute(
        select(VoiceNote, SharedReflection.reader_id)
        .outerjoin(
            SharedReflection,
            and_(
                SharedReflection.voice_id == VoiceNote.id, SharedReflection.taken_back_at.is_(None), _pairing_stands()
            ),
        )
        .where(VoiceNote.id == note_id)
    ).all()
    return Heard(rows[0][0], frozenset(row[1] for row in rows if row[1])) if rows else None


@dataclass(frozen=True, slots=True)
class Shared:
    """What was shared, with its lesson and the names of both; `readers` is empty when it can't be read any more."""

    row: SharedReflection
    lesson: dict[str, Any]
    question: dict[str, Any]
    module: str
    slug: str
    person: str
    reader: str
    readers: frozenset[UUID]
    answers: tuple[ReflectionAnswer, ...] = ()

    @property
    def person_id(self) -> UUID:
        """For the policy."""
        return self.row.person_id

    @property
    def federation_id(self) -> UUID:
        """For the policy."""
        return self.row.federation_id

    @property
    def stands(self) -> bool:
        """Whether the reader may read it now."""
        return bool(self.readers)


_OWNER, _READER = aliased(Person), aliased(Person)
_SHARED = (
    select(
        SharedReflection, Lesson.title, Lesson.reflection, Module.slug, Lesson.slug, _OWNER.name, _READER.name,
        and_(SharedReflection.taken_back_at.is_(None), _pairing_stands()),
    )
    .join(Lesson, Lesson.id == SharedReflection.lesson_id)
    .join(Module, Module.id == Lesson.module_id)
    .join(_OWNER, _OWNER.id == SharedReflection.person_id)
    .join(_READER, _READER.id == SharedReflection.reader_id)
    .order_by(SharedReflection.shared_at.desc(), SharedReflection.id)
    .limit(MOST)
)  # fmt: skip


def _shared(*where: Any) -> list[Shared]:
    return [
        Shared(*row[:7], frozenset({row[0].reader_id}) if row[7] else frozenset())
        for row in db.session.execute(_SHARED.where(*where))
    ]


def shared(shared_id: UUID) -> Shared | None:
    """One sharing with its answers, the first first."""
    found = _shared(SharedReflection.id == shared_id)
    if not found:
        return None
    one = found[0]
    return Shared(
        one.row, one.lesson, one.question, one.module, one.slug, one.person, one.reader, one.readers,
        tuple(answers_to([shared_id])),
    )  # fmt: skip


def answers_to(ids: list[UUID]) -> list[ReflectionAnswer]:
    """What was answered to these, the first first."""
    if not ids:
        return []
    found = select(ReflectionAnswer).where(ReflectionAnswer.shared_id.in_(ids))
    return list(db.session.scalars(found.order_by(ReflectionAnswer.at, ReflectionAnswer.id).limit(MOST)))


def shared_of(enrolment_id: UUID, lesson_id: UUID) -> list[Shared]:
    """With whom a lesson's reflection is or was shared."""
    return _shared(SharedReflection.enrolment_id == enrolment_id, SharedReflection.lesson_id == lesson_id)


def shared_by(person_id: UUID, federation_id: UUID) -> list[Shared]:
    """What a person has shared and not taken back, the newest first."""
    mine = (SharedReflection.person_id == person_id, SharedReflection.federation_id == federation_id)
    return _shared(*mine, SharedReflection.taken_back_at.is_(None))


def shared_with(reader_id: UUID, federation_id: UUID) -> list[Shared]:
    """What a person may read of others now, the newest first."""
    theirs = (SharedReflection.reader_id == reader_id, SharedReflection.federation_id == federation_id)
    return _shared(*theirs, SharedReflection.taken_back_at.is_(None), _pairing_stands())


def written(enrolment_id: UUID, lesson_id: UUID) -> str:
    """What the person has written in a lesson; empty when nothing."""
    mine = (Reflection.enrolment_id == enrolment_id, Reflection.lesson_id == lesson_id)
    return db.session.scalar(select(Reflection.text).where(*mine)) or ""
