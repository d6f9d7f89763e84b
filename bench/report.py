"""What was measured, as a table and as JSON, judged against what we aim at."""

import json
import math
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import peers
from bench.rows import Row
from bench.server import CHECKOUT
from bench.trial import OUT, median

HEAD = (
    "work",
    "req/s",
    "p50 ms",
    "p95 ms",
    "CPU ms",
    "floor",
    "×floor",
    "aim",
    "+worker",
    "×floor",
    "SQL",
    "kB",
    "÷Moodle",
    "aim",
    "verdict",
)


LEAST_WORK = 0.05  # ms: less is what a worker needs to look whether there is something to do


def headline(connections: list[int]) -> int:
    """The number of connections whose CPU is shown: the middle one."""
    return sorted(connections)[len(connections) // 2]


def figures(result: dict[str, Any], connections: int) -> dict[str, float]:
    """Medians of the runs at so many connections; `ratio` is the median of each run's ratio to the floor beside it."""
    pairs = [
        (run, beside)
        for run, beside in zip(result["runs"], result["floor_runs"], strict=True)
        if run["connections"] == connections
    ]
    found = {name: median([run[name] for run, _ in pairs]) for name in ("rate", "p50", "p95", "cpu_ms")}
    found["floor_ms"] = median([beside["cpu_ms"] for _, beside in pairs])
    found["ratio"] = median([run["cpu_ms"] / beside["cpu_ms"] for run, beside in pairs if beside["cpu_ms"]])
    # What was left to the worker; none in runs from before it was counted apart.
    found["worker_ms"] = median([run.get("worker_ms", 0.0) for run, _ in pairs])
    found["ratio_in_all"] = median(
        [(run["cpu_ms"] + run.get("worker_ms", 0.0)) / beside["cpu_ms"] for run, beside in pairs if beside["cpu_ms"]]
    )
    return found


def verdict(result: dict[str, Any], row: Row, connections: int, tolerate: float, machine: float) -> str:
    """`good`; what it misses; or why it cannot be judged."""
    if result["fault"]:
        return result["fault"].splitlines()[0][:90]
    runs = [*result["runs"], *result["floor_runs"]]
    if wrong := sum(run["bad"] for run in runs):
        sample = next((run["sample"] for run in runs if run["sample"]), "")
        return f"wrong: {wrong} answers; {sample[:90]}"
    found = figures(result, connections)
    misses = []
    if row.aim.floor and found["ratio"] > row.aim.floor:
        misses.append("floor")
    if row.peer and row.aim.peer and row.peer.low * machine / found["cpu_ms"] < row.aim.peer:
        misses.append("Moodle")
    if row.aim.statements and max(result["statements"]) > row.aim.statements:
        misses.append("statements")
    loudest = max(run["others"] for run in runs)
    if loudest > tolerate:  # it may not be called good, nor bad
        return f"not judged: others took {loudest:.0%}" + (f" (misses: {', '.join(misses)})" if misses else "")
    return f"misses: {', '.join(misses)}" if misses else "good"


def machine(data: dict[str, Any]) -> float:
    """CPU that this machine needs for what takes 1 on the one where the peers were measured."""
    return data["one_row_ms"] / peers.FLOOR_THERE[data["database"].split()[0]]


def _number(value: float | None, digits: int = 1) -> str:
    return "" if value is None or math.isnan(value) else f"{value:,.{digits}f}"


def table(data: dict[str, Any], rows: dict[str, Row]) -> str:
    """The table of a trial."""
    connections = headline(data["options"]["connections"])
    lines: list[tuple[str, ...]] = [HEAD]
    for result in data["results"]:
        row, found = rows[result["row"]], figures(result, connections)
        peer = row.peer.low * machine(data) / found["cpu_ms"] if row.peer else None
        statements = "+".join(str(count) for count in result["statements"])
        lines.append(
            (
                row.title,
                _number(found["rate"], 0),
                _number(found["p50"]),
                _number(found["p95"]),
                _number(found["cpu_ms"], 2),
                _number(found["floor_ms"], 2),
                _number(found["ratio"], 2),
                _number(row.aim.floor),
                *(
                    (_number(found["worker_ms"], 2), _number(found["ratio_in_all"], 2))
                    if found["worker_ms"] >= LEAST_WORK
                    else ("", "")
                ),
                statements,
                _number(result["body_bytes"] / 1000),
                _number(peer, 0),
                _number(row.aim.peer, 0),
                verdict(result, row, connections, data["options"]["tolerate"], machine(data)),
            )
        )
    return align(lines)


def rates(data: dict[str, Any], rows: dict[str, Row]) -> str:
    """Requests a second and waiting times at each number of connections, the floor's rate beside them."""
    lines: list[tuple[str, ...]] = [
        ("work", *(f"{n} at once: req/s (floor) p50 p95" for n in data["options"]["connections"]))
    ]
    for result in data["results"]:
        if result["fault"]:
            continue
        cells = []
        for connections in data["options"]["connections"]:
            found = figures(result, connections)
            beside = median([run["rate"] for run in result["floor_runs"] if run["connections"] == connections])
            cells.append(f"{found['rate']:,.0f} ({beside:,.0f}) {found['p50']:.1f} {found['p95']:.1f}")
        lines.append((rows[result["row"]].title, *cells))
    return align(lines)


def align(lines: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    last = len(widths) - 1
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in (0, last) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def heading(data: dict[str, Any]) -> str:
    """What was measured, in a paragraph."""
    connections = headline(data["options"]["connections"])
    lines = [
        f"{data['database']}, {data['people']:,} people (scale {data['options']['scale']}), 2 processes, "
        f"{data['memory']['at_first'] / 1e6:.0f} MB in all at first, {data['memory']['without_pdf'] / 1e6:.0f} MB after all "
        f"pages (aim ≤ 150), {data['memory']['at_last'] / 1e6:.0f} MB where they made PDFs too, which is otherwise the worker's"
        + (f"; a lesson's first view {data['first_view'] / 1000:.0f} kB (aim ≤ 100)" if data["first_view"] else ""),
        f"Medians of three runs of {data['options']['seconds']} s at {connections} connections, in turn with the floor: "
        "a bare Flask page with as many rows and bytes, or an INSERT + COMMIT.",
    ]
    lines.append(
        f"The floor's page with one row costs {data['one_row_ms']:.2f} ms here: this machine needs {machine(data):.2f} of the CPU of "
        "the one where Moodle was measured, and Moodle's figures are scaled by that."
    )
    if data["warning"]:
        lines.append(f"About the database: {data['warning']}.")
    return "\n".join(lines)


def compared(data: dict[str, Any], earlier: dict[str, Any], rows: dict[str, Row]) -> str:
    """This run beside an earlier one: ratios to the floor, which speak even when the machine was another or busier."""
    lines: list[tuple[str, ...]] = [("work", "×floor then", "now", "CPU ms then", "now", "SQL then", "now")]
    before = {result["row"]: result for result in earlier["results"]}
    for result in data["results"]:
        old = before.get(result["row"])
        if old is None:
            continue
        was = figures(old, headline(earlier["options"]["connections"]))
        now = figures(result, headline(data["options"]["connections"]))
        lines.append(
            (
                rows[result["row"]].title,
                _number(was["ratio"], 2),
                _number(now["ratio"], 2),
                _number(was["cpu_ms"], 2),
                _number(now["cpu_ms"], 2),
                "+".join(map(str, old["statements"])),
                "+".join(map(str, result["statements"])),
            )
        )
    return align(lines)


def write(data: dict[str, Any]) -> Path:
    """Keep a trial as JSON; where."""
    now = datetime.now(UTC)
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=CHECKOUT, capture_output=True, text=True
    ).stdout.strip()
    kind = data["database"].split()[0].lower()
    path = OUT / f"{now:%Y%m%d-%H%M%S}-{kind}-scale{data['options']['scale']}.json"
    path.write_text(json.dumps({"made": now.isoformat(), "commit": commit} | data, indent=1) + "\n")
    return path
