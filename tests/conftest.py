"""What every test stands on: a migrated, empty database of each kind, and the app on it.

A test that asks for `app` runs once on SQLite and once on PostgreSQL. Making an app and migrating a database are slow, so
each pytest worker does both once per kind of database, and afterwards empties what a test has written: a few milliseconds.

Other fixtures (people, signed-in clients, the SMTP sink, the browser): tests/world.py.
"""

import gc
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import flask_migrate
import psycopg
import pytest
from flask import Flask
from psycopg import errors, sql
from sqlalchemy import URL, make_url

from lms import config
from lms.app import create_app
from lms.db import db
from lms.limits import limiter
from tests import deeds
from tests.world import World

# The app, its mappers and templates stay for the whole run: looking through them again and again took an eighth of the time.
gc.set_threshold(50_000, 50, 50)

# Tests mean the same on every machine, whatever is set for the app that its owner runs.
for name in config.SETTINGS:
    os.environ.pop(name, None)

DATABASES = os.environ.get("TEST_DATABASES", "sqlite postgresql").split()
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)[:12]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def pytest_configure() -> None:
    """A test of a database that is not there is an error, never skipped in silence."""
    if "postgresql" in DATABASES and not os.environ.get("TEST_POSTGRES_URL"):
        raise pytest.UsageError("TEST_POSTGRES_URL is not set. Run bin/test, or bin/test --sqlite for SQLite alone.")


def settings(home: Path, database_url: str) -> dict[str, Any]:
    """What tests set differently from the defaults."""
    return {
        "TESTING": True,
        "LMS_HOME": home,
        "DATABASE_URL": database_url,
        "SECRET_KEY": "only-for-tests-" * 3,
        "WTF_CSRF_ENABLED": True,
        "MAIL_URL": "memory:",
        "QUEUE_URL": "immediate:",  # jobs run right after the commit
        "PASSWORD_COST": "cheap",
    }


def migrate(home: Path, database_url: str) -> None:
    """Bring a database to the newest version, as `lms db upgrade` does."""
    app = create_app(settings(home, database_url))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


class Database(Protocol):
    """A migrated database of one pytest worker. It is empty when a test begins."""

    url: str

    def empty(self) -> None:
        """Remove every row; raise if a test has left something open that is in the way."""
        ...

    def blank(self) -> str:
        """The address of a new database without a single table."""
        ...

    def close(self) -> None: ...


class SQLite:
    """One file, which is replaced by a copy of the migrated, empty one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._migrated = folder / "migrated.db"
        self._live = folder / "live.db"
        self.url = f"sqlite:///{self._live}"
        migrate(folder / "home", f"sqlite:///{self._migrated}")
        self.empty()

    def empty(self) -> None:
        # A new file, not new content: a connection that a test forgot keeps the old one and disturbs nobody.
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._live}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self._migrated, self._live)

    def blank(self) -> str:
        return f"sqlite:///{self._folder / uuid.uuid4().hex}.db"

    def close(self) -> None:
        pass  # pytest removes the folder


class PostgreSQL:
    """One database in the cluster that TEST_POSTGRES_URL names, dropped at the end of the run.

    Rows are deleted with triggers and foreign keys off, and only where there are any: with 80 tables that took 8 ms,
    where TRUNCATE of them all took 170 ms.
    """

    def __init__(self, folder: Path) -> None:
        self._server = make_url(os.environ["TEST_POSTGRES_URL"])
        self._made: list[str] = []
        url = self._make(f"test_{RUN}_{WORKER}")
        self.url = url.render_as_string(hide_password=False)
        migrate(folder / "home", self.url)
        self._connection = psycopg.connect(_plain(url), autocommit=True)
        self._connection.execute("SET lock_timeout = '5s'")
        tables = self._connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        ).fetchall()
        self._filled = sql.SQL(" UNION ALL ").join(
            sql.SQL("(SELECT {} FROM {} LIMIT 1)").format(sql.Literal(table), sql.Identifier(table))
            for (table,) in tables
        )
        if filled := self._filled_tables():
            raise RuntimeError(
                f"Migrations filled {', '.join(filled)}, which tests would empty: fill it in operations."
            )

    def _filled_tables(self) -> list[str]:
        return [table for (table,) in self._connection.execute(self._filled).fetchall()]

    def empty(self) -> None:
        try:
            self._delete()
        except errors.LockNotAvailable:
            self._connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            self._delete()
            pytest.fail("This test left a transaction open, which held on to rows.")

    def _delete(self) -> None:
        filled = self._filled_tables()
        sequences = self._connection.execute(
            "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
        ).fetchall()
        with self._connection.transaction():
            self._connection.execute("SET LOCAL session_replication_role = replica")
            for table in filled:
                self._connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            for (sequence,) in sequences:
                self._connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(sequence)))

    def blank(self) -> str:
        return self._make(f"test_{RUN}_{WORKER}_{len(self._made)}").render_as_string(hide_password=False)

    def _make(self, name: str) -> URL:
        with psycopg.connect(_plain(self._server), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        self._made.append(name)
        return self._server.set(database=name)

    def close(self) -> None:
        self._connection.close()
        with psycopg.connect(_plain(self._server), autocommit=True) as connection:
            for name in self._made:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def _databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Database]]:
    """This worker's database of each kind, made when first asked for."""
    made: dict[str, Database] = {}

    def get(kind: str) -> Database:
        if kind not in made:
            folder = tmp_path_factory.mktemp(kind)
            made[kind] = SQLite(folder) if kind == "sqlite" else PostgreSQL(folder)
        return made[kind]

    yield get
    for database in made.values():
        database.close()


@pytest.fixture(scope="session")
def _apps(_databases: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Flask]:
    """This worker's app on each kind of database, made when first asked for."""
    made: dict[str, Flask] = {}

    def get(kind: str) -> Flask:
        if kind not in made:
            made[kind] = create_app(settings(tmp_path_factory.mktemp("home"), _databases(kind).url))
        return made[kind]

    return get


@pytest.fixture(params=DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`: whoever asks runs once on each."""
    return request.param


@pytest.fixture
def database_url(database_kind: str, _databases: Callable[[str], Database]) -> Iterator[str]:
    """The address of a migrated, empty database; what the test writes into it is gone afterwards."""
    database = _databases(database_kind)
    yield database.url
    database.empty()


@pytest.fixture
def blank_database_url(database_kind: str, _databases: Callable[[str], Database]) -> str:
    """The address of a new database without tables, for tests of the migrations themselves."""
    return _databases(database_kind).blank()


@pytest.fixture
def app(database_kind: str, database_url: str, _apps: Callable[[str], Flask]) -> Iterator[Flask]:
    """The app on an empty database, as it was made: what a test changes in its settings, files or limits is undone.

    The app outlives the test. A test that adds routes or needs settings from the start takes `make_app`.
    """
    app = _apps(database_kind)
    before = dict(app.config), dict(app.extensions)
    yield app
    app.config.clear()
    app.config.update(before[0])
    app.extensions.clear()
    app.extensions.update(before[1])
    limiter.reset()
    _let_go(app)
    for path in Path(app.config["LMS_HOME"]).rglob("*"):
        if not path.is_dir():
            path.unlink()


@pytest.fixture(autouse=True)
def unnoted() -> Iterator[list[str]]:
    """Whatever a test asks of the app: what was changed stands in the audit trail (tests/deeds.py)."""
    with deeds.watched() as found:
        yield found
    assert not found, (
        f"Changed without an entry in the audit trail: {sorted(set(found))}. Record the deed, or name it in tests/deeds.py."
    )


@pytest.fixture
def world(app: Flask) -> World:
    """Two federations on the app, and whoever the test asks for."""
    return World(app)


@pytest.fixture
def make_app(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Makes an app of the test's own on the empty database: `make_app(SESSION_HOURS="1")`."""
    made: list[Flask] = []

    def make(**overrides: Any) -> Flask:
        made.append(create_app(settings(tmp_path / "home", database_url) | overrides))
        return made[-1]

    yield make
    for app in made:
        _let_go(app)


def _let_go(app: Flask) -> None:
    """Close the app's connections to the database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
