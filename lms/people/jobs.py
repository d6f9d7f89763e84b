"""Mails about accounts. Payloads hold ids: links with secrets are made when the mail is."""

from typing import Any
from uuid import UUID

from flask import current_app
from flask_security.recoverable import generate_reset_password_token

from lms import clock, jobs, mail
from lms.db import db
from lms.people import invitations, rules
from lms.people.models import Invitation, Person, SignIn


def address_of(path: str) -> str:
    """The public address of a path: from BASE_URL, never from what a request says its host is."""
    return f"{str(current_app.config['BASE_URL']).rstrip('/')}{path}"


@jobs.handler("mail.invitation")
def send_invitation(payload: dict[str, Any]) -> None:
    """Send the link of an invitation that is still waiting."""
    invitation = db.session.get(Invitation, UUID(payload["invitation"]))
    if invitation is None or invitations.state_of(invitation, clock.now()) != "waiting":
        return
    federation, inviter = invitations.who_invites(invitation)
    mail.send(
        invitation.email,
        "invitation",
        invitation.locale,
        name=invitation.name,
        inviter=inviter,
        federation=federation,
        role=invitation.role,
        link=address_of(f"/welcome/{invitations.token_of(invitation)}"),
        expires_at=invitation.expires_at,
    )


@jobs.handler("mail.reset")
def send_reset(payload: dict[str, Any]) -> None:
    """Send a link with which to choose a new password."""
    person = db.session.get(Person, UUID(payload["person"]))
    if person is None or not person.active:
        return
    link = address_of(f"/reset/{generate_reset_password_token(person)}")
    mail.send(person.email, "reset", person.locale, name=person.name, link=link)


@jobs.handler("mail.security")
def send_security(payload: dict[str, Any]) -> None:
    """Tell the owner of an account that its password or second factor changed."""
    person = db.session.get(Person, UUID(payload["person"]))
    if person is not None:
        link = address_of("/reset")
        mail.send(person.email, "security", person.locale, name=person.name, what=payload["what"], link=link)


@jobs.handler("mail.new-device")
def send_new_device(payload: dict[str, Any]) -> None:
    """Tell the owner of an account that somebody signed in from a device that was not known."""
    sign_in = db.session.get(SignIn, UUID(payload["sign_in"]))
    person = db.session.get(Person, sign_in.person_id) if sign_in else None
    if sign_in is None or person is None:
        return
    mail.send(
        person.email,
        "new-device",
        person.locale,
        name=person.name,
        device=rules.device_name(sign_in.device),
        at=sign_in.began_at,
        link=address_of("/account/sessions"),
    )
