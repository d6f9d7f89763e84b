"""The database: the declarative base, the session, and the one place where a transaction is committed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, Uuid, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session
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

_writing: ContextVar[bool] = ContextVar("writing", default=False)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if type(connection).__module__.partition(".")[0] != "sqlite3":
        return
    connection.isolation_level = None  # the driver's own BEGIN is deferred and would lose updates
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


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
