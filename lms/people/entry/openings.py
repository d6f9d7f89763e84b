"""Open enrolment: somebody without an invitation asks for a seat, and gets an invitation by mail.

Whoever asks is answered the same, whether they have an account or not: only the mail, which its owner alone reads, differs.
Editions belong to the courses, which people know nothing of: the composition root fills in who does. Call the writes inside
`transaction()`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, cast
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from sqlalchemy import delete, or_, select

from lms import audit, clock, jobs
from lms.db import db
from lms.ids import new_id, new_key
from lms.people import rules
from lms.people.entry.models import OpenRequest
from lms.people.locking import hold
from lms.people.models import Invitation, Membership, standing
from lms.people.refusals import EmailUnreadable, RoleWasTaken

AGAIN_AFTER = timedelta(minutes=5)  # who asks twice in a moment gets one mail


@dataclass(frozen=True, slots=True)
class Opening:
    """An edition to which somebody who was not invited may come, and the role that they take on by it."""

    edition_id: UUID
    federation_id: UUID
    name: str
    course: dict[str, Any]  # {locale: title}
    role: str


class Openings(Protocol):
    """What knows editions. `enrol` raises a refusal where the edition takes nobody."""

    def opening(self, edition_id: UUID) -> Opening | None:
        """An edition, whether it still takes people or not."""
        ...

    def enrol(self, person_id: UUID, opening: Opening, *, now: datetime) -> None:
        """Take a seat."""
        ...

    def home(self, person_id: UUID, opening: Opening) -> str | None:
        """Where the course of somebody who is in begins."""
        ...


def openings() -> Openings:
    """Whoever the composition root named."""
    return cast(Openings, current_app.extensions["lms_openings"])


def asked_for(invitation_id: UUID) -> Opening | None:
    """The edition for which somebody asked with this invitation; None if a federation sent it."""
    edition_id = db.session.scalar(select(OpenRequest.edition_id).where(OpenRequest.invitation_id == invitation_id))
    return openings().opening(edition_id) if edition_id else None


def ask(opening: Opening, email: str, name: str, *, locale: str, now: datetime) -> None:
    """Send a link to the address, with which to come in and enrol. Raises EmailUnreadable.

    Looks at no account. Who asked a moment ago is sent nothing more; who asked before gets a new link, and the old one dies.
    """
    email = rules.normal_email(email)
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise EmailUnreadable from None
    hold(opening.federation_id)  # of two alike at once, one is made
    _forget_lapsed(now)
    waiting = db.session.scalar(
        select(Invitation)
        .join(OpenRequest, OpenRequest.invitation_id == Invitation.id)
        .where(
            OpenRequest.edition_id == opening.edition_id,
            Invitation.email == email,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .limit(1)
    )
    if waiting is not None and now - waiting.sent_at < AGAIN_AFTER:
        return
    if waiting is None:
        waiting = Invitation(
            id=new_id(), federation_id=opening.federation_id, email=email, role=opening.role, invited_by=None,
        )  # fmt: skip
    waiting.name, waiting.locale, waiting.nonce = name, locale, new_key()
    waiting.sent_at, waiting.expires_at = now, now + rules.LINK_LASTS
    db.session.add(waiting)
    db.session.flush()
    db.session.merge(OpenRequest(invitation_id=waiting.id, edition_id=opening.edition_id))
    audit.record(
        "invitation.ask", f"invitation:{waiting.id}", federation_id=opening.federation_id, actor_id=None, now=now,
        edition=opening.edition_id,
    )  # fmt: skip
    jobs.add("mail.invitation", now, invitation=waiting.id)


def _forget_lapsed(now: datetime) -> None:
    """Whoever asked and never came has no account here: their address is not kept."""
    asked = select(OpenRequest.invitation_id)
    db.session.execute(
        delete(Invitation)
        .where(Invitation.id.in_(asked), Invitation.accepted_at.is_(None), Invitation.expires_at < now)
        .execution_options(synchronize_session=False)
    )


def check_return(person_id: UUID, invitation: Invitation) -> None:
    """Nobody takes back by themselves a role that the federation took from them; who left it may come again.

    Raises RoleWasTaken.
    """
    mine = (
        Membership.person_id == person_id,
        Membership.federation_id == invitation.federation_id,
        Membership.role == invitation.role,
    )
    held = db.session.scalar(select(Membership.id).where(*mine, standing(Membership, clock.now())))
    by_others = or_(Membership.taken_by.is_(None), Membership.taken_by != person_id)
    taken = db.session.scalar(select(Membership.id).where(*mine, Membership.until.is_not(None), by_others).limit(1))
    if taken is not None and held is None:
        raise RoleWasTaken


def enrol(person_id: UUID, opening: Opening, *, now: datetime) -> None:
    """Take the seat that was asked for. Raises what the edition refuses."""
    openings().enrol(person_id, opening, now=now)


def landing(invitation_id: UUID, person_id: UUID) -> str | None:
    """Where somebody who has accepted goes next: the course that they asked for, or None."""
    opening = asked_for(invitation_id)
    return openings().home(person_id, opening) if opening else None
