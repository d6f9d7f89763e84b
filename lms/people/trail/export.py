"""The trail as a file, line by line: as it stands, with ids and hashes and without names, so that it can be checked."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from lms.people.trail import queries
from lms.people.trail.queries import Wanted

COLUMNS = ("number", "at", "actor_id", "action", "subject", "facts", "previous", "hash")
TYPES = {"csv": "text/csv", "jsonl": "application/x-ndjson"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def lines(chain: UUID, wanted: Wanted, form: str) -> Iterator[str]:
    """The lines of a CSV (`form` "csv", with a first line of names) or JSON Lines file, newest entry first."""
    if form == "csv":
        yield _row(COLUMNS)
    with queries.everything(chain, wanted) as entries:
        for entry in entries:
            values = _values(entry)
            yield _row(_cell(one) for one in values.values()) if form == "csv" else json.dumps(values) + "\n"


def _values(entry: Any) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor_id": None if entry.actor_id is None else str(entry.actor_id),
        "action": entry.action,
        "subject": entry.subject,
        "facts": entry.facts,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _cell(value: Any) -> str:
    """As text, and never as a formula to whatever opens it."""
    text = "" if value is None else json.dumps(value, sort_keys=True) if isinstance(value, dict) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _row(cells: Any) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
