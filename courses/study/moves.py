"""Notes follow their lesson when a newer version of the course has put it into another module."""

from typing import Protocol
from uuid import UUID

from sqlalchemy import select, update

from courses.learning.models import Enrolment
from courses.study.models import Note
from lms.db import db


class Names(Protocol):
    """What (module, lesson) are called in the version that an edition has, by what they were called before."""

    names: dict[tuple[str, str], tuple[str, str]]


def follow(edition_id: UUID, became: Names) -> None:
    """Let the notes of an edition's people lie in the lessons that theirs have become."""
    mine = Note.enrolment_id.in_(select(Enrolment.id).where(Enrolment.edition_id == edition_id))
    for (module, lesson), (to_module, to_lesson) in became.names.items():
        db.session.execute(
            update(Note)
            .where(mine, Note.module == module, Note.lesson == lesson)
            .values(module=to_module, lesson=to_lesson)
            .execution_options(synchronize_session=False)
        )
