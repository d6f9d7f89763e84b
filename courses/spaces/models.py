"""Talk: in an edition, among the agents of a federation, and between one learner and those who train them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base
from lms.ids import new_id

KINDS = ("talk", "announcement", "hand")
_HAND, _NETWORK = text("kind = 'hand'"), text("edition_id IS NULL")


class Thread(Base):
    """A conversation. Without an edition it belongs to the agents' network; of kind `hand` it is one learner's own."""

    __tablename__ = "talk_threads"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind_known"),
        CheckConstraint("(kind = 'hand') = (enrolment_id IS NOT NULL)", name="hand_is_somebody_s"),
        CheckConstraint("kind = 'talk' OR edition_id IS NOT NULL", name="in_an_edition"),
        Index("ix_talk_threads_edition_id_last_at", "edition_id", "last_at"),
        Index(
            "ix_talk_threads_network", "federation_id", "last_at", sqlite_where=_NETWORK, postgresql_where=_NETWORK
        ),
        Index("uq_talk_threads_hand", "enrolment_id", unique=True, sqlite_where=_HAND, postgresql_where=_HAND),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    federation_id: Mapped[UUID] = mapped_column(ForeignKey("federations.id"))
    edition_id: Mapped[UUID | None] = mapped_column(ForeignKey("editions.id"))
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"), index=True)
    lesson_id: Mapped[UUID | None] = mapped_column(ForeignKey("lessons.id"))  # that it began from
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    begun_at: Mapped[datetime]
    last_at: Mapped[datetime]
    last_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    posts: Mapped[int]  # written so far: the number of the newest
    closed_at: Mapped[datetime | None]


class Post(Base):
    """What somebody said. Taken away, its text is gone and its place stays."""

    __tablename__ = "talk_posts"
    __table_args__ = (UniqueConstraint("thread_id", "number"), Index("ix_talk_posts_author_id_at", "author_id", "at"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("talk_threads.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str]
    notice: Mapped[str] = mapped_column(String(120))  # what in it may weigh on a reader; empty: nothing
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)


class Follow(Base):
    """Somebody wants to hear of what is said in a conversation."""

    __tablename__ = "talk_follows"
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("talk_threads.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)


class Flag(Base):
    """Somebody asked those who look after a space to look at what was said."""

    __tablename__ = "talk_flags"
    post_id: Mapped[UUID] = mapped_column(ForeignKey("talk_posts.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime]
