"""CPU time of processes, from /proc: of a server and all its children, and of everybody else on the machine."""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")  # seconds
CORES = os.cpu_count() or 1
KERNEL = 2  # kthreadd: flushes our commits to disk; no other process of anybody's


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds between two looks."""

    seconds: float  # on the clock
    servers: float  # of the processes measured
    others: float  # of processes that are not of this benchmark, as a share of all cores (0–1)


def _processes() -> dict[int, tuple[int, int]]:
    """Every process: {pid: (parent, ticks of itself and of its children that have ended)}."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with suppress(OSError, ValueError):  # ended meanwhile
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            found[int(folder.name)] = (int(fields[1]), sum(int(ticks) for ticks in fields[11:15]))
    return found


def _tree(processes: dict[int, tuple[int, int]], roots: Iterable[int]) -> set[int]:
    children: dict[int, list[int]] = {}
    for pid, (parent, _ticks) in processes.items():
        children.setdefault(parent, []).append(pid)
    seen, todo = set(), [pid for pid in roots if pid in processes]
    while todo:
        pid = todo.pop()
        if pid not in seen:
            seen.add(pid)
            todo += children.get(pid, [])
    return seen


def _busy() -> int:
    """Ticks that any process has used on any core since the machine started."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()
    return sum(int(fields[column]) for column in (1, 2, 3))  # user, nice, system


class Meter:
    """Measures from its making until `read()`. `servers`: roots of what counts; `ours`: roots that nobody else's are."""

    def __init__(self, servers: Iterable[int], ours: Iterable[int]) -> None:
        self._servers = tuple(servers)
        self._ours = (*self._servers, *ours, os.getpid(), KERNEL)
        self._began = self._look()

    def _look(self) -> tuple[float, int, int, int]:
        processes = _processes()
        servers = sum(processes[pid][1] for pid in _tree(processes, self._servers))
        ours = sum(processes[pid][1] for pid in _tree(processes, self._ours))
        return time.monotonic(), servers, ours, _busy()

    def read(self) -> Usage:
        """What was used since."""
        ended = self._look()
        seconds, servers, ours, busy = (after - before for before, after in zip(self._began, ended, strict=True))
        others = max(0.0, (busy - ours) * TICK)
        return Usage(seconds, servers * TICK, others / (seconds * CORES) if seconds else 0.0)


def memory(root: int) -> int:
    """Bytes of memory of a process and its children; pages that they share count once."""
    total = 0
    for pid in _tree(_processes(), [root]):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total


def parent(pid: int) -> int | None:
    """The parent of a process on this machine; None if there is no such process."""
    found = _processes().get(pid)
    return found[0] if found else None
