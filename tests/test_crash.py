"""`kill -9` at any moment: what was acknowledged is there, what was not is wholly absent, and nothing is done twice."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from courses.mentoring.models import MentoringSession, Pairing
from lms import audit, walk
from lms.audit import AuditEntry
from lms.db import transaction
from lms.ids import new_key
from tests.world import NOW, Browser, World

ROOT = Path(__file__).parent.parent


def environment(app: Flask, home: Path) -> dict[str, str]:
    """A process of its own on the test's database."""
    return os.environ | {
        "LMS_HOME": str(home),
        "DATABASE_URL": app.config["DATABASE_URL"],
        "SECRET_KEY": app.config["SECRET_KEY"],
        "QUEUE_URL": "none:",
        "MAIL_URL": "memory:",
    }


def lms(app: Flask, home: Path, *words: str) -> subprocess.Popen[str]:
    """`lms …` in a process of its own."""
    command = [sys.executable, "-c", "from lms.cli import main; main()", *words]
    return subprocess.Popen(command, cwd=ROOT, env=environment(app, home), stdout=subprocess.PIPE, text=True)


def halting(app: Flask, home: Path, code: str, *words: str) -> subprocess.Popen[str]:
    """A process of its own that runs `code`, says how far it is and waits to be told to go on."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", code, *words]
    return subprocess.Popen(command, cwd=ROOT, env=environment(app, home), stdin=pipe, stdout=pipe, text=True)


def said(process: subprocess.Popen[str]) -> str:
    """The next line of what a process says; "" when it has ended."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


@contextmanager
def server(app: Flask, home: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The app as people run it; ready when it says where it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with lms(app, home, "run", "--port", str(port)) as process:
        assert process.stdout is not None
        assert "listens" in process.stdout.readline()
        try:
            yield process, port
        finally:
            process.kill()


def cookie(browser: Browser) -> str:
    """The session of a browser, as a header."""
    found = browser.client.get_cookie(browser.client.application.config["SESSION_COOKIE_NAME"])
    assert found is not None
    return f"{found.key}={found.value}"


def pairing(world: World) -> tuple[UUID, UUID]:
    """An agent and the pairing they have with a senior."""
    agent, senior = world.person("agent"), world.person("senior")
    with world.database(), transaction() as session:
        made = Pairing(
            federation_id=world.here,
            person_id=agent,
            mentor_id=senior,
            since=NOW - timedelta(days=3000),
            made_by=senior,
        )
        session.add(made)
        session.flush()
        return agent, made.id


@pytest.mark.parametrize("enough", [1, 12])
def test_what_was_acknowledged_outlives_the_process(world: World, tmp_path: Path, enough: int) -> None:
    agent, pairing_id = pairing(world)
    browser = world.browser(agent)
    acknowledged: list[int] = []
    refused: list[str] = []
    reached = Event()

    def log_sessions(port: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        stop.callback(connection.close)
        headers = {"Cookie": cookie(browser), "Content-Type": "application/x-www-form-urlencoded"}
        for number in range(2000):
            form = {
                "csrf_token": browser.token, "once": new_key(), "pairing_id": str(pairing_id), "kind": "individual",
                "format": "video", "day": (NOW - timedelta(days=number + 1)).date().isoformat(), "time": "10:00",
                "minutes": "60", "note": "",
            }  # fmt: skip
            try:
                connection.request("POST", "/mentoring/sessions/new", urlencode(form), headers)
                answer = connection.getresponse()
                body = answer.read().decode()
            except (OSError, HTTPException):
                break
            if answer.status != 302:
                refused.append(body)
                break
            acknowledged.append(number)
            if len(acknowledged) == enough:
                reached.set()
        reached.set()

    with ExitStack() as stop, server(world.app, tmp_path / "home") as (process, port):
        worker = Thread(target=log_sessions, args=(port,))
        worker.start()
        assert reached.wait(60)
        process.send_signal(signal.SIGKILL)  # while the worker goes on sending
        worker.join()
    assert not refused, refused
    assert len(acknowledged) >= enough
    with world.database() as session:
        logged = session.scalar(select(func.count()).select_from(MentoringSession))
        noted = session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "hours.log"))
    # One more may have been committed whose answer was cut off.
    assert logged in (len(acknowledged), len(acknowledged) + 1)
    assert noted == logged
    assert whole(world) == []


def whole(world: World) -> list[walk.Finding]:
    with world.database():
        return list(audit.verify(world.here))
