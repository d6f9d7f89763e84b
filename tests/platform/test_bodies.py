"""A body of any claimed size is refused before it fills memory or disk, by the servers as they are run."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import urlopen

import pytest
from flask import Flask
from werkzeug.routing import Rule

from lms.limits import LARGEST_BODY
from tests.browser.site import listen

CHECKOUT = Path(__file__).parent.parent.parent
COMMANDS = {
    "waitress": ["-c", "from lms.cli import main; main()", "run", "--port", "{port}"],
    "gunicorn": [
        "-m",
        "gunicorn",
        "--preload",
        "--workers",
        "1",
        "--threads",
        "8",
        "--bind",
        "127.0.0.1:{port}",
        "lms.wsgi:app",
    ],
}
VALUES = {"uuid": "00000000-0000-0000-0000-000000000001", "int": "1"}
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


class Running:
    """A server of its own process, and raw conversations with it."""

    def __init__(self, kind: str, home: Path, database_url: str) -> None:
        with listen() as free:
            self.port = free.getsockname()[1]
        words = [word.format(port=self.port) for word in COMMANDS[kind]]
        settings = {"LMS_HOME": str(home), "DATABASE_URL": database_url, "QUEUE_URL": "none:", "MAIL_URL": "memory:"}
        self.process = subprocess.Popen(
            [sys.executable, *words], env=os.environ | settings | {"PYTHONPATH": str(CHECKOUT)}, cwd=CHECKOUT,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        """Both say where they listen; from then on a connection waits for them, and not we."""
        said = self.process.stdout
        assert said is not None
        assert any("listen" in line.lower() for line in said), "it ended without listening"
        self._reader = Thread(target=said.read)  # what it says later must not fill the pipe
        self._reader.start()
        with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=60):
            pass

    def connection(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def memory(self) -> int:
        """Bytes that its processes hold."""
        found = 0
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(folder.name) == self.process.pid or int(stat[1]) == self.process.pid:
                    found += int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            except OSError:
                continue  # it has ended meanwhile
        return found

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        self._reader.join(20)
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture(params=COMMANDS)
def server(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[Running]:
    running = Running(request.param, tmp_path / "home", database_url)
    yield running
    running.close()


@pytest.fixture
def addresses(make_app: Callable[..., Flask]) -> list[str]:
    """An address of every route that takes a POST."""
    rules = [rule for rule in make_app().url_map.iter_rules() if "POST" in (rule.methods or ())]
    return sorted({_filled(rule) for rule in rules})


def _filled(rule: Rule) -> str:
    def fill(match: re.Match[str]) -> str:
        kind = match[1] or ""
        return re.findall(r"[\w-]+", kind)[1] if kind.startswith("any(") else VALUES.get(kind.partition("(")[0], "x")

    return re.sub(r"<(?:([^:>]+):)?[^>]+>", fill, rule.rule)


def head(path: str, *more: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/x-www-form-urlencoded", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def status(connection: socket.socket) -> int:
    """The status of the answer; 0 where the connection was closed without one."""
    try:
        answer = connection.recv(4096)
    except ConnectionError:
        return 0
    return int(answer.split()[1]) if answer else 0


def test_every_route_refuses_a_body_of_a_terabyte_at_its_claim(server: Running, addresses: list[str]) -> None:
    assert len(addresses) > 50
    with closing(server.connection()) as connection:  # what is loaded at the first answer of this kind
        connection.sendall(head("/login", "Content-Length: 1000000000000"))
        assert status(connection) == 413
    before = server.memory()
    answers: dict[str, Any] = {}
    for path in addresses:
        with closing(server.connection()) as connection:
            connection.sendall(head(path, "Content-Length: 1000000000000") + b"a=" + b"x" * 1000)
            answers[path] = status(connection)
    assert {path: code for path, code in answers.items() if code != 413} == {}
    assert server.memory() - before < 50_000_000


@pytest.mark.parametrize("path", ["/login", "/people/imports"])
def test_a_body_in_chunks_without_end_is_cut_off(server: Running, path: str) -> None:
    before, sent = server.memory(), 0
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    code = 0
    with closing(server.connection()) as connection:
        connection.sendall(head(path, "Transfer-Encoding: chunked"))
        try:
            while sent < 4 * LARGEST_BODY:
                connection.sendall(chunk)
                sent += len(chunk)
        except (ConnectionError, TimeoutError):
            pass
        code = status(connection)
    assert code in (0, 302, 400, 413)  # 302: who is not signed in is sent to the door before anything is read
    assert sent < 4 * LARGEST_BODY
    assert server.memory() - before < 2 * LARGEST_BODY + 50_000_000
    with urlopen(f"http://127.0.0.1:{server.port}/healthz", timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("server", ["waitress"], indirect=True)
def test_bodies_that_come_a_byte_at_a_time_keep_nobody_waiting(server: Running) -> None:
    slow = [server.connection() for _ in range(100)]
    for connection in slow:
        connection.sendall(head("/login", "Content-Length: 1000") + b"a")
    with urlopen(f"http://127.0.0.1:{server.port}/healthz", timeout=5) as answer:
        assert answer.status == 200
    for connection in slow:
        connection.close()
