"""Heads are kept outside the database, and what the database's owner does afterwards is seen against them."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask

from lms import audit, heads, walk
from lms.audit import INSTALL
from lms.db import transaction
from tests.platform.forging import CHAIN, forged, store, stored
from tests.platform.test_commands import run

HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
Files = Callable[[], list[Path]]


def deed(count: int = 3) -> None:
    for _ in range(count):
        with transaction():
            audit.record("deed.done", "thing:1", federation_id=CHAIN, actor_id=None, now=NOW)


@pytest.fixture
def place(app: Flask, tmp_path: Path) -> Path:
    """A second place."""
    app.config["HEADS_URL"] = f"file://{tmp_path / 'second'}"
    return tmp_path / "second"


@pytest.fixture
def lines(app: Flask) -> Callable[[], list[dict[str, Any]]]:
    def found() -> list[dict[str, Any]]:
        files = sorted((app.config["LMS_HOME"] / "heads").glob("*.jsonl"))
        return [json.loads(line) for path in files for line in path.read_text().splitlines()]

    return found


def edit(app: Flask, change: Callable[[list[bytes]], list[bytes]]) -> None:
    (path,) = (app.config["LMS_HOME"] / "heads").glob("*.jsonl")
    path.write_bytes(b"".join(line + b"\n" for line in change(path.read_bytes().splitlines())))


def test_heads_are_kept_once_an_hour_however_many_workers_there_are(app: Flask, lines: Callable[[], list[Any]]) -> None:
    together, kept = Barrier(4), []

    def work() -> None:
        with app.app_context():
            together.wait()
            kept.append(heads.keep(NOW))

    with app.app_context():
        deed()
    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(kept), len(lines())) == ([False, False, False, True], 1)
    with app.app_context():
        assert not heads.keep(NOW + timedelta(minutes=29))
        assert heads.keep(NOW + timedelta(minutes=30))
        assert heads.kept().faults == []
    first, second = lines()
    assert [str(CHAIN), 3, audit_hash(app, 3)] in first["heads"]
    assert [one[1] for one in second["heads"] if one[0] == str(INSTALL)] == [1]


def audit_hash(app: Flask, number: int) -> str:
    return stored(app)[number - 1]["hash"]


@pytest.mark.usefixtures("app")
def test_a_tail_that_was_rewritten_with_its_head_is_named_by_verify_itself(app: Flask) -> None:
    with app.app_context():
        deed()
        heads.keep(NOW)
        deed(2)
        heads.keep(NOW + HOUR)
    rows = stored(app)
    for row in rows[3:]:
        row |= {"subject": "thing:2", "previous": rows[row["number"] - 2]["hash"]}
        row["hash"] = forged(row)
    store(app, [*rows, *stored(app, INSTALL)], (5, rows[-1]["hash"]))
    with app.app_context():
        assert list(walk.Walk(CHAIN)) == []
    code, said = run(app, "audit", "verify")
    assert code == 1
    assert f"{CHAIN} · entry 5 · head" in said
    assert "the last that does is 3" in said


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda lines: [lines[0].replace(b'"thing', b"").replace(b",3,", b",2,"), *lines[1:]], "signature"),
        (lambda lines: [lines[0], lines[2]], "does not follow"),
        (lambda lines: [lines[1], lines[0], lines[2]], "does not follow"),
        (lambda lines: lines[:2], "not kept anywhere"),
        (lambda lines: [], "not kept anywhere"),
        (lambda lines: [lines[0], b"{", lines[2]], "cannot be read"),
        (lambda lines: [lines[0], b"[]", lines[2]], "cannot be read"),
        (lambda lines: [lines[0], b"\xff", lines[2]], "cannot be read"),
    ],
)
def test_what_is_done_to_the_kept_lines_is_named(app: Flask, change: Any, fault: str) -> None:
    with app.app_context():
        deed()
        for hours in range(3):
            heads.keep(NOW + hours * HOUR)
        assert heads.kept().faults == []
        edit(app, change)
        assert any(fault in one for one in heads.kept().faults)


def test_a_line_of_somebody_elses_key_counts_for_nothing(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        deed()
        heads.keep(NOW)
        (key,) = (app.config["LMS_HOME"] / "keys" / "heads").glob("*.pub")
        key.unlink()
        found = heads.kept()
        assert found.heads == {}
        assert "not known here" in found.faults[0]


def test_a_new_key_is_introduced_by_the_one_before_and_old_lines_stay_good(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        deed()
        heads.keep(NOW)
        first = heads.public_pems()[0]
        heads.rotate_key(NOW)
        heads.keep(NOW + HOUR)
        assert heads.kept().faults == []
        assert len(heads.public_pems()) == 2
        assert len(list((app.config["LMS_HOME"] / "keys" / "heads").glob("*.pem"))) == 1
    trusted = tmp_path / "first.pub"
    trusted.write_text(first)
    (kept,) = (app.config["LMS_HOME"] / "heads").glob("*.jsonl")
    code, said = run(app, "audit", "head", "--check", str(kept), "--key", str(trusted))
    assert (code, "3 lines" in said) == (0, True), said


def test_half_a_line_that_a_power_cut_left_is_mended(app: Flask, lines: Callable[[], list[Any]]) -> None:
    with app.app_context():
        heads.keep(NOW)
        (path,) = (app.config["LMS_HOME"] / "heads").glob("*.jsonl")
        with path.open("ab") as file:
            file.write(b'{"at":"2026')
        assert heads.kept().faults == []
        heads.keep(NOW + HOUR)
        assert heads.kept().faults == []
    assert len(lines()) == 2


def test_the_second_place_gets_every_line_and_knows_what_is_gone_here(app: Flask, place: Path) -> None:
    with app.app_context():
        deed()
        place.write_text("not a folder")
        assert heads.keep(NOW)  # the place cannot be written: kept here all the same
        assert not heads.copied()
        place.unlink()
        heads.keep(NOW + HOUR)
        assert heads.copied()
        assert heads.kept().faults == []
        shutil.rmtree(app.config["LMS_HOME"] / "heads")
        found = heads.kept()
    assert [number for number, _hash in found.heads[CHAIN]] == [3, 3]
    assert found.faults == ["second place: it has lines that are not here"]


def test_a_printed_head_is_checked_without_the_database(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        deed()
    code, said = run(app, "audit", "head")
    assert code == 0
    kept = tmp_path / "head.json"
    kept.write_text(said)
    assert run(app, "audit", "head", "--check", str(kept))[0] == 0
    kept.write_text(said.replace(",3,", ",4,"))
    assert run(app, "audit", "head", "--check", str(kept))[0] == 1


def test_keys_are_readable_by_nobody_else(app: Flask) -> None:
    with app.app_context():
        heads.keep(NOW)
    (key,) = (app.config["LMS_HOME"] / "keys" / "heads").glob("*.pem")
    assert key.stat().st_mode & 0o077 == 0


def test_doctor_says_that_heads_are_late(app: Flask) -> None:
    with app.app_context():
        heads.keep(NOW - timedelta(days=9999))
    assert "✗ Heads of the audit trail" in run(app, "doctor")[1]
