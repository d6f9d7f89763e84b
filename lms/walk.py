"""Walking the audit chains: each fault is found and named, in constant memory and in one snapshot of the database.

Rows are read as the database keeps them, not as the models understand them: whoever forges one need not write a date that
is a date or JSON that is JSON, and such a row is a finding, never an error.
"""

import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from lms.audit import GENESIS, INSTALL, entry_hash
from lms.db import db

Head = tuple[int, str]  # number and hash of an entry
AT_A_TIME = 2_000

# The same columns in the same form from both: ids and moments as the text that the hash covers.
ROWS = {
    "sqlite": "SELECT number, at, actor_id, action, subject, facts, previous, hash FROM audit_entries "
    "WHERE chain = :chain AND number > :after ORDER BY number",
    "postgresql": "SELECT number, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"'), "
    "actor_id::text, action, subject, facts::text, previous, hash FROM audit_entries "
    "WHERE chain = CAST(:chain AS uuid) AND number > :after ORDER BY number",
}
HEAD = {
    "sqlite": "SELECT number, hash FROM audit_heads WHERE chain = :chain",
    "postgresql": "SELECT number, hash FROM audit_heads WHERE chain = CAST(:chain AS uuid)",
}
# The next chain in the order of ids: as many steps as there are chains, however many entries they have.
NEXT = {
    "sqlite": "SELECT chain FROM {table} WHERE chain > :last ORDER BY chain LIMIT 1",
    "postgresql": "SELECT chain::text FROM {table} WHERE chain > CAST(:last AS uuid) ORDER BY chain LIMIT 1",
}
FIRST = "SELECT {chain} FROM {table} ORDER BY chain LIMIT 1"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a walk found wrong, and where."""

    chain: UUID
    number: int
    fault: str  # edited | missing | inserted | reordered | cut | head | unreadable
    detail: str


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection of its own that sees one moment of the database, whatever is appended meanwhile."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


class Walk:
    """One reading of a chain: iterate over it for its findings; afterwards `number` and `hash` say how far it came.

    `kept` are heads exported earlier, which must lie on the chain. `after` is an entry that an earlier walk reached: what
    lies before it is not read again.
    """

    def __init__(self, chain: UUID, kept: Iterable[Head] = (), after: Head = (0, GENESIS)) -> None:
        self.chain = chain
        self.number, self.hash = self._began = after
        self._agreed, self._differs = after[0], False  # the last kept head that lay on the chain; whether one did not
        self._kept: dict[int, set[str]] = {}
        for number, digest in kept:
            if number > after[0]:
                self._kept.setdefault(number, set()).add(digest)

    def __iter__(self) -> Iterator[Finding]:
        return self.steps()

    def steps(self) -> Generator[Finding]:
        """The findings as they come; close it to stop before the end."""
        with snapshot() as connection:
            kind = connection.dialect.name
            key = {"chain": self.chain.hex if kind == "sqlite" else str(self.chain)}
            head = connection.execute(text(HEAD[kind]), key).one_or_none()
            try:
                rows = connection.execute(
                    text(ROWS[kind]), key | {"after": self._began[0]}, execution_options={"yield_per": AT_A_TIME}
                )
                with closing(rows):
                    for row in rows:
                        yield from self._entry(row, kind)
            except DBAPIError:
                yield self._finding(self.number + 1, "unreadable", "the database cannot read the entries from here on")
                return
        yield from self._end(head)

    def _entry(self, row: Any, kind: str) -> Iterator[Finding]:
        number, previous, digest = row[0], row[6], row[7]
        expected = self.number + 1
        if not isinstance(number, int) or number < expected:
            yield self._finding(expected, "inserted", f"an entry with the number {str(number)[:20]}")
            return
        if number != expected:
            yield self._finding(expected, "missing", f"{expected}–{number - 1}")
        elif previous != self.hash:
            yield self._finding(number, "reordered", f"does not follow entry {number - 1}: one of the two was replaced")
        if digest != _counted_again(str(self.chain), row, kind):
            yield self._finding(number, "edited", f"{str(row[3])[:60]} {str(row[4])[:60]}")
        if number in self._kept:
            if self._kept.pop(number) == {digest}:
                self._agreed = number
            elif not self._differs:
                self._differs = True
                yield self._head_finding(number)
        self.number, self.hash = number, digest

    def _end(self, head: Any) -> Iterator[Finding]:
        number, digest = tuple(head) if head else (0, GENESIS)
        if (number, digest) != (self.number, self.hash):
            said = f"its head says {number}" if head else "its head is missing"
            first = number if number == self.number else min(number, self.number) + 1
            yield self._finding(first, "cut", f"the chain ends at {self.number}, {said}")
        beyond = [number for number in self._kept if number > self.number]
        if beyond and not self._differs:
            yield self._head_finding(min(beyond))

    def _head_finding(self, number: int) -> Finding:
        since = f"the last that does is {self._agreed}" if self._agreed else "nor does an earlier one"
        return self._finding(number, "head", f"the head kept elsewhere does not lie on this chain; {since}")

    def _finding(self, number: int, fault: str, detail: str) -> Finding:
        return Finding(self.chain, number, fault, detail)


def _counted_again(chain: str, row: Any, kind: str) -> str | None:
    """The hash of an entry as it stands; None for what no entry of ours can be."""
    number, at, actor, action, subject, facts, previous, _digest = row
    try:
        if kind == "sqlite":
            at = f"{at[:10]}T{at[11:]}+00:00" if at[10] == " " else ""
            actor = actor if actor is None else _dashed(actor)
        return entry_hash(chain, number, at, actor or "", action, subject, json.loads(facts), previous)
    except (ValueError, TypeError, IndexError, RecursionError):
        return None


def _dashed(digits: str) -> str:
    """An id as it is written; SQLite keeps it without dashes."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def chains() -> list[UUID]:
    """Every chain that has entries or a head."""
    return [found for found in map(_readable, _chains()) if found is not None]


def verify_all(kept: Mapping[UUID, Iterable[Head]]) -> Iterator[Finding]:
    """Walk every chain, those too of which only a kept head remains, and name entries that lie on no chain at all."""
    there = chains()
    for chain in there:
        yield from Walk(chain, kept.get(chain, ()))
    for chain in sorted(set(kept) - set(there)):
        yield Finding(chain, 1, "missing", "the whole chain")
    for stray in _chains():
        if _readable(stray) is None:
            yield Finding(INSTALL, 0, "inserted", f"entries on a chain that is none: {stray[:40]}")


def _chains() -> list[str]:
    """As the database has them."""
    found: set[str] = set()
    with snapshot() as connection:
        kind = connection.dialect.name
        for table in ("audit_entries", "audit_heads"):
            first = FIRST.format(chain="chain" if kind == "sqlite" else "chain::text", table=table)
            chain = connection.scalar(text(first))
            while chain is not None:
                found.add(str(chain))
                chain = connection.scalar(text(NEXT[kind].format(table=table)), {"last": chain})
    return sorted(found)


def _readable(chain: str) -> UUID | None:
    try:
        found = UUID(chain)
    except ValueError:
        return None
    return found if chain in (found.hex, str(found)) else None
