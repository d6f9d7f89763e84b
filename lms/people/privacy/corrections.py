"""What a person asks their federation to put right because they can't themselves, and the federation's answer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from lms import audit
from lms.db import db
from lms.ids import new_id
from lms.people import queries
from lms.people.messages import operations as messages
from lms.people.models import Person
from lms.people.privacy.models import Correction
from lms.people.privacy.refusals import AnswerMissing, CorrectionAnswered, TooManyOpen

PAGE = 25
MOST_OPEN = 5


def of(person_id: UUID) -> list[Correction]:
    """A person's requests, the newest first."""
    return list(
        db.session.scalars(
            select(Correction).where(Correction.person_id == person_id).order_by(Correction.asked_at.desc()).limit(50)
        )
    )


def one(correction_id: UUID) -> Correction | None:
    """A request."""
    return db.session.get(Correction, correction_id)


def waiting(federation_id: UUID, page: int) -> list[Correction]:
    """A page of the federation's requests and one more: those that wait first, the oldest of them first."""
    return list(
        db.session.scalars(
            select(Correction)
            .where(Correction.federation_id == federation_id)
            .order_by(Correction.state != "open", Correction.asked_at, Correction.id)
            .limit(PAGE + 1)
            .offset(PAGE * (page - 1))
        )
    )


def ask(person_id: UUID, federation_id: UUID, wish: str, *, now: datetime) -> Correction:
    """Ask the federation to put something right. Raises TooManyOpen."""
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    mine = (Correction.person_id == person_id, Correction.state == "open")
    if (db.session.scalar(select(func.count()).where(*mine)) or 0) >= MOST_OPEN:
        raise TooManyOpen
    asked = Correction(
        id=new_id(), federation_id=federation_id, person_id=person_id, wish=wish, state="open", asked_at=now
    )
    db.session.add(asked)
    db.session.flush()
    audit.record("correction.ask", f"correction:{asked.id}", federation_id=federation_id, actor_id=person_id, now=now)
    who = {
        registrar: {} for registrar, _name in queries.with_role(federation_id, "registrar") if registrar != person_id
    }
    messages.tell_all(who, "correction-asked", federation_id=federation_id, now=now)
    return asked


def answer(correction_id: UUID, *, done: bool, words: str, by: UUID, now: datetime) -> Correction:
    """Answer a request of somebody else's, once, with words. Raises AnswerMissing, CorrectionAnswered."""
    if not words.strip():
        raise AnswerMissing
    answered: Any = db.session.execute(
        update(Correction)
        .where(Correction.id == correction_id, Correction.state == "open", Correction.person_id != by)
        .values(state="done" if done else "declined", answer=words, answered_at=now, answered_by=by)
        .execution_options(synchronize_session=False)
    )
    if answered.rowcount != 1:
        raise CorrectionAnswered
    found = db.session.get_one(Correction, correction_id, populate_existing=True)
    audit.record(
        "correction.answer", f"correction:{found.id}", federation_id=found.federation_id, actor_id=by, now=now,
        done=done,
    )  # fmt: skip
    messages.tell(found.person_id, "correction-answered", federation_id=found.federation_id, now=now)
    return found
