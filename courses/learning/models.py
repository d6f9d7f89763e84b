"""Editions of a course, their meetings, who is enrolled or waits, how far they are, and what they wrote for themselves."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id

SETTINGS = ("online", "in-person", "mixed")
ENROLMENT_STATES = (
    "active",
    "paused",
    "left",
)  # who has paused keeps their seat; who left may come back to what they did
WAITING_STATES = ("waiting", "offered", "passed", "gone")  # gone: into the edition, or of their own will


class Edition(Base):
    """A run of a course by a federation. It keeps the version it began with."""

    __tablename__ = "editions"
    __table_args__ = (
        CheckConstraint("seats_taken >= 0 AND seats_taken <= seats", name="seats_enough"),
        CheckConstraint("ends_on >= begins_on", name="dates_in_order"),
        CheckConstraint(f"setting IN {SETTINGS!r}", name="setting_known"),
        CheckConstraint("offer_hours > 0", name="offer_lasts"),
        Index("ix_editions_federation_id_ends_on", "federation_id", "ends_on"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("course_versions.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    seats: Mapped[int]
    seats_taken: Mapped[int] = mapped_column(default=0)
    open: Mapped[bool] = mapped_column(default=True)
    # Whoever asks on its public page may come in and enrol, without having been invited.
    for_everybody: Mapped[bool] = mapped_column(default=False, server_default=false())
    setting: Mapped[str] = mapped_column(String(10), default="online", server_default="online")
    # Where it meets: shown to those who are in, and to nobody else.
    place: Mapped[str] = mapped_column(String(200), default="", server_default="")
    link: Mapped[str] = mapped_column(String(300), default="", server_default="")
    offer_hours: Mapped[int] = mapped_column(
        default=48, server_default="48"
    )  # how long a freed seat waits for one person


class Enrolment(Base):
    """A person in an edition, and where they left it."""

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("edition_id", "person_id"),
        Index("ix_enrolments_person_id", "person_id"),
        CheckConstraint(f"state IN {ENROLMENT_STATES!r}", name="state_known"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    enrolled_at: Mapped[datetime]
    last_lesson_id: Mapped[UUID | None] = mapped_column(ForeignKey("lessons.id"))  # where they left it
    state: Mapped[str] = mapped_column(String(10), default="active", server_default="active")
    due_on: Mapped[date | None]  # the day that they set themselves; without one, the edition's last


class WaitingPlace(Base):
    """Somebody in the queue for a full edition. A freed seat is held for whoever it is offered to: it counts as taken.

    The order is that of the numbers. What became of an offer is in the state: the clock alone decides nothing.
    """

    __tablename__ = "waiting_places"
    __table_args__ = (
        UniqueConstraint("edition_id", "number"),
        UniqueConstraint("edition_id", "person_id"),
        CheckConstraint(f"state IN {WAITING_STATES!r}", name="state_known"),
        CheckConstraint("(state = 'offered') = (expires_at IS NOT NULL)", name="offer_ends"),
        Index("ix_waiting_places_person_id", "person_id"),
        Index(
            "ix_waiting_places_offered",
            "expires_at",
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]  # of the offer


class Meeting(Base):
    """A session of an edition (encuentro), in a room or online. A cancelled one stays, as cancelled."""

    __tablename__ = "meetings"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="lasts"),
        CheckConstraint(f"setting IN {SETTINGS!r}", name="setting_known"),
        Index("ix_meetings_edition_id_starts_at", "edition_id", "starts_at"),
        Index("ix_meetings_starts_at", "starts_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id"))
    what: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    setting: Mapped[str] = mapped_column(String(10), default="online")
    place: Mapped[str] = mapped_column(String(200), default="")  # "" and no link: as the edition says
    link: Mapped[str] = mapped_column(String(300), default="")
    cancelled_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0)  # one more with each change: calendars take the highest
    code_step: Mapped[int] = mapped_column(default=0)  # the newest code that was used: no older one counts any more


class LessonDone(Base):
    """A lesson that a person marked as done."""

    __tablename__ = "lessons_done"
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lessons.id"), primary_key=True)
    done_at: Mapped[datetime]


class Reflection(Base):
    """A private reflection: nobody else reads it. Choosing the alternative, or not to share, costs nothing."""

    __tablename__ = "reflections"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"))
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lessons.id"))
    text: Mapped[str]
    used_alternative: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)  # one more with each text that is kept
    page: Mapped[str] = mapped_column(String(64), default="")  # the open page that wrote it last
    sequence: Mapped[int] = mapped_column(default=0)  # that page's own count of what it sent
