"""`bench/growth`: the same figures at several sizes, and how they grow."""

import argparse
import json
import math
from typing import Any

from bench import report
from bench.main import NAMES, arguments, chosen, prepare, teller
from bench.trial import Options, trial

SCALES = "84,840,8400"  # 12 people each: 1,000, 10,000 and 100,000
ALLOWED = 1.2  # times, from the smallest to the largest


def slope(points: list[tuple[float, float]]) -> float:
    """The exponent b of cost = a · people^b, by least squares: 0 does not grow, 1 grows as fast as the people do."""
    logs = [(math.log(x), math.log(y)) for x, y in points if x > 0 and y > 0]
    if len(logs) < 2:
        return math.nan
    mean_x, mean_y = (sum(values) / len(logs) for values in zip(*logs, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread if spread else math.nan


def grown(trials: list[dict[str, Any]]) -> str:
    """A line for each row: CPU ms, in pages of one row, and statements at each size; growth and slope of the former.

    The measure is the floor's page with one row, the same at each size: the floor beside a row would grow with its data.
    """
    lines = [
        (
            "work",
            *(f"{data['people']:,} people: CPU ms (×one row) SQL" for data in trials),
            "growth",
            "slope",
            "verdict",
        )
    ]
    for name in [result["row"] for result in trials[0]["results"]]:
        cells, points, statements = [], [], set()
        for data in trials:
            result = next(result for result in data["results"] if result["row"] == name)
            found = report.figures(result, report.headline(data["options"]["connections"]))
            if result["fault"] or math.isnan(found["ratio"]):
                cells.append(result["fault"] or "")
                continue
            said = "+".join(map(str, result["statements"]))
            cost = found["cpu_ms"] / data["one_row_ms"]
            cells.append(f"{found['cpu_ms']:.2f} ({cost:.2f}) {said}")
            points.append((data["people"], cost))
            statements.add(said)
        growth = points[-1][1] / points[0][1] if len(points) > 1 else math.nan
        grows = [*(["CPU"] if growth > ALLOWED else []), *(["statements"] if len(statements) > 1 else [])]
        loud = any(
            run["others"] > data["options"]["tolerate"]
            for data in trials
            for result in data["results"]
            if result["row"] == name
            for run in (*result["runs"], *result["floor_runs"])
        )
        said = f"grows: {', '.join(grows)}" if grows else "level"
        said = "not judged: others were busy" if loud else said if len(points) > 1 else ""
        lines.append((NAMES[name].title, *cells, f"{growth:.2f} ×", f"{slope(points):+.3f}", said))
    return report.align(lines)


def main() -> None:
    """Measure at each size, print, keep."""
    parser = argparse.ArgumentParser(prog="bench/growth", description="Measures at several sizes and prints how the cost grows, against that of a bare page with one row in the same run. docs/speed.md explains it.")  # fmt: skip
    parser.add_argument("--scales", default=SCALES, metavar="N,…", help=f"of the demonstration, about 12 people each (default: {SCALES})")  # fmt: skip
    parser.add_argument("--connections", type=int, default=4, metavar="N", help="connections at once (default: 4)")
    parser.add_argument("--quiet", action="store_true", help="do not say what is being measured")
    arguments(parser)
    given = parser.parse_args()
    prepare()
    say, trials = teller(given.quiet), []
    for scale in sorted(int(number) for number in given.scales.split(",")):

        def say_scale(words: str, scale: int = scale) -> None:
            say(f"{scale}: {words}")

        options = Options(scale, given.database, given.seconds, (given.connections,), given.pool, given.threads)
        trials.append(json.loads(json.dumps(trial(options, chosen(given.only), say_scale))))
        say("")
        print(
            f"\n{report.heading(trials[-1])}\n\n{report.table(trials[-1], NAMES)}\nKept in {report.write(trials[-1])}"
        )
    print(f"\n{grown(trials)}")


if __name__ == "__main__":
    main()
