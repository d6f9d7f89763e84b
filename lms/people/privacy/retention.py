"""Retention: what has served longer than a federation keeps it goes, once a day, or is counted in a rehearsal."""

from collections import Counter
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from lms import audit, storage
from lms.db import after_commit, db, insert_once, transaction
from lms.ids import new_id
from lms.people.federations.rules import RETENTION, kept_for, months_before
from lms.people.models import Federation
from lms.people.privacy import unused
from lms.people.privacy.holdings import Aged, Clear, Holding, held
from lms.people.privacy.models import RetentionRun

FROM_HOUR = 3  # of the federation's day: the work is done when few people are here
BATCH = 500  # rows in one transaction
_TWO_DAYS = timedelta(days=2)


def aged() -> list[tuple[Holding, Aged]]:
    """Every rule of retention, what hangs on a row before the row."""
    return [(holding, one) for holding in reversed(held()) for one in holding.aged]


def _before(federation: Federation, kind: str, now: datetime) -> datetime:
    """The moment before which rows of this kind are too old."""
    zone = ZoneInfo(federation.timezone)
    day = months_before(now.astimezone(zone).date(), kept_for(federation.retention, kind))
    return datetime.combine(day, time(), zone)


def _due(federation: Federation, rule: Aged, now: datetime) -> ColumnElement[bool]:
    return and_(rule.of == federation.id, rule.older(_before(federation, rule.kind, now)))


def due(federation: Federation, now: datetime) -> dict[str, int]:
    """How many rows of each kind are too old now."""
    counts: Counter[str] = Counter(dict.fromkeys((rule.kind for _holding, rule in aged()), 0))
    for holding, rule in aged():
        found = select(func.count()).select_from(holding.table).where(_due(federation, rule, now))
        counts[rule.kind] += db.session.scalar(found) or 0
    counts[unused.KIND] = unused.count(federation.id, _before(federation, unused.KIND, now), now)
    return dict(counts)


def rehearse(federation_id: UUID, *, now: datetime, by: UUID | None = None) -> dict[str, int]:
    """Count what would go, and note that it was counted. Nothing goes. Call inside a transaction."""
    federation = db.session.get_one(Federation, federation_id)
    counts = due(federation, now)
    db.session.add(
        RetentionRun(
            id=new_id(), federation_id=federation.id, day=_day(federation, now), rehearsal=True, at=now, counts=counts
        )
    )
    audit.record("retention.rehearse", f"federation:{federation.id}", federation_id=federation.id, actor_id=by, now=now)
    return counts


def _day(federation: Federation, now: datetime) -> Any:
    return now.astimezone(ZoneInfo(federation.timezone)).date()


def carry_out(federation_id: UUID, *, now: datetime) -> dict[str, int] | None:
    """Let go of what is too old, in batches, and note how many; None if that has been done today.

    Stopped anywhere and run again, it goes on. Of two at once one writes the day's report; rows go once in any case.
    """
    federation = db.session.get_one(Federation, federation_id)
    day = _day(federation, now)
    if _is_done(federation_id, day):
        return None
    counts: Counter[str] = Counter(dict.fromkeys((rule.kind for _holding, rule in aged()), 0))
    for holding, rule in aged():
        while gone := _batch(federation, holding, rule, now):
            counts[rule.kind] += gone
    counts[unused.KIND] = unused.let_go(federation_id, _before(federation, unused.KIND, now), now)
    with transaction():
        values = {
            "id": new_id(), "federation_id": federation_id, "day": day, "rehearsal": False, "at": now,
            "counts": dict(counts),
        }  # fmt: skip
        if not insert_once(RetentionRun, values):
            return None
        audit.record(
            "retention.run", f"federation:{federation_id}", federation_id=federation_id, actor_id=None, now=now,
            counts=dict(counts),
        )  # fmt: skip
    return dict(counts)


def _batch(federation: Federation, holding: Holding, rule: Aged, now: datetime) -> int:
    table = holding.table
    keys = list(table.primary_key.columns)
    with transaction() as session:
        found = session.execute(select(*keys).where(_due(federation, rule, now)).limit(BATCH)).all()
        if not found:
            return 0
        these = or_(*(and_(*(key == value for key, value in zip(keys, row, strict=True))) for row in found))
        if isinstance(rule.deed, Clear):
            session.execute(update(table).where(these).values(**rule.deed.values))
        else:
            session.execute(delete(table).where(these))
        if rule.stored is not None:
            for row in found:
                after_commit(partial(storage.remove, rule.stored(*row)))
        return len(found)


def _is_done(federation_id: UUID, day: Any) -> bool:
    done = select(RetentionRun.id).where(
        RetentionRun.federation_id == federation_id, RetentionRun.day == day, ~RetentionRun.rehearsal
    )
    return db.session.scalar(done) is not None


def federations_due(now: datetime) -> list[UUID]:
    """The federations whose day's retention has not run yet, from FROM_HOUR of their clock on."""
    found = []
    recent = select(RetentionRun.federation_id, RetentionRun.day).where(
        ~RetentionRun.rehearsal, RetentionRun.at > now - _TWO_DAYS
    )
    done = {(row.federation_id, row.day) for row in db.session.execute(recent)}
    for federation in db.session.scalars(select(Federation)):
        local = now.astimezone(ZoneInfo(federation.timezone))
        if local.hour >= FROM_HOUR and (federation.id, local.date()) not in done:
            found.append(federation.id)
    return found


def runs(federation_id: UUID, most: int = 30) -> list[RetentionRun]:
    """The last reports and rehearsals, the newest first."""
    return list(
        db.session.scalars(
            select(RetentionRun)
            .where(RetentionRun.federation_id == federation_id)
            .order_by(RetentionRun.at.desc(), RetentionRun.id.desc())
            .limit(most)
        )
    )


__all__ = ["RETENTION", "aged", "carry_out", "due", "federations_due", "rehearse", "runs"]
