"""Work that must not be lost: a row written in the business transaction, run after the commit, swept again later.

huey delivers at most once, so it only rings the bell; the row is the truth. A handler must be idempotent.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import CheckConstraint, Index, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms import clock
from lms.db import Base, after_commit, db, transaction
from lms.ids import new_id

Handler = Callable[[dict[str, Any]], None]
HANDLERS: dict[str, Handler] = {}
RETRY = (30, 120, 600, 3600, 4 * 3600, 12 * 3600)  # seconds until the next try
CLAIM = timedelta(minutes=5)  # a claim older than this was left by a worker that died


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


def add(kind: str, now: datetime, **payload: Any) -> None:
    """Write a job into the present transaction; it starts as soon as that has committed."""
    HANDLERS[kind]
    job = Job(id=new_id(), kind=kind, payload={k: str(v) for k, v in payload.items()}, due_at=now)
    db.session.add(job)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    after_commit(lambda: app.extensions["lms_bell"](job.id))


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
        HANDLERS[kind](payload)
        state, fault, due = "done", None, now
    except Exception as error:
        current_app.logger.warning("job %s: %s", kind, type(error).__name__)
        fault = type(error).__name__
        state = "due" if tries <= len(RETRY) else "failed"
        due = clock.now() + timedelta(seconds=RETRY[min(tries, len(RETRY)) - 1])
    db.session.rollback()
    with transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(state=state, fault=fault, due_at=due))
    return True


def sweep(limit: int = 100) -> int:
    """Do what is due (or was left running by a worker that died), oldest first: how many were done."""
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
    if url == "immediate:":
        ring = run
    elif url == "none:":
        ring = str  # nobody hears it
    else:
        from lms import queue

        ring = queue.connect(app, url)
    app.extensions["lms_bell"] = ring
