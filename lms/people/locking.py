"""The row that decisions about a whole federation wait for."""

from uuid import UUID

from sqlalchemy import select

from lms.db import db
from lms.people.models import Federation


def hold(federation_id: UUID) -> None:
    """Lock the federation until the transaction ends. SQLite has one writer anyway; rows that refer to it may be added."""
    db.session.execute(select(Federation.id).where(Federation.id == federation_id).with_for_update(key_share=True))
