"""Invitations: made, sent again, withdrawn, accepted once. Call inside `transaction()`."""

import hmac
from datetime import datetime
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select, update

from lms import audit, jobs
from lms.db import db
from lms.ids import new_id, new_key
from lms.people import accounts, passwords, queries, roles, rules
from lms.people.entry import openings
from lms.people.entry.models import OpenRequest
from lms.people.locking import hold
from lms.people.models import Invitation, Person
from lms.people.refusals import (
    AccountExists,
    AlreadyInvited,
    AnotherPerson,
    EmailUnreadable,
    InvitationExpired,
    InvitationNotWaiting,
    InvitationUnknown,
    InvitationUsed,
    InvitationWithdrawn,
    InvitedOneself,
    RoleNotYours,
)
from lms.policy import ROLES

OVER = {"accepted": InvitationUsed, "expired": InvitationExpired, "withdrawn": InvitationWithdrawn}


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="invitation")


def token_of(invitation: Invitation) -> str:
    """What the link carries: id and nonce, signed."""
    return str(_serializer().dumps([invitation.id.hex, invitation.nonce]))


def state_of(invitation: Invitation, now: datetime) -> rules.InvitationState:
    """What an invitation is worth at `now`."""
    return rules.invitation_state(
        accepted=invitation.accepted_at is not None,
        withdrawn=invitation.withdrawn_at is not None,
        expires_at=invitation.expires_at,
        now=now,
    )


def by_token(token: str, *, now: datetime) -> Invitation:
    """The invitation that a link opens. Raises InvitationUnknown, -Expired, -Withdrawn or -Used."""
    try:
        id_, nonce = _serializer().loads(token)
        invitation = db.session.get(Invitation, UUID(id_))
    except (BadData, ValueError, TypeError, AttributeError):
        raise InvitationUnknown from None
    if invitation is None or not hmac.compare_digest(invitation.nonce, str(nonce)):
        raise InvitationUnknown
    state = state_of(invitation, now)
    if state != "waiting":
        raise OVER[state]
    return invitation


def all_of(federation_id: UUID, page: int) -> list[Invitation]:
    """A federation's invitations, newest first: PAGE of them, and one more, which tells that there is a next page."""
    found = select(Invitation).where(
        Invitation.federation_id == federation_id,
        Invitation.id.not_in(select(OpenRequest.invitation_id)),  # who asked by themselves was not invited by anybody
    )
    found = found.order_by(Invitation.id.desc()).limit(queries.PAGE + 1).offset(queries.PAGE * (page - 1))
    return list(db.session.scalars(found))


def one(federation_id: UUID, invitation_id: UUID) -> Invitation | None:
    """An invitation of this federation."""
    return db.session.scalar(
        select(Invitation).where(Invitation.id == invitation_id, Invitation.federation_id == federation_id)
    )


def who_invites(invitation: Invitation) -> tuple[str, str]:
    """The names of the federation and of the person who invites (the federation's again, from the command line)."""
    federation = queries.federation(invitation.federation_id)
    name = federation.name if federation else ""
    by = invitation.invited_by
    return name, (queries.names([by]).get(by, name) if by else name)


def invite(
    federation_id: UUID, email: str, name: str, role: str, *, by: UUID | None, locale: str, now: datetime
) -> Invitation:
    """Invite an address to a role; the mail leaves when this has been committed.

    `by` None: the command line, which may invite to any role. Whether the address has an account makes no difference
    here. Raises EmailUnreadable, RoleNotYours, InvitedOneself,
    AlreadyInvited.
    """
    email = rules.normal_email(email)
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise EmailUnreadable from None
    if by is not None:
        if role not in rules.invitable(queries.roles_of(by, federation_id, now), ROLES):
            raise RoleNotYours
        if db.session.get_one(Person, by).email == email:
            raise InvitedOneself
    hold(federation_id)  # of two alike at once, one is made
    waiting = select(Invitation.id).where(
        Invitation.federation_id == federation_id,
        Invitation.email == email,
        Invitation.role == role,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now,
    )
    if db.session.scalar(waiting.limit(1)) is not None:
        raise AlreadyInvited
    invitation = Invitation(
        id=new_id(), federation_id=federation_id, email=email, name=name, role=role, locale=locale, invited_by=by,
        nonce=new_key(), sent_at=now, expires_at=now + rules.LINK_LASTS,
    )  # fmt: skip
    db.session.add(invitation)
    db.session.flush()
    _note("invitation.send", invitation, by, now, role=role)
    jobs.add("mail.invitation", now, invitation=invitation.id)
    return invitation


def resend(invitation_id: UUID, *, by: UUID | None, now: datetime) -> Invitation:
    """A new link for fourteen more days; the old one is dead. Raises InvitationNotWaiting."""
    changed: Any = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .values(nonce=new_key(), sent_at=now, expires_at=now + rules.LINK_LASTS, unsent=False)
    )
    if changed.rowcount != 1:
        raise InvitationNotWaiting
    invitation = db.session.get_one(Invitation, invitation_id, populate_existing=True)
    _note("invitation.resend", invitation, by, now)
    jobs.add("mail.invitation", now, invitation=invitation.id)
    return invitation


def withdraw_invitation(invitation_id: UUID, *, by: UUID | None, now: datetime) -> Invitation:
    """Take an invitation back. Raises InvitationNotWaiting."""
    changed: Any = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    if changed.rowcount != 1:
        raise InvitationNotWaiting
    invitation = db.session.get_one(Invitation, invitation_id, populate_existing=True)
    _note("invitation.withdraw", invitation, by, now)
    return invitation


def accept_invitation(
    token: str,
    *,
    password: str | None,
    name: str | None,
    now: datetime,
    person_id: UUID | None = None,
    without_password: bool = False,
) -> Person:
    """Accept, once: a new account with this name and password, or a new role for `person_id`, who is signed in.

    `without_password`: who accepts signs in in another way, which the caller has seen and connects.

    Raises what `by_token` raises; a PasswordRefused; AccountExists when the address has an account but nobody is signed
    in; AnotherPerson when the one signed in has another address.
    """
    # Hashing is slow: it comes before the first statement, so that no lock is held meanwhile.
    hashed = (
        passwords.hashed((password or "")[: rules.PASSWORD_LONGEST])
        if person_id is None and not without_password
        else None
    )
    invitation = by_token(token, now=now)
    if person_id is None and not without_password:
        passwords.check(password or "", name=name or invitation.name, email=invitation.email)
    _claim(invitation, now)
    if person_id is None:
        person = _new_person(invitation, name or invitation.name, hashed, now)
    else:
        person = db.session.get_one(Person, person_id)
        if person.email != invitation.email:
            raise AnotherPerson
    opening = openings.asked_for(invitation.id)
    if opening is not None:
        openings.check_return(person.id, invitation)
    # A role that is held already is accepted again, and changes nothing.
    roles.enter(invitation.federation_id, person.id, invitation.role, by=invitation.invited_by, now=now)
    invitation.accepted_by = person.id
    _note("invitation.accept", invitation, person.id, now)
    if opening is not None:  # last, in the same transaction: without a seat, nothing of all this has happened
        db.session.flush()
        openings.enrol(person.id, opening, now=now)
    return person


def _claim(invitation: Invitation, now: datetime) -> None:
    """Of two who accept at once, one goes on."""
    claimed: Any = db.session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation.id,
            Invitation.nonce == invitation.nonce,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(accepted_at=now)
    )
    if claimed.rowcount != 1:
        raise InvitationUsed


def _new_person(invitation: Invitation, name: str, hashed: str | None, now: datetime) -> Person:
    person = accounts.add_person(invitation.email, name, hashed=hashed, locale=invitation.locale, now=now)
    if person is None:
        raise AccountExists
    return person


def _note(action: str, invitation: Invitation, by: UUID | None, now: datetime, **facts: Any) -> None:
    audit.record(
        action, f"invitation:{invitation.id}", federation_id=invitation.federation_id, actor_id=by, now=now, **facts
    )
