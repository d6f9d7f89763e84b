"""Mails of messages. The row says whether its mail is due, so that a job that runs twice sends once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import bindparam, func, select, update

from lms import clock, jobs, mail
from lms.db import db, insert_once, transaction
from lms.ids import new_id
from lms.people.messages import queries, rules, stopping, wording
from lms.people.messages.kinds import GROUPS, KINDS
from lms.people.messages.models import NOT_GONE, Digest, Discretion, Message
from lms.people.models import Person


def address_of(path: str) -> str:
    """The public address of a path: from BASE_URL, never from what a request says its host is."""
    return f"{str(current_app.config['BASE_URL']).rstrip('/')}{path}"


BATCH = 50  # mails of one job, which leave over one connection
MOST_GATHERED = 1_000
# With the words of the index: what is due is few, what was told is much.
_WITHOUT_JOB = (
    NOT_GONE,
    Message.mail == "due",
    Message.job_id.is_(None),
    Message.digest_id.is_(None),
)


@jobs.gatherer("mail")
def gather(now: datetime) -> list[UUID]:
    """Give the messages whose mail is due and in nobody's hands a job, so many to each; of several workers, one takes each."""
    if db.session.scalar(select(Message.id).where(*_WITHOUT_JOB).limit(1)) is None:
        return []
    with transaction() as session:
        due = select(Message.id).where(*_WITHOUT_JOB).order_by(Message.id).limit(MOST_GATHERED)
        ids = session.scalars(due.with_for_update(skip_locked=True)).all()
        batches = [ids[place : place + BATCH] for place in range(0, len(ids), BATCH)]
        payloads = [{"messages": " ".join(id_.hex for id_ in batch)} for batch in batches]
        job_ids = jobs.add_all("mail.messages", now, payloads, ring=False)
        for job_id, batch in zip(job_ids, batches, strict=True):
            session.execute(
                update(Message)
                .where(Message.id.in_(batch))
                .values(job_id=job_id)
                .execution_options(synchronize_session=False)
            )
    return job_ids


@jobs.handler("mail.messages")
def send_messages(payload: dict[str, Any]) -> None:
    """Send messages at once, or leave them to the digest or the inbox, as each receiver wishes now.

    A mail is noted as sent before the next one leaves. One that fails by itself waits in a job of its own.
    """
    found = _due([UUID(id_) for id_ in payload["messages"].split()])
    wishes = queries.wishes({message.person_id for message in found})
    names = queries.names_in(found)
    db.session.rollback()  # no transaction stays open while the server takes its time
    ways = {message.id: _way(message, wishes) for message in found}
    for way, state in (("inbox", "none"), ("digest", "digest")):
        if left := [id_ for id_ in ways if ways[id_] == way]:
            _settle(left, state)
    leaving = [message for message in found if ways[message.id] == "now"]
    with mail.desk() as desk:
        letters = _letters(leaving, names, desk)
        for message, letter in zip(leaving, letters, strict=True):
            try:
                _settle([message.id], _handed_over(letter), clock.now())
            except (jobs.Later, jobs.Hopeless):
                raise
            except Exception as error:
                if len(leaving) == 1:
                    raise
                _set_apart(message.id, error)


@jobs.handler("mail.message")
def send_message(payload: dict[str, Any]) -> None:
    """Send one message that has failed before."""
    send_messages({"messages": payload["message"]})


def _due(ids: list[UUID]) -> list[Any]:
    """Of these messages those whose mail is due, with what is needed of their receivers."""
    return list(
        db.session.execute(
            select(
                Message.id, Message.person_id, Message.kind, Message.facts, Discretion.level,
                Person.email, Person.name, Person.locale, Person.timezone, Person.active,
            )
            .join(Person, Person.id == Message.person_id)
            .outerjoin(Discretion, Discretion.person_id == Message.person_id)
            .where(Message.id.in_(ids), Message.mail == "due")
            .order_by(Message.id)
        )
    )  # fmt: skip


def _way(message: Any, wishes: Mapping[tuple[UUID, str], str]) -> str:
    """`now`, `digest` or `inbox`. Whoever's account is closed, and what this version does not know, gets no mail."""
    kind = KINDS.get(message.kind)
    if kind is None or not message.active:
        return "inbox"
    usual = GROUPS[kind.group].usual if kind.group in GROUPS else "now"
    return rules.way(wishes.get((message.person_id, kind.group)), usual, security=kind.security)


def _set_apart(message_id: UUID, error: Exception) -> None:
    """Let a message that could not be sent wait by itself, so that it holds up no other."""
    current_app.logger.warning("mail of a message: %s", type(error).__name__)
    db.session.rollback()
    with transaction() as session:
        job_id = jobs.add_tried("mail.message", type(error).__name__, clock.now(), message=message_id)
        session.execute(
            update(Message)
            .where(Message.id == message_id)
            .values(job_id=job_id)
            .execution_options(synchronize_session=False)
        )


def _letters(leaving: list[Any], names: Mapping[UUID, str], desk: mail.Desk) -> list[mail.Letter | Exception]:
    """The letters of messages, written, or why one could not be."""
    letters: list[mail.Letter | Exception] = []
    with mail.outside():
        for message in leaving:
            try:
                letter = _letter(message, names)
                desk.write(letter)
            except Exception as error:
                letters.append(error)
            else:
                letters.append(letter)
    return letters


def _letter(message: Any, names: Mapping[UUID, str]) -> mail.Letter:
    kind = KINDS[message.kind]
    with mail.written_for(message.locale, message.timezone):
        words = wording.said(message.kind, message.facts, names)
        facts = wording.named(message.kind, message.facts, names)
    return mail.Letter(
        to=message.email,
        locale=message.locale,
        timezone=message.timezone,
        template=kind.template or "message",
        facts=facts
        | {"name": message.name, "words": words, "link": address_of(words.mail_path or words.path or "/messages")},
        mark=message.id.hex,
        level=message.level or "discreet",
        neutral=kind.neutral or kind.security,
        stop=None if kind.security else address_of(stopping.path_of(message.person_id, kind.group)),
    )


def _handed_over(letter: mail.Letter | Exception) -> str:
    """`sent`, or `refused` for good. What may still succeed is raised."""
    if isinstance(letter, Exception):
        raise letter
    try:
        mail.post(letter)
    except mail.Refused:
        return "refused"
    return "sent"


SETTLE = (
    update(Message.__table__)  # type: ignore[arg-type]
    .where(Message.__table__.c.id.in_(bindparam("ids", expanding=True)), Message.__table__.c.mail == "due")
    .values(mail=bindparam("state"), mailed_at=bindparam("now"))
)


def _settle(ids: list[UUID], state: str, now: datetime | None = None) -> None:
    with transaction() as session:
        session.execute(SETTLE, {"ids": ids, "state": state, "now": now})


# --- The day's digest -------------------------------------------------------------------------------------------------


@jobs.each_minute
def gather_digests(now: datetime) -> int:
    """Begin the digests whose hour has come where their receivers live: how many. Of several workers one begins each."""
    last = select(func.max(Digest.day)).where(Digest.person_id == Person.id).correlate(Person).scalar_subquery()
    waiting = db.session.execute(
        select(Person.id, Person.timezone, last.label("last"))
        .where(Person.id.in_(select(Message.person_id).where(Message.mail == "digest")))
        .order_by(Person.id)
    ).all()
    begun = 0
    for person in waiting:
        day = rules.digest_day(now, person.timezone)
        if day is not None and (person.last is None or person.last < day):
            begun += _begin_digest(person.id, day, now)
    return begun


def _begin_digest(person_id: UUID, day: date, now: datetime) -> int:
    digest_id = new_id()
    with transaction() as session:
        if not insert_once(Digest, {"id": digest_id, "person_id": person_id, "day": day, "sent_at": None}):
            return 0
        session.execute(
            update(Message)
            .where(Message.person_id == person_id, Message.mail == "digest")
            .values(mail="due", digest_id=digest_id)
            .execution_options(synchronize_session=False)
        )
        jobs.add("mail.digest", now, digest=digest_id)
    return 1


@jobs.handler("mail.digest")
def send_digest(payload: dict[str, Any]) -> None:
    """Send a digest: what is in it and has not been read meanwhile. Nothing, if that is nothing."""
    digest_id = UUID(payload["digest"])
    receiver = db.session.execute(
        select(Person.id, Person.email, Person.name, Person.locale, Person.timezone, Person.active, Discretion.level)
        .join(Digest, Digest.person_id == Person.id)
        .outerjoin(Discretion, Discretion.person_id == Person.id)
        .where(Digest.id == digest_id)
    ).one_or_none()
    told = db.session.execute(
        select(Message.id, Message.kind, Message.facts, Message.read_at)
        .where(Message.digest_id == digest_id, Message.mail == "due")
        .order_by(Message.id)
    ).all()
    unread = [message for message in told if message.read_at is None]
    if receiver is None or not receiver.active or not unread:
        return _settle([message.id for message in told], "none")
    names = queries.names_in(unread)
    db.session.rollback()
    with mail.written_for(receiver.locale, receiver.timezone):
        said = [wording.said(message.kind, message.facts, names) for message in unread]
    letter = mail.Letter(
        to=receiver.email,
        locale=receiver.locale,
        timezone=receiver.timezone,
        template="digest",
        facts={
            "name": receiver.name,
            "said": [(words, address_of(words.path or "/messages")) for words in said],
            "link": address_of("/messages"),
        },
        mark=digest_id.hex,
        level=receiver.level or "discreet",
        neutral=receiver.level != "strict",  # "Tienes 3 mensajes nuevos"
        stop=address_of(stopping.path_of(receiver.id, "digest")),
    )
    state, now = _handed_over(letter), clock.now()
    _settle([message.id for message in told if message.read_at is not None], "none")
    _settle([message.id for message in unread], state, now)
    if state == "sent":
        with transaction() as session:
            session.execute(update(Digest).where(Digest.id == digest_id).values(sent_at=now))
