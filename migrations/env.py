"""Alembic's environment: online only, on the app's own engine, in one transaction."""

from typing import Any

from alembic import context
from flask import current_app

from lms.db import db, writing
from lms.tables import Base


def include(_object: Any, name: str | None, type_: str, *_more: Any) -> bool:
    """Compare only what is ours."""
    return type_ != "table" or name in Base.metadata.tables


with writing(), db.engine.connect() as connection:
    arguments = current_app.extensions["migrate"].configure_args
    context.configure(connection=connection, target_metadata=Base.metadata, include_object=include, **arguments)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
