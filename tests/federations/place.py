"""What the tests of federations share: pictures made by code, rows of one's own federation, the trail's last entries."""

from io import BytesIO
from typing import Any
from uuid import UUID

from PIL import Image
from sqlalchemy import select

from lms.audit import AuditEntry
from lms.db import db
from lms.people.models import Federation
from tests.world import World


def picture(kind: str = "PNG", size: tuple[int, int] = (120, 60), mode: str = "RGB", **more: Any) -> bytes:
    """A picture's file."""
    out = BytesIO()
    Image.new(mode, size, 1 if mode == "1" else None).save(out, kind, **more)
    return out.getvalue()


def row(world: World, federation: UUID | None = None) -> Federation:
    """The federation as it is stored now."""
    with world.database():
        found = db.session.get_one(Federation, federation or world.here)
        db.session.expunge(found)
        return found


def trail(world: World, federation: UUID | None = None) -> list[tuple[str, dict[str, Any]]]:
    """(action, facts) of each entry in the federation's chain, oldest first."""
    with world.database():
        found = db.session.scalars(
            select(AuditEntry).where(AuditEntry.chain == (federation or world.here)).order_by(AuditEntry.number)
        )
        return [(one.action, one.facts) for one in found]
