"""The database: the declarative base, the session, and the one place where a transaction is committed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from math import inf
from time import monotonic
from typing import Any
from uuid import UUID

import psycopg
from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import TransactionStatus
from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, Uuid, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import Pool
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC: timestamptz on PostgreSQL, ISO text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table's parent. Constraints are named by convention, so that a refusal can tell which one spoke."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {UUID: Uuid(), datetime: Moment(), dict[str, Any]: JSON(), list[Any]: JSON()}


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})

RESTED = 5.0  # seconds
_writing: ContextVar[bool] = ContextVar("writing", default=False)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if type(connection).__module__.partition(".")[0] != "sqlite3":
        return
    connection.isolation_level = None  # the driver's own BEGIN is deferred and would lose updates
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Pool, "checkin")
def _note_leaving(_driver: Any, record: Any) -> None:
    record.info["left_at"] = monotonic()


@event.listens_for(Pool, "checkout")
def _ask_if_alive(driver: Any, record: Any, _proxy: Any) -> None:
    """A connection that has rested is asked whether its server is still there; one just used is believed."""
    if not isinstance(driver, psycopg.Connection) or monotonic() - record.info.get("left_at", inf) < RESTED:
        return
    try:
        driver.execute("SELECT 1")
        driver.rollback()
    except psycopg.OperationalError:
        raise InvalidatePoolError from None  # the others have rested on the same server


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    """A reader begins as a reader, on either database: PostgreSQL then refuses a write that has no `transaction()`."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
    else:
        connection.connection.dbapi_connection.read_only = not _writing.get()


@event.listens_for(Engine, "rollback")
def _end_reading(connection: Any) -> None:
    """A reader on PostgreSQL ends with COMMIT, which is the same to it: at a ROLLBACK psycopg throws away every statement
    that it has prepared, and each page would have all of its own planned anew."""
    if connection.dialect.name == "sqlite":
        return
    driver = connection.connection.dbapi_connection
    if driver.read_only and driver.info.transaction_status == TransactionStatus.INTRANS:
        driver.commit()


@contextmanager
def transaction() -> Iterator[Session]:
    """Everything inside is committed together, or nothing is.

    Load what is to be changed inside: what was read before is forgotten, so that decisions rest on locked or fresh rows.
    What `after_commit` was given runs once the commit has succeeded.
    """
    session = db.session()
    _forget(session)  # closes the request's reading snapshot
    token = begin_writing()
    try:
        yield session
        session.commit()
    except BaseException:
        _forget(session)
        raise
    finally:
        end_writing(token)
    _run_waiting(session)


def commit() -> None:
    """Commit by hand, for Flask-Security's views, which hold their transaction open across several calls of ours."""
    session = db.session()
    session.commit()
    _run_waiting(session)


def begin_writing() -> Token[bool]:
    """From now on this context's transactions begin as writers; give the token to `end_writing`."""
    return _writing.set(True)


def end_writing(token: Token[bool]) -> None:
    """Back to what it was."""
    _writing.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions that begin inside begin as writers: for migrations and benchmarks. Everything else has `transaction()`."""
    token = begin_writing()
    try:
        yield
    finally:
        end_writing(token)


def _run_waiting(session: Session) -> None:
    for call in session.info.pop("after_commit", []):
        call()


def _forget(session: Session) -> None:
    """Roll back, and drop what waited for the commit: calls and audit entries."""
    session.info.pop("after_commit", None)
    session.info.pop("audit", None)
    session.rollback()


def insert_once(model: type[Base], values: dict[str, Any]) -> bool:
    """INSERT … ON CONFLICT DO NOTHING on either database: True if the row is new."""
    session = db.session()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Without preserve_rowcount, PostgreSQL's answer may be -1 for tables with defaults on this side.
    statement = insert(model).values(**values).on_conflict_do_nothing()
    result: Any = session.execute(statement, execution_options={"preserve_rowcount": True})
    return result.rowcount == 1


def after_commit(call: Callable[[], Any]) -> None:
    """Run `call` when the present transaction has been committed; forget it if it is rolled back."""
    db.session().info.setdefault("after_commit", []).append(call)
