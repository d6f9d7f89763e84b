"""wrk, driven through chains of requests by drive.lua; every answer's status and content are checked."""

import signal
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_suffix(".lua")
BOUNDARY = "----bench0123456789"
LONGEST = 300  # seconds for chains that are done once


class Broken(RuntimeError):
    """wrk did not do what it was asked."""


@dataclass(frozen=True, slots=True)
class Step:
    """A request, and what its answer must be. `{found}` in `path` is what an earlier step's `capture` found.

    `capture` is a Lua pattern with one group, looked for in the Location of the answer. `writes` is how many rows it adds
    (0: it reads); the floor's page does as much. A step that `picks` keeps the first choice of each question of the sheet that
    it gets: in the body of a later one they stand for `{form}` or `{parts}` (multipart).
    """

    path: str
    method: str = "GET"
    cookie: str | None = None
    body: str | None = None
    type: str | None = None
    script: bool = False  # sent by the page's script, not by its button
    status: int = 200
    holds: tuple[str, ...] = ()
    capture: str | None = None
    writes: int = 0
    picks: bool = False


Chain = Sequence[Step]


@dataclass(frozen=True, slots=True)
class Drive:
    """What wrk saw."""

    answered: int
    bad: int  # answers of another status or without what they must hold
    lost: int  # requests without an answer, and errors of the connection
    body_bytes: int
    seconds: float  # from the first request to the last answer
    p50: float  # ms
    p95: float  # ms
    sample: str  # the first bad answer


def _lua(value: object) -> str:
    if isinstance(value, tuple):
        return "{" + ",".join(_lua(item) for item in value) + "}"
    if isinstance(value, str):
        return '"' + "".join(f"\\{byte:03d}" if _odd(byte) else chr(byte) for byte in value.encode()) + '"'
    return str(value).lower() if isinstance(value, bool) else str(value)


def _odd(byte: int) -> bool:
    return not 32 <= byte < 127 or chr(byte) in '"\\'


def _table(step: Step) -> str:
    fields = (f"{name}={_lua(value)}" for name, value in asdict(step).items() if value is not None)
    return "{" + ",".join(fields) + "}"


def write(chains: Sequence[Chain], path: Path) -> None:
    """The chains as a Lua file; each in a function of its own, since Lua limits the constants of one."""
    with path.open("w", encoding="ascii") as out:
        out.write("local c = {}\n")
        for chain in chains:
            steps = ",".join(_table(step) for step in chain)
            out.write(f"c[#c + 1] = (function() return {{{steps}}} end)()\n")
        out.write("return c\n")


def drive(port: int, chains: Sequence[Chain], *, connections: int, seconds: float, once: bool, folder: Path) -> Drive:
    """Drive the server at `port`: round and round for `seconds`, or each chain `once`."""
    data = folder / "chains.lua"
    write(chains, data)
    connections = min(connections, len(chains))
    command = [
        "wrk", "--threads", str(connections), "--connections", str(connections),
        "--duration", f"{LONGEST if once else max(1, round(seconds))}s", "--timeout", "30s", "--latency",
        "--script", str(SCRIPT), f"http://127.0.0.1:{port}/",
        "--", str(data), str(connections), "once" if once else "cycle", f"--{BOUNDARY}",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace") as wrk:
        said: list[str] = []
        listener = threading.Thread(target=_listen, args=(wrk, connections, said))
        listener.start()
        out = wrk.stdout.read() if wrk.stdout else ""
        listener.join()
    return _result(out, said)


def _listen(wrk: subprocess.Popen[str], connections: int, said: list[str]) -> None:
    """End wrk when all its threads have done their chains: by itself it would sleep until its time is over."""
    finished = 0
    for line in wrk.stderr or ():
        if line == "finished\n":
            finished += 1
            if finished == connections:
                wrk.send_signal(signal.SIGINT)
        else:
            said.append(line)


def _result(out: str, said: list[str]) -> Drive:
    found = dict(line.split(" ", 1) for line in out.splitlines() if line.startswith(("RESULT ", "SAMPLE ")))
    if "RESULT" not in found:
        raise Broken(f"wrk: {''.join(said)}\n{out}")
    answered, bad, lost, body_bytes, errors, seconds, p50, p95 = (float(word) for word in found["RESULT"].split())
    return Drive(
        int(answered), int(bad), int(lost + errors), int(body_bytes), seconds, p50, p95, found.get("SAMPLE", "").strip()
    )
