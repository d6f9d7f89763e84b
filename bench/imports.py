"""`bench/imports`: what it takes to read and to invite a list of people: seconds, statements, memory at its highest."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.database import fresh

SIZES = "2000,20000"
SLUG = "bench"

# What a process of its own does: it imports a file and says what that took. Memory: the highest of the process (VmHWM),
# reset once the app stands, so that what is measured is the work.
WORK = """
import json, sys, time, tracemalloc
from pathlib import Path
from lms.app import create_app
from lms import clock
from lms.db import transaction
from lms.people import queries
from lms.people.imports import operations, rehearsal
from tests.statements import counted
from uuid import uuid4

def highest():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024

app = create_app({"QUEUE_URL": "none:"})
with app.app_context():
    federation = queries.federation_named(sys.argv[2])
    import openpyxl
    Path("/proc/self/clear_refs").write_text("5")
    base, began, cpu = highest(), time.perf_counter(), time.process_time()
    id_, now = uuid4(), clock.now()
    with open(sys.argv[1], "rb") as file:
        digest, _size = rehearsal.take(id_, file)
    judgement = rehearsal.judge(id_, rehearsal.importer(federation.id, None, now), role="", locale="es", now=now)
    assert judgement.findings == 0, judgement
    read = time.perf_counter()
    with transaction():
        operations.keep(id_, federation.id, by=None, digest=digest, role="", locale="es", now=now, judgement=judgement)
        operations.queue(id_, mail=True, now=now)
    with counted() as statements:
        invited = operations.carry_out(id_, now=now)
    done = time.perf_counter()
    print(json.dumps({"invited": invited, "read": read - began, "write": done - read, "cpu": time.process_time() - cpu,
                      "statements": len(statements), "base": base, "highest": highest()}))
"""


def people(count: int, mark: str) -> Iterator[list[str]]:
    """Rows of people who do not exist."""
    yield ["nombre", "correo", "papel", "idioma"]
    for n in range(count):
        yield [f"Persona Número {n}", f"persona.{n}.{mark}@ejemplo.demo.test", "agente", "español"]


def written(path: Path, count: int) -> Path:
    """A list of this size as CSV or as a workbook."""
    rows = people(count, f"{path.suffix[1:]}{count}")
    if path.suffix == ".csv":
        path.write_text("".join(";".join(row) + "\r\n" for row in rows), encoding="cp1252")
        return path
    from xlsxwriter import Workbook

    book = Workbook(path, {"strings_to_urls": False})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def run(environment: dict[str, str], *words: str) -> str:
    """A process of its own; what it printed."""
    return subprocess.run(
        [sys.executable, "-c", *words], env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def table(results: list[dict[str, Any]]) -> str:
    """A line for each list."""
    lines = [
        f"{'list':16}{'read s':>8}{'invite s':>10}{'all s':>8}{'CPU s':>8}{'SQL':>6}{'MB before':>11}{'highest':>9}{'more':>7}"
    ]
    lines += [
        f"{one['what']:16}{one['read']:8.1f}{one['write']:10.1f}{one['read'] + one['write']:8.1f}{one['cpu']:8.1f}"
        f"{one['statements']:6}{one['base']:11.1f}{one['highest']:9.1f}{one['highest'] - one['base']:7.1f}"
        for one in results
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure each size, as CSV and as a workbook, on SQLite or on the server that --database names."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--database", help="a PostgreSQL server, e.g. $(bin/postgres url --durable)")
    parser.add_argument("--sizes", default=SIZES, help=f"people, separated by commas ({SIZES})")
    given = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory(prefix="imports-", dir=Path(__file__).parent) as name:
        folder = Path(name)
        with fresh(given.database, folder) as databases:
            environment = os.environ | {
                "LMS_HOME": str(folder / "home"), "DATABASE_URL": databases.app, "MAIL_URL": "memory:",
            }  # fmt: skip
            cli = "from lms.cli import main; main()"
            run(environment, cli, "init-db")
            run(environment, cli, "federation", "create", SLUG, "Bench", "--admin", "a@demo.test", "--admin-name", "A")
            for suffix in (".csv", ".xlsx"):
                for count in map(int, given.sizes.split(",")):
                    path = written(folder / f"people{count}{suffix}", count)
                    result = json.loads(run(environment, WORK, str(path), SLUG))
                    assert result["invited"] == count
                    results.append({"what": f"{count:,} {suffix[1:]}", **result})
                    print(table(results[-1:]).splitlines()[1], file=sys.stderr)
    print(table(results))


if __name__ == "__main__":
    main()
