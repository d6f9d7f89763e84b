"""The app with its costs written on each answer, for looking at one request at a time. Only when LMS_BENCH=1.

`X-Statements`: SQL statements; beginning and ending a transaction are not counted, on either database.
`X-Rows`: rows that they brought. LMS_BENCH_SQL=FILE: the statements themselves are added to that file.
"""

import os
import sqlite3
from collections import Counter
from contextvars import ContextVar
from typing import Any

from flask import Flask, Response
from sqlalchemy import Engine, event

from lms import config
from lms.app import create_app as create

_costs: ContextVar[Counter[str]] = ContextVar("costs")
_said: ContextVar[list[str]] = ContextVar("said")


def _bring(rows: int) -> None:
    if (costs := _costs.get(None)) is not None:
        costs["rows"] += rows


class CountingCursor(sqlite3.Cursor):
    """SQLite does not say how many rows a SELECT found: they are counted as they are fetched."""

    def fetchall(self) -> list[Any]:
        rows = super().fetchall()
        _bring(len(rows))
        return rows

    def fetchmany(self, size: int | None = None) -> list[Any]:
        rows = super().fetchmany(size or self.arraysize)
        _bring(len(rows))
        return rows

    def fetchone(self) -> Any:
        row = super().fetchone()
        _bring(row is not None)
        return row


class CountingConnection(sqlite3.Connection):
    """A connection whose cursors count."""

    def cursor(self, factory: Any = CountingCursor) -> Any:
        return super().cursor(factory)


def create_app() -> Flask:
    """The app of lms.app, counting. Raises RuntimeError unless LMS_BENCH=1."""
    if os.environ.get("LMS_BENCH") != "1":
        raise RuntimeError("bench.wsgi shows what requests cost: it wants LMS_BENCH=1, and is not for users.")
    options = config.load()["SQLALCHEMY_ENGINE_OPTIONS"]
    if config.load()["DATABASE_URL"].startswith("sqlite"):
        options["connect_args"] |= {"factory": CountingConnection}
    app = create({"SQLALCHEMY_ENGINE_OPTIONS": options})

    @event.listens_for(Engine, "after_cursor_execute")
    def count(_connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        if _costs.get(None) is None or statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            return
        _costs.get()["statements"] += 1
        _said.get().append(statement)
        if not isinstance(cursor, sqlite3.Cursor) and cursor.description:
            _costs.get()["rows"] += max(cursor.rowcount, 0)

    # Outermost: so that what runs after the answer was made (closing the session) is in it as well.
    inner = app.wsgi_app

    def counted(environ: dict[str, Any], start_response: Any) -> Any:
        _costs.set(Counter())
        _said.set([])
        return inner(environ, start_response)

    app.wsgi_app = counted  # type: ignore[method-assign]

    @app.after_request
    def show(response: Response) -> Response:
        costs = _costs.get()
        response.headers["X-Statements"] = str(costs["statements"])
        response.headers["X-Rows"] = str(costs["rows"])
        if os.environ.get("LMS_BENCH_SQL"):
            with open(os.environ["LMS_BENCH_SQL"], "a", encoding="utf-8") as out:
                out.write("\n".join(["---", *_said.get(), ""]))
        return response

    return app
