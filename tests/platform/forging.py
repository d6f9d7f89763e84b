"""A trail in the hands of somebody who owns its database: rows as they stand, forged, and put back."""

from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import insert, select, text

from lms import audit
from lms.audit import ENTRIES, HEADS
from lms.db import db, writing
from tests.tamper import tamper

CHAIN, OTHER = UUID(int=7), UUID(int=9)


def stored(app: Flask, chain: UUID = CHAIN) -> list[dict[str, Any]]:
    """The entries of a chain, in the order of their numbers."""
    with app.app_context(), db.engine.connect() as connection:
        found = connection.execute(select(ENTRIES).where(ENTRIES.c.chain == chain).order_by(ENTRIES.c.number))
        return [dict(row) for row in found.mappings()]


def forged(row: dict[str, Any]) -> str:
    """The hash that a row would have to have."""
    return audit.entry_hash(
        str(row["chain"]),
        row["number"],
        row["at"].isoformat(timespec="microseconds"),
        str(row["actor_id"] or ""),
        row["action"],
        row["subject"],
        row["facts"],
        row["previous"],
    )


def store(app: Flask, rows: list[dict[str, Any]], *heads: tuple[int, str]) -> None:
    """Put these rows where the chains' were; `heads` of CHAIN and OTHER, in this order, as far as given."""
    tamper(app, "DELETE FROM audit_entries")
    with app.app_context(), writing(), db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        if rows:
            connection.execute(insert(ENTRIES), rows)
        for chain, (number, digest) in zip((CHAIN, OTHER), heads, strict=False):
            connection.execute(HEADS.update().where(HEADS.c.chain == chain).values(number=number, hash=digest))
