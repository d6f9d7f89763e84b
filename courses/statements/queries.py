"""How a federation's statements stand."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from courses.statements.models import LrsLink, LrsName, Statement
from lms.db import db


@dataclass(frozen=True, slots=True)
class Standing:
    """The link, how many statements wait or were refused, and for how many people they were ever written."""

    link: LrsLink
    due: int
    refused: int
    people: int


def standing(federation_id: UUID) -> Standing | None:
    """How it stands; None without a link. Three statements."""
    link = db.session.get(LrsLink, federation_id)
    if link is None:
        return None
    counts = dict(
        db.session.execute(
            select(Statement.state, func.count())
            .where(Statement.federation_id == federation_id)
            .group_by(Statement.state)
        ).all()  # type: ignore[arg-type]
    )
    people = db.session.scalar(select(func.count()).where(LrsName.federation_id == federation_id)) or 0
    return Standing(link, counts.get("due", 0), counts.get("refused", 0), people)
