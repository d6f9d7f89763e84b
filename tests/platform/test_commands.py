"""`lms audit` and `lms doctor`, on what they are for."""

import json
from pathlib import Path

from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from lms.app import create_app
from lms.cli import main
from lms.db import db
from tests.conftest import settings
from tests.register import seed
from tests.tamper import tamper
from tests.world import World


def run(app: Flask, *words: str) -> tuple[int, str]:
    """Exit code and output of `lms …` on this app."""
    result = CliRunner().invoke(main, words, obj=ScriptInfo(create_app=lambda: app))
    return result.exit_code, result.output


def test_audit_verify_finds_nothing_where_nobody_tampered(app: Flask, world: World) -> None:
    seed.issued(world, world.person("agent"), world.person("registrar"))
    assert run(app, "audit", "verify")[0] == 0


def test_audit_verify_names_what_was_edited_and_exits_with_1(app: Flask, world: World) -> None:
    certificate = seed.issued(world, world.person("agent"), world.person("registrar"))
    tamper(app, "UPDATE audit_entries SET action = 'x'")
    tamper(app, "UPDATE certificates SET serial = '2020-000001'")
    code, said = run(app, "audit", "verify")
    assert code == 1
    assert "edited" in said
    assert str(certificate.id) in said


def test_a_cut_tail_is_seen_against_heads_kept_elsewhere(app: Flask, world: World, tmp_path: Path) -> None:
    seed.issued(world, world.person("agent"), world.person("registrar"))
    code, heads = run(app, "audit", "head")
    assert code == 0
    kept = tmp_path / "heads.json"
    kept.write_text(heads)
    assert run(app, "audit", "verify", "--head", str(kept))[0] == 0
    assert json.loads(heads)
    tamper(app, "DELETE FROM audit_entries")
    tamper(app, "DELETE FROM audit_heads")
    code, said = run(app, "audit", "verify", "--head", str(kept))
    assert code == 1
    assert "missing" in said


def test_doctor_says_what_is_missing(app: Flask) -> None:
    code, said = run(app, "doctor")
    assert code == 1
    assert "lms federation create" in said


def test_doctor_is_content_with_a_whole_install(app: Flask, world: World) -> None:
    app.config["MAIL_URL"] = "console:"
    tamper(app, "UPDATE federations SET second_factor_waived = (1 = 0)")
    code, said = run(app, "doctor")
    assert (code, "✗" in said) == (0, False), said


def test_content_import_says_what_is_wrong_and_imports_nothing(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "course.md").write_text("no front matter")
    code, said = run(app, "content", "import", str(tmp_path))
    assert code == 1
    assert "course.md" in said


def test_a_database_without_tables_gets_a_sentence(tmp_path: Path, blank_database_url: str) -> None:
    app = create_app(settings(tmp_path / "home", blank_database_url) | {"QUEUE_URL": "none:"})
    code, said = run(app, "federation", "list")
    assert code == 1
    assert "Run lms init-db first." in said
    assert "Traceback" not in said
    with app.app_context():
        db.engine.dispose()


def test_a_database_that_is_not_there_gets_a_sentence(tmp_path: Path) -> None:
    app = create_app(
        settings(tmp_path / "home", "postgresql+psycopg://nobody:x@127.0.0.1:1/none") | {"QUEUE_URL": "none:"}
    )
    code, said = run(app, "federation", "list")
    assert code == 1
    assert "whether its server runs" in said
