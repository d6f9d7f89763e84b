"""Mails about accounts. Payloads hold ids: links with secrets are made when the mail is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_security.recoverable import generate_reset_password_token

from lms import clock, jobs, mail
from lms.db import db, transaction
from lms.people import invitations, queries, roles
from lms.people.entry import openings
from lms.people.messages import queries as messages
from lms.people.messages.jobs import address_of
from lms.people.messages.operations import tell
from lms.people.models import Invitation, Person


@jobs.handler("mail.invitation")
def send_invitation(payload: dict[str, Any]) -> None:
    """Send the link of an invitation that is still waiting. Its receiver has told us nothing yet, so it is discreet."""
    invitation = db.session.get(Invitation, UUID(payload["invitation"]))
    if invitation is None or invitations.state_of(invitation, clock.now()) != "waiting":
        return
    federation, inviter = invitations.who_invites(invitation)
    opening = openings.asked_for(invitation.id)
    letter = mail.Letter(
        to=invitation.email,
        locale=invitation.locale,
        template="open-seat" if opening else "invitation",
        facts={
            # A mail that anybody can have sent to anybody repeats nothing that they wrote.
            "edition": opening.name if opening else "",
            "known": opening is not None and queries.person_at(invitation.email) is not None,
            "name": invitation.name,
            "inviter": inviter,
            "federation": federation,
            "role": invitation.role,
            "link": address_of(f"/welcome/{invitations.token_of(invitation)}"),
            "expires_at": invitation.expires_at,
        },
        mark=UUID(payload["job"]).hex,
        neutral=True,
    )
    told = {"invitation": invitation.id, "name": invitation.name}
    by, here = invitation.invited_by, invitation.federation_id
    db.session.rollback()  # no transaction stays open while the server takes its time
    try:
        mail.post(letter)
    except mail.Refused:
        if by is not None:
            with transaction():
                tell(by, "invitation-returned", federation_id=here, now=clock.now(), **told)
        raise


@jobs.handler("role.day")
def tell_of_role(payload: dict[str, Any]) -> None:
    """Tell a person that a role of theirs begins or ends today."""
    with transaction():
        roles.tell_of_day(UUID(payload["membership"]), datetime.fromisoformat(payload["day"]), now=clock.now())


@jobs.handler("mail.reset")
def send_reset(payload: dict[str, Any]) -> None:
    """Send a link with which to choose a new password."""
    person = db.session.get(Person, UUID(payload["person"]))
    if person is None or not person.active:
        return
    letter = mail.Letter(
        to=person.email,
        locale=person.locale,
        template="reset",
        facts={"name": person.name, "link": address_of(f"/reset/{generate_reset_password_token(person)}")},
        mark=UUID(payload["job"]).hex,
        level=messages.discretion(person.id),
        neutral=True,
    )
    db.session.rollback()
    mail.post(letter)
