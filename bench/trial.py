"""One trial: the servers are started, each row is measured in turn with the floor, and everything is stopped again."""

import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench import database, floor, probe
from bench.drive import Broken, Chain, Drive, Step, drive
from bench.measure import Meter, memory
from bench.rows import Row
from bench.server import CHECKOUT, Process, Server
from bench.town import Town

OUT = Path(__file__).parent / "out"
REPEATS = 3
QUIET = 0.05  # share of the machine that others may take
WARM_UP = 2  # seconds
WORKER_RESTS_WITHIN = 120  # seconds
SMALLEST = 16  # chains, so that 16 connections have one each


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for. `pool`: how many times a row that uses something up is done in each run."""

    scale: int = 1
    database: str | None = None
    seconds: int = 3
    connections: tuple[int, ...] = (1, 4, 16)
    pool: int = 300
    threads: int = 4
    tolerate: float = QUIET


@dataclass(slots=True)
class Run:
    """One drive, with what it cost: CPU ms of the servers for each chain (a page, or a whole quiz), and apart from these
    what the worker needed for what they left to it (on PostgreSQL, with the database's part of that once they had answered)."""

    connections: int
    rate: float  # chains a second
    p50: float
    p95: float
    cpu_ms: float
    others: float
    bad: int
    sample: str
    worker_ms: float = 0.0


@dataclass(slots=True)
class Result:
    """What was found out about a row."""

    row: str
    title: str
    fault: str | None = None
    statements: list[int] = field(default_factory=list)  # for each request of the chain
    body_bytes: int = 0
    rows: int = 0
    runs: list[Run] = field(default_factory=list)
    floor_runs: list[Run] = field(default_factory=list)  # one beside each of `runs`

    def at(self, connections: int) -> list[tuple[Run, Run]]:
        """The runs at so many connections, each with the floor's beside it."""
        return [pair for pair in zip(self.runs, self.floor_runs, strict=True) if pair[0].connections == connections]


class Stage:
    """The servers, up and warm."""

    def __init__(self, options: Options, town: Town, floor_url: str, folder: Path) -> None:
        self.options, self.town, self.floor_url, self.folder = options, town, floor_url, folder
        env = town.env
        common = {"folder": folder, "threads": options.threads}
        self.app = Server("app", "lms.wsgi:app", env, workers=2, **common)
        self.probe = Server("probe", "bench.wsgi:create_app()", env | {"LMS_BENCH": "1"}, workers=1, **common)
        self.floor = Server("floor", "bench.floor:create_app()", env | {"FLOOR_URL": floor_url}, workers=2, **common)
        self.worker = Process("worker", [str(CHECKOUT / ".venv/bin/lms"), "worker"], env, folder)
        self.processes: list[Process] = [self.app, self.probe, self.floor, self.worker]

    def wait(self) -> None:
        """Return when all servers answer."""
        self.app.wait("/healthz")
        self.probe.wait("/healthz")
        self.floor.wait("/bare")

    def stop(self) -> None:
        """Stop them all."""
        for process in self.processes:
            process.stop()


@contextmanager
def staged(options: Options) -> Iterator[tuple[Stage, database.Databases]]:
    """A populated database and the servers on it, in a folder beside the results (so: on the same disk as the checkout)."""
    OUT.mkdir(exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="home-", dir=OUT)))
        databases = stack.enter_context(database.fresh(options.database, folder))
        env = {
            "LMS_HOME": str(folder),
            "DATABASE_URL": databases.app,
            "PASSWORD_COST": "cheap",
            "TRUSTED_PROXIES": "1",
            "MAIL_URL": f"file://{folder}/mail",
        }
        town = Town(env, options.scale, options.pool, folder)
        floor.make(databases.floor)
        stage = Stage(options, town, databases.floor, folder)
        stack.callback(stage.stop)
        stage.wait()
        yield stage, databases


class Measurer:
    """Measures rows on a stage."""

    def __init__(self, stage: Stage, roots: Sequence[int]) -> None:
        self._stage, self._roots = stage, tuple(roots)

    def measure(self, row: Row, say: Callable[[str], Any]) -> Result:
        """Look at a row once, then drive it and the floor in turn, three times at each number of connections."""
        result = Result(row.name, row.title)
        options, town = self._stage.options, self._stage.town
        count = max(SMALLEST, round(options.pool * row.share))
        chains = row.chains(town, count)
        if not chains:
            result.fault = "not there yet"
            return result
        probe.look(self._stage.probe.port, chains[0])  # what is loaded once only
        seen = probe.look(self._stage.probe.port, chains[-1])
        result.statements = [one.statements for one in seen]
        result.body_bytes, result.rows = sum(one.body_bytes for one in seen), sum(one.rows for one in seen)
        result.fault = next((one.fault for one in seen if one.fault), None)
        if result.fault:
            return result
        beside = self._beside(row, seen)
        try:
            self._run(row.chains(town, SMALLEST) if row.once else chains, beside, 4, row.once, warm_up=True)
            for repeat in range(REPEATS):
                for connections in options.connections:
                    chains = row.chains(town, count) if row.once else chains
                    say(f"{row.title}: {repeat + 1}/{REPEATS}, {connections} connections")
                    run, floor_run = self._run(chains, beside, connections, row.once)
                    result.runs.append(run)
                    result.floor_runs.append(floor_run)
        except Broken as broken:
            result.fault = str(broken)
        return result

    def one_row(self) -> float:
        """CPU ms of the floor's page with one row: how fast this machine is."""
        floor.fill(self._stage.floor_url, {"one-row": (1, 200)})
        chains, servers = [(Step("/page/one-row"),)] * SMALLEST, (self._stage.floor.pid, *self._roots)
        self._drive(self._stage.floor, servers, chains, 4, 1, False)
        runs = [self._drive(self._stage.floor, servers, chains, 4, 1, False) for _ in range(REPEATS)]
        return median([run.cpu_ms for run in runs])

    def _beside(self, row: Row, seen: Sequence[probe.Seen]) -> Chain:
        """The floor's chain: for each request a page with as many rows and bytes, or an INSERT of as many rows."""
        pages, steps = {}, []
        for number, one in enumerate(seen):
            if one.step.writes:
                steps.append(Step(f"/insert/{one.step.writes}", "POST", holds=("kept",)))
            else:
                name = f"{row.name}-{number}"
                pages[name] = (max(1, one.rows), one.body_bytes)
                steps.append(Step(f"/page/{name}", holds=(name, "</html>")))
        floor.fill(self._stage.floor_url, pages)
        return steps

    def _run(
        self, chains: Sequence[Chain], beside: Chain, connections: int, once: bool, *, warm_up: bool = False
    ) -> tuple[Run, Run]:
        stage, seconds = self._stage, WARM_UP if warm_up else self._stage.options.seconds
        app = (stage.app.pid, *self._roots)
        return (
            self._drive(stage.app, app, chains, connections, seconds, once, worker=stage.worker.pid),
            self._drive(stage.floor, (stage.floor.pid, *self._roots), [beside] * SMALLEST, connections, seconds, False),
        )

    def _drive(
        self,
        server: Server,
        servers: Sequence[int],
        chains: Sequence[Chain],
        connections: int,
        seconds: int,
        once: bool,
        worker: int | None = None,
    ) -> Run:
        working = Meter((*servers, worker) if worker else servers, self._roots)
        # The worker is ours, though it is not what is driven here.
        meter = Meter(servers, (*self._roots, *([worker] if worker else ())))
        done: Drive = drive(
            server.port, chains, connections=connections, seconds=seconds, once=once, folder=self._stage.folder
        )
        usage = meter.read()
        if worker and chains[0][0].writes and not self._stage.town.at_rest(WORKER_RESTS_WITHIN):
            raise Broken("the worker did not do all that was left to it")
        left_over = working.read().servers - usage.servers if worker else 0.0
        if not server.alive():
            raise Broken(f"{server.name} died.\n{server.last_words()}")
        if not done.answered:
            raise Broken(f"{server.name} answered nothing. {done.sample}")
        count = done.answered / len(chains[0])
        return Run(
            connections,
            count / done.seconds if done.seconds > 0 else 0.0,
            done.p50,
            done.p95,
            usage.servers * 1000 / count,
            usage.others,
            done.bad + done.lost,
            done.sample[:600],
            max(0.0, left_over) * 1000 / count,
        )


def trial(options: Options, rows: Sequence[Row], say: Callable[[str], Any]) -> dict[str, Any]:
    """Measure `rows`, as plain data for JSON."""
    say("seeding")
    with staged(options) as (stage, databases):
        measurer = Measurer(stage, databases.roots)
        at_first, one_row = memory(stage.app.pid), measurer.one_row()
        results, without_pdf = [], at_first
        for row in rows:
            if not row.name.startswith("pdf"):
                results.append(measurer.measure(row, say))
                without_pdf = memory(stage.app.pid)
        results += [measurer.measure(row, say) for row in rows if row.name.startswith("pdf")]
        lesson = next((row for row in rows if row.name == "lesson"), None)
        chains = lesson.chains(stage.town, 1) if lesson else []
        return {
            "database": databases.kind,
            "warning": databases.warning,
            "people": stage.town.people,
            "options": {name: value for name, value in asdict(options).items() if name != "database"},
            "memory": {"at_first": at_first, "without_pdf": without_pdf, "at_last": memory(stage.app.pid)},
            "one_row_ms": one_row,
            "first_view": probe.first_view(stage.probe.port, chains[0][0]) if chains else None,
            "results": [asdict(result) for result in results],
        }


def median(values: Sequence[float]) -> float:
    """The middle one; not a number when there is none."""
    return statistics.median(values) if values else float("nan")
