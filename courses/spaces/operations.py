"""Saying something, changing it, taking it away. Call inside `transaction()`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, update

import courses.spaces.messages  # noqa: F401 (registers what is told here)
from courses.spaces import queries, rules
from courses.spaces.models import Flag, Follow, Post, Thread
from courses.spaces.queries import Space
from courses.spaces.refusals import NobodyHere, NobodyTeaches, NotYours, ThreadClosed, TooMuchAtOnce
from lms import audit
from lms.db import db, insert_once
from lms.ids import new_id
from lms.people.messages.models import Message
from lms.people.messages.operations import tell, tell_all


def begin(
    space: Space, title: str, text: str, *, notice: str, by: UUID, now: datetime, lesson_id: UUID | None = None
) -> UUID:
    """A new conversation; whoever begins it follows it. Raises TooMuchAtOnce."""
    _not_too_much(by, now)
    thread_id = _open(space, "talk", title, text, notice=notice, by=by, now=now, lesson_id=lesson_id)
    insert_once(Follow, {"thread_id": thread_id, "person_id": by})
    return thread_id


def announce(space: Space, title: str, text: str, *, by: UUID, now: datetime) -> int:
    """Tell everybody in an edition something; it stays in its space. How many were told. Raises NobodyHere."""
    assert space.edition_id is not None
    told = [one for one in queries.learners(space.edition_id) if one != by]
    if not told:
        raise NobodyHere
    thread_id = _open(space, "announcement", title, text, notice="", by=by, now=now)
    facts = {"thread": thread_id, "title": title, "edition": space.name}
    tell_all(dict.fromkeys(told, facts), "talk-announced", federation_id=space.federation_id, now=now)
    return len(told)


def _open(space: Space, kind: str, title: str, text: str, *, notice: str, by: UUID, now: datetime, **more: Any) -> UUID:
    thread_id = new_id()
    db.session.execute(
        insert(Thread).values(
            id=thread_id, federation_id=space.federation_id, edition_id=space.edition_id, kind=kind, title=title,
            author_id=by, begun_at=now, last_at=now, last_by=by, posts=1,
            closed_at=now if kind == "announcement" else None, **more,
        )
    )  # fmt: skip
    _write(thread_id, 1, text, notice, by, now)
    _record("talk.begin", thread_id, space.federation_id, by, now, kind=kind)
    return thread_id


def _write(thread_id: UUID, number: int, text: str, notice: str, by: UUID, now: datetime) -> UUID:
    values = {
        "id": new_id(), "thread_id": thread_id, "number": number, "author_id": by, "text": text, "notice": notice,
        "at": now,
    }  # fmt: skip
    db.session.execute(insert(Post).values(**values))
    return values["id"]


def _not_too_much(by: UUID, now: datetime) -> None:
    if queries.said_since(by, now - rules.PAUSE) >= rules.AT_ONCE:
        raise TooMuchAtOnce


def say(space: Space, text: str, *, notice: str, by: UUID, now: datetime) -> int:
    """Answer in a conversation: the number of what was said. Raises ThreadClosed, TooMuchAtOnce."""
    thread: Thread = space.thread
    _not_too_much(by, now)
    number = _next(thread.id, by, now)
    _write(thread.id, number, text, notice, by, now)
    insert_once(Follow, {"thread_id": thread.id, "person_id": by})
    others = [one for one in queries.followers(space, thread.id, now) if one != by and not _told(one, thread.id)]
    facts = {"thread": thread.id, "title": thread.title}
    tell_all(dict.fromkeys(others, facts), "talk-answered", federation_id=space.federation_id, now=now)
    _record("talk.say", thread.id, space.federation_id, by, now, number=number)
    return number


def _next(thread_id: UUID, by: UUID, now: datetime) -> int:
    """The next number of a conversation: of two answers at once each gets its own."""
    number = db.session.scalar(
        update(Thread)
        .where(Thread.id == thread_id, Thread.closed_at.is_(None))
        .values(posts=Thread.posts + 1, last_at=now, last_by=by)
        .returning(Thread.posts)
        .execution_options(synchronize_session=False)
    )
    if number is None:
        raise ThreadClosed
    return number


def _told(person_id: UUID, thread_id: UUID) -> bool:
    """Whether a message about this conversation still waits unread: one is enough."""
    waits = db.session.query(Message.id).filter(
        Message.person_id == person_id, Message.read_at.is_(None), Message.kind == "talk-answered",
        Message.facts["thread"].as_string() == str(thread_id),
    )  # fmt: skip
    return db.session.scalar(waits.exists().select()) or False


def change(space: Space, post: Post, text: str, *, notice: str, by: UUID, now: datetime) -> None:
    """Other words for what one said oneself. Raises NotYours, ThreadClosed."""
    if space.thread.closed_at is not None:
        raise ThreadClosed
    mine = (Post.id == post.id, Post.author_id == by, Post.removed_at.is_(None))
    done: Any = db.session.execute(update(Post).where(*mine).values(text=text, notice=notice, edited_at=now))
    if done.rowcount != 1:
        raise NotYours
    _record("talk.change", space.thread.id, space.federation_id, by, now, number=post.number)


def remove(space: Space, post: Post, *, reason: str, by: UUID, now: datetime) -> bool:
    """Take away what was said: its text is gone for good. Its author is told when it was somebody else's doing."""
    done: Any = db.session.execute(
        update(Post)
        .where(Post.id == post.id, Post.removed_at.is_(None))
        .values(text="", notice="", removed_at=now, removed_by=by)
    )
    db.session.execute(delete(Flag).where(Flag.post_id == post.id))
    if done.rowcount != 1:
        return False
    if post.author_id != by:
        facts = {"thread": space.thread.id, "reason": reason}
        tell(post.author_id, "talk-removed", federation_id=space.federation_id, now=now, **facts)
    _record("talk.remove", space.thread.id, space.federation_id, by, now, number=post.number)
    return True


def flag(space: Space, post: Post, *, by: UUID, now: datetime) -> None:
    """Ask those who look after the space to look at this. Twice: nothing more. Raises NobodyTeaches."""
    if not insert_once(Flag, {"post_id": post.id, "person_id": by, "at": now}):
        return
    if space.edition_id is None:
        keepers = queries.seniors(space.federation_id, now)
    else:
        keepers = queries.trainers(space.edition_id)
    told = [one for one in keepers if one not in (by, post.author_id)]
    if not told:
        raise NobodyTeaches
    facts = {"thread": space.thread.id, "post": post.number}
    tell_all(dict.fromkeys(told, facts), "talk-flagged", federation_id=space.federation_id, now=now)
    _record("talk.flag", space.thread.id, space.federation_id, by, now, number=post.number)


def follow(space: Space, yes: bool, *, by: UUID, now: datetime) -> None:
    """Hear of what is said in a conversation, or no longer."""
    row = {"thread_id": space.thread.id, "person_id": by}
    if yes:
        insert_once(Follow, row)
    else:
        db.session.execute(delete(Follow).where(Follow.thread_id == space.thread.id, Follow.person_id == by))
    _record("talk.follow" if yes else "talk.unfollow", space.thread.id, space.federation_id, by, now)


def set_closed(space: Space, yes: bool, *, by: UUID, now: datetime) -> None:
    """Let a conversation take nothing more, or open it again."""
    was = Thread.closed_at.is_(None) if yes else Thread.closed_at.is_not(None)
    done: Any = db.session.execute(
        update(Thread).where(Thread.id == space.thread.id, was).values(closed_at=now if yes else None)
    )
    if done.rowcount == 1:
        _record("talk.close" if yes else "talk.reopen", space.thread.id, space.federation_id, by, now)


def ask_hand(space: Space, text: str, *, by: UUID, now: datetime) -> None:
    """A learner writes to those who teach the edition. Raises NobodyTeaches, TooMuchAtOnce."""
    assert space.edition_id is not None
    assert space.enrolment_id is not None
    trainers = queries.trainers(space.edition_id)
    if not trainers:
        raise NobodyTeaches
    _hand(space, space.enrolment_id, text, by, now)
    facts = {"who": by, "edition_id": space.edition_id, "enrolment": space.enrolment_id, "edition": space.name}
    tell_all(dict.fromkeys(trainers, facts), "hand-asked", federation_id=space.federation_id, now=now)


def give_hand(space: Space, enrolment_id: UUID, learner_id: UUID, text: str, *, by: UUID, now: datetime) -> None:
    """Whoever teaches writes to a learner of the edition. Raises TooMuchAtOnce."""
    _hand(space, enrolment_id, text, by, now)
    facts = {"who": by, "enrolment": enrolment_id, "edition": space.name}
    tell(learner_id, "hand-given", federation_id=space.federation_id, now=now, **facts)


def _hand(space: Space, enrolment_id: UUID, text: str, by: UUID, now: datetime) -> None:
    _not_too_much(by, now)
    values = {
        "id": new_id(), "federation_id": space.federation_id, "edition_id": space.edition_id,
        "enrolment_id": enrolment_id, "kind": "hand", "title": "", "author_id": by, "begun_at": now, "last_at": now,
        "last_by": by, "posts": 0,
    }  # fmt: skip
    insert_once(Thread, values)
    thread = queries.hand_of(enrolment_id)
    assert thread is not None
    thread_id = thread.id
    number = _next(thread_id, by, now)
    _write(thread_id, number, text, "", by, now)
    _record("talk.say", thread_id, space.federation_id, by, now, number=number)


def _record(action: str, thread_id: UUID, federation_id: UUID, by: UUID, now: datetime, **facts: Any) -> None:
    audit.record(action, f"talk:{thread_id}", federation_id=federation_id, actor_id=by, now=now, **facts)
