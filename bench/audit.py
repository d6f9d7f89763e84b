"""How fast `lms audit verify` walks a chain, and in how much memory: `python -m bench.audit [--entries N] [--database URL]`."""

import argparse
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import flask_migrate
from sqlalchemy import insert

from lms import audit, walk
from lms.app import create_app
from lms.db import db, writing

CHAIN = UUID(int=7)
AT_A_TIME = 10_000
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def entries(count: int) -> Any:
    """A sound chain, a few thousand entries at a time."""
    people, previous = [uuid4() for _ in range(1000)], audit.GENESIS
    rows: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        row = {
            "chain": CHAIN, "number": number, "at": BEGAN + timedelta(seconds=number), "actor_id": people[number % 1000],
            "action": "hours.sign", "subject": f"session:{people[number % 999]}", "previous": previous,
            "facts": {"kind": "individual", "minutes": number % 90},
        }  # fmt: skip
        previous = audit.entry_hash(
            str(CHAIN), number, row["at"].isoformat(timespec="microseconds"), str(row["actor_id"]), row["action"],
            row["subject"], row["facts"], previous,
        )  # fmt: skip
        rows.append(row | {"hash": previous})
        if len(rows) == AT_A_TIME or number == count:
            yield rows
            rows = []


def peak() -> int:
    """The most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Fill, walk, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.audit", description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--database", metavar="URL", help="an empty database (default: SQLite in a folder of its own)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        url = given.database or f"sqlite:///{Path(home) / 'lms.db'}"
        app = create_app({"LMS_HOME": home, "DATABASE_URL": url, "QUEUE_URL": "none:", "MAIL_URL": "memory:"})
        with app.app_context():
            flask_migrate.upgrade()
            began, last = time.perf_counter(), {}
            for rows in entries(given.entries):
                with writing(), db.engine.begin() as connection:
                    connection.execute(insert(audit.ENTRIES), rows)
                last = rows[-1]
            with writing(), db.engine.begin() as connection:
                connection.execute(
                    insert(audit.HEADS), {"chain": CHAIN, "number": last["number"], "hash": last["hash"]}
                )
            print(
                f"{given.entries} entries written in {time.perf_counter() - began:.1f} s; {peak()} MiB at most so far"
            )
            began = time.perf_counter()
            faults = list(walk.Walk(CHAIN))
            took = time.perf_counter() - began
            print(
                f"walked in {took:.1f} s: {given.entries / took:,.0f} entries/s, {len(faults)} faults; {peak()} MiB at most"
            )


if __name__ == "__main__":
    main()
