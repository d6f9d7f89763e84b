"""Readers read, writers write, and a connection whose server went away is not handed to anybody."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lms import db as database
from lms.db import db, transaction

POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


@POSTGRESQL
def test_a_write_outside_a_transaction_of_ours_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(DBAPIError, match="read-only"):
        db.session.execute(text("UPDATE people SET name = 'x'"))


@POSTGRESQL
def test_a_reader_keeps_what_was_prepared_and_a_writer_can_follow_it(app: Flask) -> None:
    with app.app_context():
        for _ in range(8):  # psycopg prepares what it has seen five times
            db.session.execute(text("SELECT count(*) FROM people"))
            db.session.rollback()
        prepared = db.session.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
        with transaction() as session:
            session.execute(text("UPDATE people SET name = name"))
    assert prepared


@POSTGRESQL
def test_a_rested_connection_whose_server_went_away_is_replaced(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "RESTED", 0.0)
    with app.app_context(), db.engine.connect() as killer:
        pid = text("SELECT pg_backend_pid()")
        lost = db.session.scalar(pid)
        db.session.remove()
        killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": lost})
        assert db.session.scalar(pid) != lost
