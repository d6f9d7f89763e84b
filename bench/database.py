"""Where a run keeps its data: files of its own, or databases of its own on a PostgreSQL server; gone at the end."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from bench.measure import parent


@dataclass(frozen=True, slots=True)
class Databases:
    """One for the app, one for the floor. `roots`: processes whose CPU is the database's (none for SQLite)."""

    app: str
    floor: str
    kind: str
    roots: tuple[int, ...] = ()
    warning: str | None = None


@contextmanager
def fresh(url: str | None, folder: Path) -> Iterator[Databases]:
    """Two empty databases: SQLite files in `folder`, or on the server that `url` names (as somebody who may create them)."""
    if url is None or url.startswith("sqlite"):
        yield Databases(f"sqlite:///{folder}/app.db", f"sqlite:///{folder}/floor.db", "SQLite")
        return
    server = make_url(url)
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    names = [f"bench_{secrets.token_hex(4)}_{what}" for what in ("app", "floor")]
    urls = [server.set(database=name).render_as_string(hide_password=False) for name in names]
    with psycopg.connect(plain, autocommit=True) as connection:
        settings = {name: _setting(connection, name) for name in ("server_version", "fsync", "synchronous_commit")}
        safe = settings["fsync"] == settings["synchronous_commit"] == "on"
        postmaster = parent(connection.info.backend_pid)
        warnings = (
            [] if safe else ["it does not flush commits to disk (bin/postgres start --durable makes one that does)"]
        )
        if postmaster is None:
            warnings.append("it runs elsewhere, so its CPU is not counted")
        for name in names:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield Databases(
                urls[0],
                urls[1],
                f"PostgreSQL {settings['server_version'].split()[0]}",
                (postmaster,) if postmaster else (),
                "; ".join(warnings) or None,
            )
        finally:
            for name in names:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _setting(connection: psycopg.Connection, name: str) -> str:
    found = connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(name))).fetchone()
    return str(found[0]) if found else ""
