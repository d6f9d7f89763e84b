"""`bench/run`: what each page costs, beside the floor."""

import argparse
import json
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from bench import report
from bench.rows import ROWS, Row
from bench.trial import Options, trial

NAMES = {row.name: row for row in ROWS}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that bench/run and bench/growth share."""
    parser.add_argument("--database", metavar="URL", help="a PostgreSQL server on which two databases may be made for the run (default: SQLite files)")  # fmt: skip
    parser.add_argument("--only", action="append", metavar="NAME", choices=NAMES, help=f"measure only this row; may be repeated: {', '.join(NAMES)}")  # fmt: skip
    parser.add_argument("--seconds", type=int, default=3, metavar="S", help="how long each page is driven each time (default: 3)")  # fmt: skip
    parser.add_argument("--pool", type=int, default=300, metavar="N", help="how often a deed is done each time that can be done once only: start an attempt, submit it, sign a session (default: 300)")  # fmt: skip
    parser.add_argument("--threads", type=int, default=4, metavar="N", help="threads of each gunicorn process; 0: sync workers (default: 4)")  # fmt: skip


def chosen(only: list[str] | None) -> list[Row]:
    """The rows asked for, in the table's order."""
    return [row for row in ROWS if not only or row.name in only]


def teller(quiet: bool) -> Callable[[str], None]:
    """Says what is going on, on one line of the terminal; keeps silent where there is none."""
    if quiet or not sys.stderr.isatty():
        return lambda _words: None
    return lambda words: print(f"\r\x1b[K{words} …", end="", file=sys.stderr, flush=True)


def prepare() -> None:
    """Stop with a sentence when wrk is not there; when told to end, stop the servers first."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed: apt-get install wrk")


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="bench/run", description="What each page costs, beside a bare Flask page with as much data in the same run. docs/speed.md explains the columns.")  # fmt: skip
    parser.add_argument("--scale", type=int, default=1, metavar="N", help="the demonstration's, about 12 people each (default: 1)")  # fmt: skip
    parser.add_argument("--connections", default="1,4,16", metavar="N,…", help="connections at once (default: 1,4,16; the table shows the middle one)")  # fmt: skip
    parser.add_argument(
        "--compare", type=Path, metavar="FILE", help="an earlier run's JSON, to be shown beside this one"
    )
    parser.add_argument("--quiet", action="store_true", help="do not say what is being measured")
    arguments(parser)
    given = parser.parse_args()
    prepare()
    earlier = json.loads(given.compare.read_text()) if given.compare else None
    options = Options(
        scale=given.scale,
        database=given.database,
        seconds=given.seconds,
        connections=tuple(int(number) for number in given.connections.split(",")),
        pool=given.pool,
        threads=given.threads,
    )
    say = teller(given.quiet)
    data = json.loads(json.dumps(trial(options, chosen(given.only), say)))
    say("")
    print(f"\n{report.heading(data)}\n\n{report.table(data, NAMES)}\n\n{report.rates(data, NAMES)}\n")
    if earlier:
        print(f"Beside {given.compare.name} ({earlier['commit']}):\n{report.compared(data, earlier, NAMES)}\n")
    print(f"Kept in {report.write(data)}")


if __name__ == "__main__":
    main()
