"""Mails of messages. The row says whether its mail is due, so that a job that runs twice sends once."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import and_, func, select, update

from lms import clock, jobs, mail
from lms.db import db, insert_once, transaction
from lms.ids import new_id
from lms.people.messages import queries, rules, stopping, wording
from lms.people.messages.kinds import GROUPS, KINDS
from lms.people.messages.models import Digest, Discretion, Message, Wish
from lms.people.models import Person


def address_of(path: str) -> str:
    """The public address of a path: from BASE_URL, never from what a request says its host is."""
    return f"{str(current_app.config['BASE_URL']).rstrip('/')}{path}"


@jobs.handler("mail.message")
def send_message(payload: dict[str, Any]) -> None:
    """Send a message at once, or leave it to the digest or the inbox, as its receiver wishes now."""
    found = db.session.execute(
        select(
            Message.id, Message.person_id, Message.kind, Message.facts, Wish.way, Discretion.level,
            Person.email, Person.name, Person.locale, Person.timezone, Person.active,
        )
        .join(Person, Person.id == Message.person_id)
        .outerjoin(Discretion, Discretion.person_id == Message.person_id)
        .outerjoin(Wish, and_(Wish.person_id == Message.person_id, Wish.group == payload["group"]))
        .where(Message.id == UUID(payload["message"]), Message.mail == "due")
    ).one_or_none()  # fmt: skip
    if found is None:
        return
    kind = KINDS.get(found.kind)
    if kind is None or not found.active:
        return _settle([found.id], "none")
    usual = GROUPS[kind.group].usual if kind.group in GROUPS else "now"
    match rules.way(found.way, usual, security=kind.security):
        case "inbox":
            _settle([found.id], "none")
        case "digest":
            _settle([found.id], "digest")
        case _:
            _send(found)


def _send(message: Any) -> None:
    kind = KINDS[message.kind]
    names = queries.names_in([message])
    db.session.rollback()  # no transaction stays open while the server takes its time
    with mail.written_for(message.locale, message.timezone):
        words = wording.said(message.kind, message.facts, names)
        facts = wording.named(message.kind, message.facts, names)
    letter = mail.Letter(
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
    _settle([message.id], _handed_over(letter), clock.now())


def _handed_over(letter: mail.Letter) -> str:
    """`sent`, or `refused` for good. What may still succeed is raised."""
    try:
        mail.post(letter)
    except mail.Refused:
        return "refused"
    return "sent"


def _settle(ids: list[UUID], state: str, now: datetime | None = None) -> None:
    with transaction() as session:
        session.execute(
            update(Message)
            .where(Message.id.in_(ids), Message.mail == "due")
            .values(mail=state, mailed_at=now)
            .execution_options(synchronize_session=False)
        )


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
