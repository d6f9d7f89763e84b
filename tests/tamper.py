"""How somebody with the database in their hands would go round the triggers and foreign keys."""

from typing import Any

from flask import Flask
from sqlalchemy import text

from lms.db import db, writing


def tamper(app: Flask, statement: str, **values: Any) -> int:
    """Run one statement with triggers and foreign keys off, as a database's owner can: how many rows it changed."""
    with app.app_context(), writing(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            changed = connection.execute(text(statement), values).rowcount
            connection.commit()
            return changed
        file: Any = connection.connection.driver_connection
        triggers = file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in triggers:
            file.execute(f"DROP TRIGGER {name}")
        file.execute("PRAGMA foreign_keys = OFF")
        changed = file.execute(statement, values).rowcount
        file.execute("PRAGMA foreign_keys = ON")
        for _name, sql in triggers:
            file.execute(sql)
        return changed
