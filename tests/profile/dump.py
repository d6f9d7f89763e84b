"""What somebody reads who has a copy of the database."""

from flask import Flask
from sqlalchemy import inspect, text

from lms.db import db


def everything_in(app: Flask) -> bytes:
    """The bytes of the SQLite file with its log, or every row of every table as PostgreSQL copies it out."""
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            file = connection.execute(text("PRAGMA database_list")).one()[2]
            found = b""
            for suffix in ("", "-wal"):
                with open(f"{file}{suffix}", "rb") as content:
                    found += content.read()
            return found
        cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
        parts: list[bytes] = []
        for table in inspect(connection).get_table_names():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copied:
                parts += [bytes(row) for row in copied]
        return b"\n".join(parts)
