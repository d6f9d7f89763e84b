"""The app as its users meet it: a real server, a real queue, real mail; and a federation with its people."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from queue import Queue
from threading import Thread
from typing import Any
from uuid import UUID

from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select, update
from waitress.server import create_server

from assessments.bank.models import QuestionVersion
from assessments.quizzes.models import Attempt
from lms.db import db, transaction
from lms.demo import roads
from lms.people import operations
from lms.people.models import Document

PASSWORD = "molino lento bajo la higuera"
STAFF = {
    "registrar": ("Rocío Vega", "registrar"),
    "registrar2": ("Lucas Prieto", "registrar"),
    "senior": ("Rosa Molina", "senior"),
    "senior2": ("Manuel Cano", "senior"),
    "assessor": ("Elena Soto", "assessor"),
}


def listen() -> socket.socket:
    """A socket on a free port of the loopback."""
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    return found


class Server:
    """Waitress, as `lms run` uses it, in a thread."""

    def __init__(self, app: Flask, on: socket.socket) -> None:
        self._server: Any = create_server(app, sockets=[on], threads=8, ident=None)
        self._thread = Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the loop from within, with every connection."""
        self._server.trigger.pull_trigger(self._end)
        self._thread.join(5)
        self._server.task_dispatcher.shutdown()

    def _end(self) -> None:
        for channel in list(self._server.active_channels.values()):
            channel.close()
        self._server.close()


class Mailbox:
    """An SMTP server that keeps what it is given."""

    def __init__(self) -> None:
        self._arrived: Queue[EmailMessage] = Queue()
        with listen() as free:
            self.port = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take a message."""
        self._arrived.put(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def link(self, to: str) -> str:
        """The address in the next message, which has to be for `to`."""
        message = self._arrived.get(timeout=20)
        assert message["To"] == to
        body = message.get_body(("plain",))
        assert body is not None
        found = re.search(r"https?://\S+/welcome/\S+", body.get_content())
        assert found is not None
        return found[0]

    def close(self) -> None:
        """Stop listening."""
        self._controller.stop()


@dataclass
class Site:
    """Where it is, and what tests have to know of its database. `people`: ids by login."""

    app: Flask
    url: str
    mails: Mailbox
    federation_id: UUID
    people: dict[str, UUID]

    @contextmanager
    def database(self) -> Iterator[Any]:
        """An app context with its session."""
        with self.app.app_context():
            yield db.session

    def rows(self, statement: Any) -> list[Any]:
        """What a statement finds."""
        with self.database() as session:
            return list(session.scalars(statement))

    def change(self, table: Any, **values: Any) -> None:
        """Set columns of all rows behind the app's back: time that has passed."""
        with self.database(), transaction() as session:
            session.execute(update(table).values(**values))

    def add(self, login: str, name: str, role: str) -> UUID:
        """Somebody with a role, who consented."""
        then = datetime.now(UTC) - timedelta(days=60)
        with self.database(), transaction():
            return person(self.federation_id, login, name, role, now=then)

    def answers(self, attempt_id: UUID, *, right: bool) -> dict[int, list[str]]:
        """For each place of an attempt's sheet, the best choices or one of the worst."""
        with self.database():
            attempt = db.session.get_one(Attempt, attempt_id)
            if right:
                return roads.best_answers(attempt)
            return {place: [_worst(UUID(str(item["question"])))] for place, item in enumerate(attempt.sheet)}


def _worst(version_id: UUID) -> str:
    choices: list[dict[str, Any]] = db.session.get_one(QuestionVersion, version_id).choices
    return min(choices, key=lambda choice: choice["score"])["key"]


def found(app: Flask, *, courses: bool, second_factor: bool) -> tuple[UUID, dict[str, UUID]]:
    """A federation with its staff, who consented; with `courses`, the built-in courses, an edition and the scheme."""
    now = datetime.now(UTC) - timedelta(days=200)
    with app.app_context():
        with transaction():
            federation = operations.create_federation(
                "ribera", "Federación Ribera", now=now, second_factor_waived=not second_factor
            )
            people = {login: person(federation.id, login, *who, now=now) for login, who in STAFF.items()}
            federation_id = federation.id
        if courses:
            with transaction():
                roads.publish(federation_id, datetime.now(UTC))
    return federation_id, people


def person(federation_id: UUID, login: str, name: str, role: str, *, now: datetime) -> UUID:
    """Somebody with a role, who consented; in the present transaction."""
    found = operations.create_person(f"{login}@demo.test", name, password=PASSWORD, now=now)
    operations.give_role(federation_id, found.id, role, by=None, now=now)
    operations.acknowledge(found.id, db.session.scalars(select(Document.id).filter_by(kind="consent")).one(), now=now)
    return found.id
