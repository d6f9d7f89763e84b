"""Sending again what has lapsed. Call inside `transaction()`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update

from lms import audit, jobs
from lms.db import db
from lms.ids import new_key
from lms.people import rules as people_rules
from lms.people.entry.models import OpenRequest
from lms.people.locking import hold
from lms.people.models import Invitation

MOST_LAPSED = 200  # sent again at once


def lapsed(federation_id: UUID, now: datetime) -> list[UUID]:
    """Invitations that ran out without an answer, newest first; not those that somebody asked for themselves."""
    return list(
        db.session.scalars(
            select(Invitation.id)
            .where(
                Invitation.federation_id == federation_id,
                Invitation.accepted_at.is_(None),
                Invitation.withdrawn_at.is_(None),
                Invitation.unsent.is_(False),
                Invitation.expires_at <= now,
                Invitation.id.not_in(select(OpenRequest.invitation_id)),
            )
            .order_by(Invitation.id.desc())
            .limit(MOST_LAPSED)
        )
    )


def resend_lapsed(federation_id: UUID, *, by: UUID, now: datetime) -> int:
    """A new link for fourteen more days to everybody whose invitation ran out: how many."""
    hold(federation_id)  # sent again by two at once, they get one mail
    ids = lapsed(federation_id, now)
    if ids:
        table = Invitation.__table__
        renewed = update(table).where(table.c.id == bindparam("which")).values(  # type: ignore[arg-type]
            nonce=bindparam("drawn"), sent_at=now, expires_at=now + people_rules.LINK_LASTS
        )  # fmt: skip
        db.session.connection().execute(renewed, [{"which": id_, "drawn": new_key()} for id_ in ids])
        _send(ids, "invitation.resend", federation_id, by, now)
    return len(ids)


def _send(ids: list[UUID], action: str, federation_id: UUID, by: UUID, now: datetime, **facts: str) -> None:
    for id_ in ids:
        audit.record(action, f"invitation:{id_}", federation_id=federation_id, actor_id=by, now=now, **facts)
    jobs.add_all("mail.invitation", now, [{"invitation": id_} for id_ in ids])
