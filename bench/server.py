"""gunicorn, started as users would start it, and stopped again."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
STARTS_WITHIN = 300  # seconds: the machine may be busy, which is said elsewhere
STOPS_WITHIN = 15  # seconds


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A child of ours, with its output in a file."""

    def __init__(self, name: str, command: list[str], env: dict[str, str], folder: Path) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as log:
            self._child = subprocess.Popen(
                command, cwd=CHECKOUT, env=os.environ | env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.pid = self._child.pid

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._child.poll() is None

    def last_words(self) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-25:])

    def stop(self) -> None:
        """End it, kindly at first."""
        if not self.alive():
            return
        self._child.send_signal(signal.SIGTERM)
        try:
            self._child.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


class Server(Process):
    """A WSGI app under gunicorn: `app` as "module:factory()"."""

    def __init__(self, name: str, app: str, env: dict[str, str], folder: Path, *, workers: int, threads: int) -> None:
        self.port = free_port()
        kind = ["--worker-class", "gthread", "--threads", str(threads)] if threads else ["--worker-class", "sync"]
        command = [
            sys.executable, "-m", "gunicorn", "--preload", "--bind", f"127.0.0.1:{self.port}", "--workers", str(workers),
            *kind, "--log-level", "warning", app,
        ]  # fmt: skip
        super().__init__(name, command, env, folder)

    def wait(self, path: str) -> None:
        """Return when `path` answers with 200. Raises RuntimeError with the end of the log when it does not."""
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self.alive():
            with suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not start.\n{self.last_words()}")
