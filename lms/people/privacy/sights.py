"""Who looked: a view that shows another person's sensitive record notes it, and shows nothing if that cannot be written."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, current_app, g
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from lms import audit, clock, errors
from lms.audit import AuditEntry
from lms.db import db, transaction

ACTION = "file.read"
AGAIN = timedelta(hours=1)  # looking twice within this time is one look


def note(person_id: UUID, what: str) -> None:
    """The present page shows `what` of this person: call after `guard`. One's own record is nobody's to note.

    It is written when the view is done, after its reading has ended and before anything is sent: a transaction of its own.
    """
    if g.actor.person_id != person_id:
        g.setdefault("sights", []).append((person_id, what))


def _write(seen: list[tuple[UUID, str]], now: datetime) -> None:
    who = g.actor
    with transaction():
        known = db.session.execute(
            select(AuditEntry.subject, AuditEntry.facts).where(
                text(audit.READS),
                AuditEntry.action == ACTION,
                AuditEntry.subject.in_([f"person:{person_id}" for person_id, _what in seen]),
                AuditEntry.actor_id == who.person_id,
                AuditEntry.at > now - AGAIN,
            )
        ).all()
        noted = {(row.subject, row.facts.get("what")) for row in known}
        for person_id, what in dict.fromkeys(seen):
            if (f"person:{person_id}", what) not in noted:
                audit.record(
                    ACTION, f"person:{person_id}", federation_id=who.federation_id, actor_id=who.person_id, now=now,
                    what=what, roles=sorted(who.roles),
                )  # fmt: skip


def init_app(app: Flask) -> None:
    """Write what a page has shown before it leaves."""

    @app.after_request
    def leave(answer: Any) -> Any:
        seen = g.pop("sights", [])
        # 422 is a page too: the form came back, with the record beside it.
        if not seen or (answer.status_code >= 400 and answer.status_code != 422):
            return answer
        try:
            _write(seen, clock.now())
        except OperationalError as error:
            current_app.logger.warning("sights: %s", type(error).__name__)
            db.session.remove()
            body, status = errors.page(503)
            return app.make_response((body, status, {"Retry-After": "3"}))
        return answer
