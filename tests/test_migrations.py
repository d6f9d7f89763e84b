"""Migrations go up, down and up, on both databases, and a full demonstration keeps its rows."""

from pathlib import Path

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, text

from lms import clock, demo
from lms.app import create_app
from lms.db import db
from tests.conftest import settings


def counts() -> dict[str, int]:
    """Rows of each table but Alembic's own."""
    with db.engine.connect() as connection:
        tables = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in sorted(tables)}


def triggers() -> int:
    """How many triggers of ours there are."""
    kind = db.engine.dialect.name
    statement = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
    }[kind]
    with db.engine.connect() as connection:
        return connection.execute(text(statement)).scalar_one()


def blank(tmp_path: Path, url: str) -> Flask:
    """An app on a database without tables."""
    return create_app(settings(tmp_path / "home", url) | {"QUEUE_URL": "none:"})


def test_every_migration_goes_up_down_and_up(tmp_path: Path, blank_database_url: str) -> None:
    with blank(tmp_path, blank_database_url).app_context():
        flask_migrate.upgrade()
        tables, guards = sorted(counts()), triggers()
        flask_migrate.downgrade(revision="base")
        assert (counts(), triggers()) == ({}, 0)
        flask_migrate.upgrade()
        assert (sorted(counts()), triggers()) == (tables, guards)
        flask_migrate.check()
        db.engine.dispose()


def test_a_full_demonstration_keeps_its_rows_through_every_step_that_has_tables(
    tmp_path: Path, blank_database_url: str
) -> None:
    with blank(tmp_path, blank_database_url).app_context():
        flask_migrate.upgrade()
        demo.fill("a-password-of-the-demo", 2, clock.now())
        before, guards = counts(), triggers()
        db.session.remove()
        assert min(before[name] for name in ("certificates", "attempts", "hours_entries", "audit_entries")) > 0
        flask_migrate.downgrade(revision="0001")
        first = counts()  # the tables of the first migration, and no other
        assert first == {name: before[name] for name in first}
        flask_migrate.upgrade()
        assert triggers() == guards
        assert {name: counts()[name] for name in first} == first
        db.engine.dispose()
