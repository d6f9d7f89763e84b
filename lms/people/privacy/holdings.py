"""What is held about people: the registry that the copy, the erasure and the retention read.

Each topic says it in a `holdings.py` beside its `models.py`: per table that names a person, which columns are theirs to take
along, and what becomes of a row when they are erased or when it is old. The composition root gathers them. A test fails for
a table that no topic speaks of, and for a column that names a person without a side.

Three principles decide a row:
- What somebody wrote or did for themselves goes with them.
- What somebody wrote about another in an office (a signature, an observation, a decision) belongs to that other's record: it
  stays, without the writer's name, because the person's row no longer holds one.
- An award keeps its bare facts, so that its certificate can still be verified.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, Table, select

from lms.db import Base, db
from lms.people.privacy.models import Copy, Correction, Erasure, RetentionRun


@dataclass(frozen=True, slots=True)
class Asked:
    """The person whom a copy or an erasure is about."""

    id: UUID
    email: str


By: TypeAlias = Callable[[Asked], Any]
Where: TypeAlias = Callable[[], ColumnElement[bool]]


def by_id(asked: Asked) -> Any:
    """A column that holds the person's id."""
    return asked.id


def by_email(asked: Asked) -> Any:
    """A column that holds the person's address."""
    return asked.email


def by_subject(asked: Asked) -> Any:
    """The subject under which the audit trail speaks of a person."""
    return f"person:{asked.id}"


@dataclass(frozen=True, slots=True)
class Delete:
    """The row goes; with `where`, only such rows."""

    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Clear:
    """The row stays with these values; a callable is given (asked, now). With `where`, only such rows."""

    values: Mapping[str, Any]
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What takes more than a statement: called as (asked, now) inside the transaction; it may be called again."""

    act: Callable[[Asked, datetime], None]


@dataclass(frozen=True, slots=True)
class Keep:
    """The row stays as it is, because …"""

    why: str


Deed: TypeAlias = Delete | Clear | Call | Keep


@dataclass(frozen=True, slots=True)
class Side:
    """One column by which a table names a person, and what follows from it.

    `shown` columns go into the copy (none: it is another's row, or says nothing); of `names`, ids of others, the chosen
    name does. `through` = (model, column): the named column is a key of that model, whose column names the person.
    """

    column: str
    erase: tuple[Deed, ...]
    shown: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    by: By = by_id
    through: tuple[type[Base], str] | None = None


@dataclass(frozen=True, slots=True)
class Aged:
    """What becomes of rows that have served longer than the federation's period for `kind`.

    `older`: the rows that had served their purpose before a moment. `of`: the federation of a row. `stored`: the storage
    key of the file that goes with a row, from the row's primary key.
    """

    kind: str  # of lms.people.federations.rules.RETENTION
    older: Callable[[datetime], ColumnElement[bool]]
    of: Any  # a column or a subquery
    deed: Delete | Clear = Delete()
    stored: Callable[..., str] | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """A table that names people. `topic` names the file of the copy that it goes into.

    `looked_up`: {name in the copy: (column, model, column of it)}, for titles that an id stands for.
    `files`: (name in the copy, storage key) of what lies in the storage for a person; gone when they are erased, as are the
    `leftovers`, storage keys of what does not go into a copy. `unlocked`: the content of a file that lies encrypted.
    """

    topic: str
    model: type[Base]
    sides: tuple[Side, ...]
    looked_up: Mapping[str, tuple[str, type[Base], str]] = field(default_factory=dict)
    opened: Mapping[str, Callable[[Asked, Any, Mapping[str, Any]], Any]] = field(
        default_factory=dict
    )  # what is sealed, for its owner
    files: Callable[[Asked], Iterable[tuple[str, str]]] | None = None
    leftovers: Callable[[Asked], Iterable[str]] | None = None
    unlocked: Callable[[Asked, str], bytes] | None = None
    aged: tuple[Aged, ...] = ()
    award: bool = False  # whoever has a row here keeps their account, used or not

    @property
    def table(self) -> Table:
        """The table."""
        return self.model.__table__  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Nobody:
    """Tables that speak of no person."""

    tables: frozenset[str]


def nobody(*tables: str) -> Nobody:
    """These tables speak of no person."""
    return Nobody(frozenset(tables))


def held() -> list[Holding]:
    """Every holding, as the composition root gathered them: a table after those that it refers to."""
    return current_app.extensions["lms_holdings"]


def theirs(holding: Holding, side: Side, asked: Asked) -> ColumnElement[bool]:
    """The rows that name this person on this side."""
    column = holding.table.c[side.column]
    if side.through is None:
        return column == side.by(asked)
    model, names = side.through
    key = next(iter(model.__table__.primary_key.columns))  # type: ignore[union-attr]
    return column.in_(select(key).where(model.__table__.c[names] == side.by(asked)))


# --- The desk's own tables --------------------------------------------------------------------------------------------


def _zips(asked: Asked) -> list[str]:
    return [
        f"copies/{copy_id}.zip" for copy_id in db.session.scalars(select(Copy.id).where(Copy.person_id == asked.id))
    ]


HOLDINGS: list[Holding | Nobody] = [
    Holding(
        "privacy",
        Copy,
        (Side("person_id", (Delete(),), ("state", "asked_at", "ready_at", "expires_at", "size")),),
        leftovers=_zips,
    ),
    Holding(
        "privacy",
        Correction,
        (
            Side("person_id", (Delete(),), ("wish", "state", "asked_at", "answer", "answered_at")),
            Side(
                "answered_by",
                (Keep("The answer is the other's: it stands, with who gave it as an id without a name."),),
            ),
        ),
    ),
    Holding(
        "privacy",
        Erasure,
        (
            Side(
                "person_id",
                (Keep("That somebody without a name was erased, and when: the federation must be able to show it."),),
                ("asked_at", "due_at", "called_back_at", "done_at"),
            ),
        ),
    ),
    nobody(RetentionRun.__tablename__),
]
