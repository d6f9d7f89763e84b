"""Mails of messages. The row says whether its mail is due, so that a job that runs twice sends once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import and_, select, update

from lms import clock, jobs, mail
from lms.db import db, transaction
from lms.people.messages import queries, rules, wording
from lms.people.messages.kinds import GROUPS, KINDS
from lms.people.messages.models import Discretion, Message, Wish
from lms.people.models import Person


def address_of(path: str) -> str:
    """The public address of a path: from BASE_URL, never from what a request says its host is."""
    return f"{str(current_app.config['BASE_URL']).rstrip('/')}{path}"


@jobs.handler("mail.message")
def send_message(payload: dict[str, Any]) -> None:
    """Send a message at once, or leave it to the digest or the inbox, as its receiver wishes now."""
    found = db.session.execute(
        select(
            Message.id, Message.kind, Message.facts, Wish.way, Discretion.level,
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
    )
    try:
        mail.post(letter)
    except mail.Refused:
        _settle([message.id], "refused", clock.now())
    else:
        _settle([message.id], "sent", clock.now())


def _settle(ids: list[UUID], state: str, now: datetime | None = None) -> None:
    with transaction() as session:
        session.execute(
            update(Message)
            .where(Message.id.in_(ids), Message.mail == "due")
            .values(mail=state, mailed_at=now)
            .execution_options(synchronize_session=False)
        )
