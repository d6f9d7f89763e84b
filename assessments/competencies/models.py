"""Observed competence. The framework itself is data: framework.toml."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id


class Observation(Base):
    """An assessor saw a person act and gives a level per competency, with words. Never edited."""

    __tablename__ = "observations"
    __table_args__ = (
        CheckConstraint("person_id <> assessor_id", name="not_oneself"),
        Index("ix_observations_person_id", "person_id", "federation_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    assessor_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    setting: Mapped[str] = mapped_column(String(20))  # role-play | encounter
    observed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    framework: Mapped[str] = mapped_column(String(20))  # version of the framework


class Rating(Base):
    """The level (0–4) given for one competency in an observation."""

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 4", name="level_known"),)
    observation_id: Mapped[UUID] = mapped_column(ForeignKey("observations.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(String(10), primary_key=True)
    level: Mapped[int]
    words: Mapped[str] = mapped_column(default="")
    indicators: Mapped[list[Any]] = mapped_column(default=list)  # positions of the indicators that were seen
