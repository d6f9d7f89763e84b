"""Reads of conversations: each page in a few statements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select, true

from courses.catalogue.models import Lesson, Module
from courses.editions.models import EditionTrainer
from courses.learning.models import Edition, Enrolment
from courses.spaces.models import Follow, Post, Thread
from courses.spaces.rules import PAGE
from lms.db import db
from lms.people.called import Called
from lms.people.models import Membership, Person, in_force
from lms.policy import Actor

NETWORK_ROLES = ("agent", "senior")


@dataclass(frozen=True, slots=True)
class Space:
    """Where people talk, with the reader's place in it: ids that are theirs, or None."""

    federation_id: UUID
    edition_id: UUID | None
    name: str  # of the edition; empty for the network
    learner_id: UUID | None
    trainer_id: UUID | None
    enrolment_id: UUID | None  # the reader's
    network: bool = False
    held_by: UUID | None = None  # whose own conversation this is, of kind `hand`
    thread: Any = None  # the conversation, where one was asked for


_READER = bindparam("reader")
_MINE, _TEACH = Enrolment.__table__.alias("mine"), EditionTrainer.__table__.alias("teach")
_HELD = Enrolment.__table__.alias("held")
_in_it = and_(_MINE.c.edition_id == Edition.id, _MINE.c.person_id == _READER, _MINE.c.state != "left")
_teaches = and_(_TEACH.c.edition_id == Edition.id, _TEACH.c.person_id == _READER)
_SPACE = (
    select(Edition.federation_id, Edition.id, Edition.name, _MINE.c.person_id, _TEACH.c.person_id, _MINE.c.id)
    .outerjoin(_MINE, _in_it)
    .outerjoin(_TEACH, _teaches)
)
_THREAD = (
    select(
        Thread, Edition.name.label("name"), _MINE.c.person_id.label("learner"), _TEACH.c.person_id.label("trainer"),
        _MINE.c.id.label("mine"), _HELD.c.person_id.label("held_by"),
    )
    .outerjoin(Edition, Edition.id == Thread.edition_id)
    .outerjoin(_MINE, _in_it)
    .outerjoin(_TEACH, _teaches)
    .outerjoin(_HELD, _HELD.c.id == Thread.enrolment_id)
)  # fmt: skip


def network(actor: Actor) -> Space | None:
    """The network of agents in which the reader acts."""
    here = actor.federation_id
    return None if here is None else Space(here, None, "", None, None, None, network=True)


def of_edition(edition_id: UUID, reader_id: UUID) -> Space | None:
    """An edition's space, as this reader stands to it."""
    row = db.session.execute(_SPACE.where(Edition.id == edition_id), {"reader": reader_id}).one_or_none()
    return Space(*row) if row else None


def _with(row: Any) -> Space | None:
    if row is None:
        return None
    thread: Thread = row[0]
    # What is said between a learner and those who teach is no other learner's.
    learner = row.learner if thread.kind != "hand" or row.held_by == row.learner else None
    return Space(
        thread.federation_id, thread.edition_id, row.name or "", learner, row.trainer, row.mine,
        network=thread.edition_id is None, held_by=row.held_by, thread=thread,
    )  # fmt: skip


def of_thread(thread_id: UUID, reader_id: UUID) -> Space | None:
    """The space of a conversation, and the conversation."""
    return _with(db.session.execute(_THREAD.where(Thread.id == thread_id), {"reader": reader_id}).one_or_none())


def of_post(post_id: UUID, reader_id: UUID) -> tuple[Space | None, Post | None]:
    """The space of something said, and what was said."""
    of = _THREAD.add_columns(Post).join(Post, Post.thread_id == Thread.id).where(Post.id == post_id)
    row = db.session.execute(of, {"reader": reader_id}).one_or_none()
    return _with(row), row.Post if row else None


def lesson(space: Space, asked: str | None) -> tuple[UUID, dict[str, Any]] | None:
    """A lesson of the edition's course by its id as text, and its title; None if it is none."""
    try:
        lesson_id = UUID(asked or "")
    except ValueError:
        return None
    of = (
        select(Lesson.id, Lesson.title)
        .join(Module, Module.id == Lesson.module_id)
        .join(Edition, Edition.version_id == Module.version_id)
        .where(Lesson.id == lesson_id, Edition.id == space.edition_id)
    )
    row = db.session.execute(of).one_or_none()
    return (row.id, row.title) if row else None


class Line(NamedTuple):
    """A conversation of a list."""

    id: UUID
    kind: str
    title: str
    posts: int
    last_at: datetime
    closed: bool
    author: str


def threads(space: Space, page: int) -> list[Line]:
    """A page of a space's conversations (one more than it holds, if there are more), the newest word first."""
    where = (
        and_(Thread.edition_id.is_(None), Thread.federation_id == space.federation_id)
        if space.network
        else Thread.edition_id == space.edition_id
    )
    found = (
        select(
            Thread.id, Thread.kind, Thread.title, Thread.posts, Thread.last_at, Thread.closed_at.is_not(None),
            Person.name,
        )
        .join(Person, Person.id == Thread.author_id)
        .where(where, Thread.kind != "hand")
        .order_by(Thread.last_at.desc(), Thread.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    )  # fmt: skip
    return [Line(*row) for row in db.session.execute(found)]


class Said(NamedTuple):
    """Something said, with who said it."""

    id: UUID
    number: int
    author_id: UUID
    author: Called
    text: str
    notice: str
    at: datetime
    edited: bool
    removed: bool


def posts(thread_id: UUID, page: int) -> list[Said]:
    """A page of what was said, in its order."""
    found = (
        select(
            Post.id, Post.number, Post.author_id, Person.name, Person.pronouns, Post.text, Post.notice, Post.at,
            Post.edited_at.is_not(None), Post.removed_at.is_not(None),
        )
        .join(Person, Person.id == Post.author_id)
        .where(Post.thread_id == thread_id, Post.number > (page - 1) * PAGE, Post.number <= page * PAGE)
        .order_by(Post.number)
    )  # fmt: skip
    return [Said(*row[:3], Called(row.name, row.pronouns), *row[5:]) for row in db.session.execute(found)]


def hand_of(enrolment_id: UUID) -> Thread | None:
    """A learner's own conversation with those who teach."""
    return db.session.scalar(select(Thread).where(Thread.enrolment_id == enrolment_id, Thread.kind == "hand"))


def follows(thread_id: UUID, person_id: UUID) -> bool:
    """Whether somebody follows a conversation."""
    return db.session.get(Follow, (thread_id, person_id)) is not None


def said_since(person_id: UUID, moment: datetime) -> int:
    """How much somebody has said since then."""
    counted = select(func.count()).select_from(Post).where(Post.author_id == person_id, Post.at > moment)
    return db.session.scalar(counted) or 0


def learners(edition_id: UUID) -> list[UUID]:
    """Who is in an edition, those in a pause included."""
    found = select(Enrolment.person_id).where(Enrolment.edition_id == edition_id, Enrolment.state != "left")
    return list(db.session.scalars(found))


def trainers(edition_id: UUID) -> list[UUID]:
    """Who teaches an edition."""
    return list(db.session.scalars(select(EditionTrainer.person_id).where(EditionTrainer.edition_id == edition_id)))


def followers(space: Space, thread_id: UUID, now: datetime) -> list[UUID]:
    """Who follows a conversation and may still read it."""
    of = select(Follow.person_id).where(Follow.thread_id == thread_id)
    if space.network:
        holds = select(Membership.id).where(
            Membership.person_id == Follow.person_id, Membership.federation_id == space.federation_id,
            Membership.role.in_(NETWORK_ROLES), in_force(Membership, now),
        )  # fmt: skip
        return list(db.session.scalars(of.where(holds.exists())))
    here = select(true()).where(
        Enrolment.edition_id == space.edition_id, Enrolment.person_id == Follow.person_id, Enrolment.state != "left"
    )
    teaches = select(true()).where(
        EditionTrainer.edition_id == space.edition_id, EditionTrainer.person_id == Follow.person_id
    )
    return list(db.session.scalars(of.where(or_(here.exists(), teaches.exists()))))


def seniors(federation_id: UUID, now: datetime) -> list[UUID]:
    """Who looks after the network of agents."""
    return list(
        db.session.scalars(
            select(Membership.person_id).where(
                Membership.federation_id == federation_id, Membership.role == "senior", in_force(Membership, now)
            )
        )
    )
