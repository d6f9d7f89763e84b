"""What is held about people: where they are enrolled, how far they are, what they wrote for themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update

from courses.catalogue.models import Lesson
from courses.learning.models import Edition, Enrolment, LessonDone, Reflection, WaitingPlace
from lms.db import db
from lms.people.models import Federation
from lms.people.privacy.holdings import Aged, Asked, Call, Delete, Holding, Side, nobody

OF_ENROLMENT = (Enrolment, "person_id")
LESSON = {"lesson": ("lesson_id", Lesson, "title")}


def _free_seats(asked: Asked, _now: datetime) -> None:
    """Whoever goes leaves their seat. Comes before the enrolments are deleted, in the same transaction."""
    seated = select(Enrolment.edition_id).where(Enrolment.person_id == asked.id, Enrolment.state != "left")
    _one_less(seated)


def _free_offers(asked: Asked, _now: datetime) -> None:
    """Nor does the seat stay held that was offered to them: the next sweep offers it to the next."""
    offered = select(WaitingPlace.edition_id).where(WaitingPlace.person_id == asked.id, WaitingPlace.state == "offered")
    _one_less(offered)


def _one_less(editions: Any) -> None:
    db.session.execute(
        update(Edition)
        .where(Edition.id.in_(editions), Edition.seats_taken > 0)
        .values(seats_taken=Edition.seats_taken - 1)
        .execution_options(synchronize_session=False)
    )


_FEDERATION = select(Enrolment.federation_id).where(Enrolment.id == Reflection.enrolment_id).scalar_subquery()


def _ended(before: datetime) -> ColumnElement[bool]:
    """Of editions that had ended, and not written in since."""
    ended = (
        select(Enrolment.id).join(Edition, Edition.id == Enrolment.edition_id).where(Edition.ends_on < before.date())
    )
    return and_(Reflection.enrolment_id.in_(ended), Reflection.updated_at < before)


HOLDINGS = [
    Holding(
        "learning",
        Enrolment,
        (Side("person_id", (Call(_free_seats), Delete()), ("enrolled_at", "state", "due_on")),),
        looked_up={
            "federation": ("federation_id", Federation, "name"),
            "edition": ("edition_id", Edition, "name"),
            "last_lesson": ("last_lesson_id", Lesson, "title"),
        },
    ),
    Holding(
        "learning",
        LessonDone,
        (Side("enrolment_id", (Delete(),), ("done_at",), through=OF_ENROLMENT),),
        looked_up=LESSON,
    ),
    Holding(
        "learning",
        Reflection,
        (Side("enrolment_id", (Delete(),), ("text", "used_alternative", "updated_at"), through=OF_ENROLMENT),),
        looked_up=LESSON,
        aged=(Aged("reflections", _ended, _FEDERATION),),
    ),
    Holding(
        "learning",
        WaitingPlace,
        (Side("person_id", (Call(_free_offers), Delete()), ("number", "state", "asked_at", "expires_at")),),
        looked_up={"edition": ("edition_id", Edition, "name")},
    ),
    nobody("editions", "meetings"),
]
