"""Work that must not be lost: a row written in the business transaction, run after the commit, swept again later.

huey delivers at most once, so it only rings the bell; the row is the truth. A handler must be idempotent.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import CheckConstraint, Index, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms import clock
from lms.db import Base, after_commit, db, transaction
from lms.ids import new_id

Handler = Callable[[dict[str, Any]], None]
HANDLERS: dict[str, Handler] = {}
EACH_MINUTE: list[Callable[[datetime], object]] = []
Gatherer = Callable[[datetime], list[UUID]]
GATHERERS: dict[str, Gatherer] = {}
RETRY = (30, 120, 600, 3600, 4 * 3600, 12 * 3600)  # seconds until the next try
SWEPT = 100  # jobs of one sweep
MOST_ROUNDS = 20  # sweeps of one minute, while there is work
CLAIM = timedelta(minutes=5)  # a claim older than this was left by a worker that died


class Later(Exception):
    """Raised by a handler that can't work before `until` through no fault of the job: no try is counted.

    All jobs whose kind begins with `kinds` wait as long, so that what they all need is asked for once.
    """

    kinds = ""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class Hopeless(Exception):
    """Raised by a handler when no further try would help; its text (short, without content) is noted."""


class Job(Base):
    """One piece of work. `payload` holds ids only, never content or secrets."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('due', 'running', 'done', 'failed')", name="state_known"),
        Index("ix_jobs_state_due_at", "state", "due_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="due")
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    fault: Mapped[str | None]


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does the jobs of a kind."""

    def register(function: Handler) -> Handler:
        HANDLERS[kind] = function
        return function

    return register


def each_minute(function: Callable[[datetime], object]) -> Callable[[datetime], object]:
    """Register what is looked at each minute. It may run in several workers at once and must be cheap when nothing is due."""
    EACH_MINUTE.append(function)
    return function


def gatherer(name: str) -> Callable[[Gatherer], Gatherer]:
    """Register the function that finds work which has no job yet and gives it one, or several; it returns their ids.

    It is asked at each sweep, and soon after each `gather_soon`: one job then does what many transactions asked for.
    """

    def register(function: Gatherer) -> Gatherer:
        GATHERERS[name] = function
        return function

    return register


def gather_soon(name: str) -> None:
    """Have this gatherer asked once the present transaction has committed."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    after_commit(lambda: app.extensions["lms_soon"](name))


def gather(name: str) -> None:
    """Ask a gatherer, and do what it found."""
    for job_id in GATHERERS[name](clock.now()):
        run(job_id)


def add(kind: str, now: datetime, **payload: Any) -> None:
    """Write a job into the present transaction; it starts as soon as that has committed."""
    HANDLERS[kind]
    job = Job(id=new_id(), kind=kind, payload={k: str(v) for k, v in payload.items()}, due_at=now)
    db.session.add(job)
    _ring_for([job.id])


def add_all(
    kind: str, now: datetime, payloads: list[dict[str, Any]], *, ring: bool = True, apart: timedelta = timedelta()
) -> list[UUID]:
    """Write a job for each payload in one statement, each due `apart` after the one before it: their ids.

    Without `ring`, the next sweep finds them; so it must be for those that are due later.
    """
    HANDLERS[kind]
    rows = [
        {
            "id": new_id(), "kind": kind, "payload": {k: str(v) for k, v in payload.items()}, "state": "due",
            "tries": 0, "due_at": now + place * apart,
        }
        for place, payload in enumerate(payloads)
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(Job), rows)
    ids = [row["id"] for row in rows]
    if ring:
        _ring_for(ids)
    return ids


def add_tried(kind: str, fault: str, now: datetime, **payload: Any) -> UUID:
    """Write a job for what has failed once already, as part of another one; its id. It is tried when a second try is due."""
    job_id, due_at = new_id(), now + timedelta(seconds=RETRY[0])
    plain = {name: str(value) for name, value in payload.items()}
    db.session.execute(
        insert(Job).values(id=job_id, kind=kind, payload=plain, state="due", tries=1, due_at=due_at, fault=fault)
    )
    return job_id


def _ring_for(job_ids: list[UUID]) -> None:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    for job_id in job_ids:
        after_commit(lambda job_id=job_id: app.extensions["lms_bell"](job_id))


def run(job_id: UUID) -> bool:
    """Claim a job and do it; False if there was nothing to claim. A failure is noted and tried again later."""
    now = clock.now()
    with transaction() as session:
        claimed: Any = session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state.in_(("due", "running")), Job.due_at <= now)
            .values(state="running", tries=Job.tries + 1, due_at=now + CLAIM)
        )
        if claimed.rowcount != 1:
            return False
        job = session.get_one(Job, job_id)
        kind, payload, tries = job.kind, dict(job.payload), job.tries
    try:
        HANDLERS[kind](payload | {"job": str(job_id)})
        state, fault, due = "done", None, now
    except Later as later:
        return _put_off(job_id, kind, later)
    except Hopeless as hopeless:
        state, fault, due = "failed", f"{type(hopeless).__name__} {hopeless}".strip(), now
    except Exception as error:
        current_app.logger.warning("job %s: %s", kind, type(error).__name__)
        fault = type(error).__name__
        state = "due" if tries <= len(RETRY) else "failed"
        due = clock.now() + timedelta(seconds=RETRY[min(tries, len(RETRY)) - 1])
    db.session.rollback()
    with transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(state=state, fault=fault, due_at=due))
    return True


def _put_off(job_id: UUID, kind: str, later: Later) -> bool:
    """Let a job wait without counting the try, and with it all that need the same."""
    fault = type(later).__name__
    db.session.rollback()
    with transaction() as session:
        waits = {"state": "due", "due_at": later.until, "fault": fault}
        session.execute(update(Job).where(Job.id == job_id).values(tries=Job.tries - 1, **waits))
        if later.kinds and kind.startswith(later.kinds):
            alike = (Job.kind.startswith(later.kinds), Job.state == "due", Job.due_at < later.until)
            session.execute(update(Job).where(*alike).values(**waits).execution_options(synchronize_session=False))
    return True


def minute() -> None:
    """What a worker does each minute: whatever is due, and whatever topics look at."""
    for look in EACH_MINUTE:
        try:
            look(clock.now())
        except Exception as error:
            db.session.rollback()
            current_app.logger.warning("each minute: %s", type(error).__name__)
    for _round in range(MOST_ROUNDS):
        if sweep() < SWEPT:
            break


def sweep(limit: int = SWEPT) -> int:
    """Do what is due (or was left running by a worker that died), oldest first: how many were done."""
    for find in GATHERERS.values():
        find(clock.now())
    due = db.session.scalars(
        select(Job.id)
        .where(Job.state.in_(("due", "running")), Job.due_at <= clock.now())
        .order_by(Job.due_at)
        .limit(limit)
    ).all()
    return sum(run(job_id) for job_id in due)


def init_app(app: Flask) -> None:
    """Choose what rings the bell: `immediate:` runs in the request, `none:` waits for a sweep, otherwise huey."""
    url = str(app.config["QUEUE_URL"])
    ring: Callable[[UUID], object]
    soon: Callable[[str], object]
    if url == "immediate:":

        def at_once(job_id: UUID) -> None:
            with app.app_context():  # as in a worker: whoever wrote the job keeps their session and their rows
                run(job_id)

        def gathered_at_once(name: str) -> None:
            with app.app_context():
                gather(name)

        ring, soon = at_once, gathered_at_once
    elif url == "none:":
        ring = soon = str  # nobody hears it
    else:
        from lms import queue

        ring, soon = queue.connect(app, url)
    app.extensions["lms_bell"], app.extensions["lms_soon"] = ring, soon
