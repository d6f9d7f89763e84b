"""Plans of self-care: sealed, one for each person and federation, with the versions that were kept."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id
from lms.rotation import sealed_in


class CarePlan(Base):
    """The plan as it stands, written in as one goes. `content`: sealed, a JSON object {section: text}."""

    __tablename__ = "care_plans"
    __table_args__ = (
        UniqueConstraint("federation_id", "person_id"),
        Index("ix_care_plans_person_id", "person_id"),
        Index("ix_care_plans_review_on", "review_on"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int] = mapped_column(default=1)  # one more with each text that is kept
    page: Mapped[str] = mapped_column(String(64), default="")  # the open page that wrote it last
    sequence: Mapped[int] = mapped_column(default=0)  # that page's own count of what it sent
    updated_at: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]  # when its last version was kept: the fact that schemes may ask for
    review_on: Mapped[date | None]  # when the person wants to look at it again
    reminded_for: Mapped[date | None]  # the date of which the person has been reminded


class CareVersion(Base):
    """The plan as it stood when the person looked at it and kept it."""

    __tablename__ = "care_versions"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("care_plans.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime]
    review_on: Mapped[date | None]


def plan_context(plan_id: UUID) -> str:
    """The place to which a plan's text is bound."""
    return f"care-plan:{plan_id}"


def version_context(version_id: UUID) -> str:
    """The place to which a version's text is bound."""
    return f"care-version:{version_id}"


sealed_in(CarePlan, "content", plan_context)
sealed_in(CareVersion, "content", version_context)
