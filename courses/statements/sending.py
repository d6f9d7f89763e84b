"""Sending: batches of what waits, as often as it takes; what the LRS took is gone from here, what it refused is named.

A statement is written in the transaction of the deed and leaves later. Its id is fixed: after a kill, a cut connection or a lost
answer it is sent again, and the LRS has it once.
"""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, or_, select, update

from courses.statements import rules
from courses.statements.models import LrsLink, Statement, context
from courses.statements.operations import PURPOSE
from lms import clock, jobs, outside
from lms.db import db, transaction
from lms.people.privacy import consents
from lms.sealing import Unopenable, unseal

BATCH = 50
ROUNDS = 20  # batches of one job
CLAIM = timedelta(minutes=5)  # after which whoever was sending is taken for dead
VERSION = "1.0.3"


@jobs.each_minute
def look(now: datetime) -> None:
    """Start a job for each federation whose statements wait."""
    found = db.session.scalars(_ready(now)).all()
    db.session.rollback()
    for federation_id in found:
        with transaction():
            jobs.add("statements.send", now, federation=federation_id)


def _ready(now: datetime) -> Any:
    waiting = exists().where(Statement.federation_id == LrsLink.federation_id, Statement.state == "due")
    return select(LrsLink.federation_id).where(
        LrsLink.active, or_(LrsLink.retry_at.is_(None), LrsLink.retry_at <= now), waiting
    )


@jobs.handler("statements.send")
def send(payload: dict[str, Any]) -> None:
    """Send a federation's statements until none waits, one batch after another."""
    federation_id = UUID(payload["federation"])
    if not _claim(federation_id):
        return
    for _round in range(ROUNDS):
        if not _send_batch(federation_id):
            return
    with transaction():
        _mark(federation_id, retry_at=None)


def _claim(federation_id: UUID) -> bool:
    """Whether this worker may send: nobody else does."""
    now = clock.now()
    with transaction() as session:
        claimed: Any = session.execute(
            update(LrsLink)
            .where(
                LrsLink.federation_id == federation_id,
                LrsLink.active,
                or_(LrsLink.retry_at.is_(None), LrsLink.retry_at <= now),
            )
            .values(retry_at=now + CLAIM)
        )
        return claimed.rowcount == 1


def _send_batch(federation_id: UUID) -> bool:
    """Send what waits first; False when there is nothing more, or not now."""
    with transaction() as session:
        rows = session.execute(
            select(Statement.id, Statement.person_id, Statement.body)
            .where(Statement.federation_id == federation_id, Statement.state == "due")
            .order_by(Statement.id)
            .limit(BATCH)
        ).all()
        agreed = consents.who_stand({row.person_id for row in rows}, federation_id, PURPOSE)
        if taken_back := [row.id for row in rows if row.person_id not in agreed]:
            session.execute(delete(Statement).where(Statement.id.in_(taken_back)))
        link = session.get(LrsLink, federation_id)
        if link is None or not rows:
            _mark(federation_id, retry_at=None)
            return False
        where, sealed = link.address, link.login
    mine = {row.id: row.body for row in rows if row.person_id in agreed}
    return _deliver(federation_id, where, sealed, mine) if mine else True


def _deliver(federation_id: UUID, where: str, sealed: bytes, bodies: dict[UUID, Any]) -> bool:
    """Send these; where the LRS refuses several together, each by itself. False: not now."""
    try:
        name, _line, password = unseal(sealed, context(federation_id)).partition("\n")
        status = post(where, (name, password), list(bodies.values()))
    except Unopenable:
        return _later(federation_id, "sealed")
    except outside.Unreachable as error:
        return _later(federation_id, error.why)
    match rules.judged(status):
        case "taken":
            with transaction() as session:
                gone: Any = session.execute(delete(Statement).where(Statement.id.in_(bodies)))
                taken = LrsLink.sent + gone.rowcount
                _mark(federation_id, sent=taken, sent_at=clock.now(), fails=0, fault=None)
            return True
        case "refused" if len(bodies) == 1:
            with transaction() as session:
                refused = {"state": "refused", "fault": str(status)}
                session.execute(update(Statement).where(Statement.id.in_(bodies)).values(**refused))
            return True
        case "refused":
            return all(_deliver(federation_id, where, sealed, {id_: body}) for id_, body in bodies.items())
    return _later(federation_id, str(status))


def post(where: str, login: tuple[str, str], bodies: list[Any]) -> int:
    """Give statements to an LRS; the status of its answer. Raises outside.Unreachable."""
    headers = {"Content-Type": "application/json", "X-Experience-API-Version": VERSION}
    content = json.dumps(bodies, ensure_ascii=False).encode()
    return outside.ask("POST", f"{where}/statements", headers=headers, login=login, content=content).status


def _later(federation_id: UUID, fault: str) -> bool:
    with transaction() as session:
        fails = (session.scalar(select(LrsLink.fails).where(LrsLink.federation_id == federation_id)) or 0) + 1
        _mark(federation_id, fails=fails, retry_at=clock.now() + rules.wait(fails), fault=fault[:20])
    return False


def _mark(federation_id: UUID, **values: Any) -> None:
    db.session.execute(update(LrsLink).where(LrsLink.federation_id == federation_id).values(**values))
