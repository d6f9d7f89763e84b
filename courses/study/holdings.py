"""What is held about people: their notes and marks in lessons, sealed for them. The search's index holds no word of theirs."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from courses.learning.models import Edition, Enrolment
from courses.study.models import Note, context
from lms.people.privacy.holdings import Aged, Asked, Delete, Holding, Side, nobody
from lms.sealing import unseal

_FEDERATION = select(Enrolment.federation_id).where(Enrolment.id == Note.enrolment_id).scalar_subquery()


def _open(_asked: Asked, sealed: Any, row: Any) -> str:
    """The marked words in quotation marks, then the note."""
    words = json.loads(unseal(bytes(sealed), context(row["id"])))
    return " ".join(filter(None, (words["quote"] and f"«{words['quote']}»", words["text"])))


def _ended(before: datetime) -> ColumnElement[bool]:
    """Of editions that had ended, and not written in since: kept as long as reflections."""
    ended = (
        select(Enrolment.id).join(Edition, Edition.id == Enrolment.edition_id).where(Edition.ends_on < before.date())
    )
    return and_(Note.enrolment_id.in_(ended), Note.updated_at < before)


HOLDINGS = [
    Holding(
        "learning",
        Note,
        (
            Side(
                "enrolment_id", (Delete(),), ("module", "lesson", "words", "made_at", "updated_at"),
                through=(Enrolment, "person_id"),
            ),
        ),
        opened={"words": _open},
        aged=(Aged("reflections", _ended, _FEDERATION),),
    ),
    nobody("search_entries"),
]  # fmt: skip
