import json
import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from certificates.documents import operations as documents
from certificates.register import operations, queries
from certificates.register.cli import certificates
from certificates.register.models import Certificate
from lms.people.models import Person
from tests.register.seed import act, approved, issued, load, many_approved, quiet_jobs
from tests.world import World


@pytest.fixture
def world(app: Flask) -> World:
    quiet_jobs(app)
    return World(app)


def email(world: World, person_id: UUID) -> str:
    with world.database() as session:
        return session.get_one(Person, person_id).email


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(certificates, list(arguments))


def test_what_is_due_is_listed_and_then_issued_once(app: Flask, world: World) -> None:
    registrar = email(world, world.person("registrar"))
    approved(world, world.person("agent"), name="Noa Prieto")
    approved(world, world.person("agent"), name="Samuel Ortega")
    due = run(app, "due", "--federation", "here")
    assert due.exit_code == 0
    assert "Noa Prieto" in due.output
    assert len(json.loads(run(app, "due", "--federation", "here", "--json").output)) == 2
    answer = run(app, "issue", "--federation", "here", "--by", registrar)
    assert (answer.exit_code, answer.stdout.splitlines()[-1]) == (0, "2 issued.")
    assert "0 issued." in run(app, "issue", "--federation", "here", "--by", registrar).stdout
    listed = json.loads(run(app, "list", "--json").stdout)
    assert [row["name"] for row in listed] == ["Noa Prieto", "Samuel Ortega"]
    assert {row["status"] for row in listed} == {"in-force"}
    assert "Noa Prieto" in run(app, "list", "--federation", "here").output
    assert json.loads(run(app, "list", "--federation", "elsewhere", "--json").stdout) == []


def test_what_could_not_be_issued_is_named_with_exit_code_1(app: Flask, world: World) -> None:
    registrar = world.person("registrar")
    theirs = approved(world, world.person("agent"), parties=(registrar,))
    answer = run(app, "issue", "--federation", "here", "--by", email(world, registrar))
    assert answer.exit_code == 1
    assert f"Not issued: dossier {theirs}: issued-by-party." in answer.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["due"], "Say which federation"),
        (["due", "--federation", "nowhere"], "There is no federation 'nowhere'. There are: elsewhere, here."),
        (["issue", "--federation", "here", "--by", "nobody@demo.test"], "not a registrar of here"),
        (["issue", "--federation", "here"], "Missing option '--by'"),
        (["verify", "/nowhere.pdf"], "does not exist"),
    ],
)
def test_a_wrong_command_says_what_is_wrong_with_exit_code_2(
    app: Flask, world: World, arguments: list[str], words: str
) -> None:
    answer = run(app, *arguments)
    assert (answer.exit_code, words in answer.output) == (2, True)


def test_a_registrar_of_another_federation_does_not_issue_here(app: Flask, world: World) -> None:
    approved(world, world.person("agent"))
    abroad = email(world, world.person("registrar", federation=world.elsewhere))
    assert run(app, "issue", "--federation", "here", "--by", abroad).exit_code == 2


def test_a_file_is_ours_byte_for_byte_or_it_is_not(app: Flask, world: World, tmp_path: Path) -> None:
    registrar = world.person("registrar")
    certificate = issued(world, world.person("agent"), registrar, now=datetime.now(UTC))
    with world.database():
        content = documents.pdf(load(world, certificate.id))
    file = tmp_path / f"certificado-{certificate.serial}.pdf"
    file.write_bytes(content)
    answer = run(app, "verify", str(file))
    assert answer.exit_code == 0
    assert certificate.serial in answer.output
    assert "in-force" in answer.output
    act(world, operations.revoke, certificate.id, registrar)
    answer = run(app, "verify", str(file))
    assert (answer.exit_code, "revoked" in answer.output) == (1, True)
    file.write_bytes(content.replace(b"%PDF-1.7", b"%PDF-1.6"))
    answer = run(app, "verify", str(file))
    assert answer.exit_code == 2
    assert "changed copy" in answer.output


def test_a_bulk_issue_killed_with_signal_9_ends_with_one_of_each(
    app: Flask, world: World, database_url: str, tmp_path: Path
) -> None:
    registrar = world.person("registrar")
    many_approved(world, 500)
    environment: dict[str, Any] = {
        **os.environ,
        "DATABASE_URL": database_url,
        "LMS_HOME": str(tmp_path),
        "QUEUE_URL": "none:",
        "MAIL_URL": "console:",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    program = (
        "from flask.cli import FlaskGroup; from lms.app import create_app;"
        "from certificates.register.cli import certificates;"
        "main = FlaskGroup(create_app=create_app); main.add_command(certificates); main()"
    )
    command = [sys.executable, "-W", "ignore", "-c", program]
    arguments = ["certificates", "issue", "--federation", "here", "--by", email(world, registrar)]
    with subprocess.Popen(
        [*command, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        while process.poll() is None and _count(world) < 5:
            pass
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    done = _count(world)
    assert 5 <= done < 500
    again = subprocess.run([*command, *arguments], env=environment, check=True, capture_output=True, text=True)
    assert re.search(rf"^{500 - done} issued\.$", again.stdout, re.MULTILINE)
    with world.database() as session:
        serials = session.scalars(select(Certificate.serial).order_by(Certificate.serial)).all()
        assert [int(serial[-6:]) for serial in serials] == list(range(1, 501))
        assert queries.contradictions(world.here) == []


def _count(world: World) -> int:
    with world.database() as session:
        return session.scalar(select(func.count(Certificate.id))) or 0
