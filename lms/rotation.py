"""Rotating the master key: everything sealed is sealed again with the newest, in small steps that may stop anywhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, func, literal_column, select, update

from lms import audit, keys
from lms.db import Base, db, transaction
from lms.sealing import Unopenable, seal, unseal

STEP = 200  # rows in one transaction
# What a process was sealing when the key changed has long been committed by then.
DROPPED_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A column of sealed texts, with the context of each from its row's id."""

    table: Table
    column: str
    context: Callable[[Any], str]

    @property
    def key(self) -> Any:
        """The primary key."""
        return next(iter(self.table.primary_key))

    @property
    def sealed(self) -> Any:
        """The column."""
        return self.table.c[self.column]

    @property
    def mark(self) -> Any:
        """The mark of the key that sealed a row's text (lms.sealing says where it stands)."""
        return func.substr(self.sealed, literal_column("2"), literal_column(str(keys.MARK)))


PLACES: list[Place] = []


def sealed_in(model: type[Base], column: str, context: Callable[[Any], str]) -> None:
    """Say that a column holds sealed texts. A topic that seals says so beside its table, or a rotation would miss it."""
    PLACES.append(Place(cast(Table, model.__table__), column, context))


def uses() -> dict[bytes, int]:
    """How many sealed texts there are of each key's mark, also of keys that are not here."""
    found: dict[bytes, int] = {}
    for place in PLACES:
        for mark, number in db.session.execute(
            select(place.mark, func.count()).where(place.sealed.is_not(None)).group_by(place.mark)
        ):
            found[bytes(mark)] = found.get(bytes(mark), 0) + number
    return found


def begin(now: datetime) -> bool:
    """Make a new key that seals from now on; False if an earlier rotation has still to be finished."""
    present = keys.present()
    unfinished = present and any(uses().get(key.mark) for key in present[1:])
    if not unfinished:
        keys.add(now)
    return not unfinished


def rewrap(now: datetime) -> Iterator[tuple[int, int]]:
    """Seal again what an older key sealed: (sealed again, left shut) after each step.

    Each step is a transaction of its own: stopped anywhere and started again, it goes on where it stopped. What can't be
    opened stays as it is.
    """
    newest = keys.sealing(now)
    again = shut = 0
    for place in PLACES:
        last = None
        while rows := _older(place, newest.mark, last):
            last = rows[-1][0]
            with transaction():
                for id_, sealed in rows:
                    try:
                        fresh = seal(unseal(sealed, place.context(id_)), place.context(id_))
                    except Unopenable:
                        shut += 1
                        continue
                    # Only if it is still the same: who changed it meanwhile has sealed it with the new key.
                    changed: Any = db.session.execute(
                        update(place.table)
                        .where(place.key == id_, place.sealed == sealed)
                        .values({place.column: fresh})
                    )
                    again += changed.rowcount
            yield again, shut
    with transaction():
        audit.record(
            "keys.rotate", f"key:{newest.mark.hex()}", federation_id=None, actor_id=None, now=now,
            sealed_again=again, left_shut=shut,
        )  # fmt: skip


def _older(place: Place, mark: bytes, after: Any) -> list[Any]:
    found = select(place.key, place.sealed).where(place.sealed.is_not(None), place.mark != mark)
    if after is not None:
        found = found.where(place.key > after)
    rows = list(db.session.execute(found.order_by(place.key).limit(STEP)))
    db.session.rollback()
    return [(row[0], bytes(row[1])) for row in rows]


def droppable(now: datetime) -> set[bytes]:
    """The marks of keys that seal nothing any more, once the newest has been there for an hour."""
    present = keys.present()
    if not present or (present[0].made_at is not None and now - present[0].made_at < DROPPED_AFTER):
        return set()
    used = uses()
    return {key.mark for key in present[1:] if not used.get(key.mark)}
