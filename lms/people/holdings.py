"""What is held about people: accounts, roles, ways in, texts accepted; and the platform's own tables."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, or_

from lms.audit import AuditEntry
from lms.once import Submission
from lms.people import roles
from lms.people.models import Acknowledgement, Document, Federation, Invitation, Membership, Passkey, Person, SignIn
from lms.people.privacy.holdings import (
    Aged,
    Asked,
    Call,
    Clear,
    Delete,
    Holding,
    Keep,
    Side,
    by_email,
    by_subject,
    nobody,
)

HERE = {"federation": ("federation_id", Federation, "name")}
OFFICE = Keep("Who did it is an id without a name: another person's record rests on it.")


def _nowhere(asked: Asked, _now: Any) -> str:
    """An address that nobody has, unique as the column asks."""
    return f"{asked.id}@erased.invalid"


def _fresh(_asked: Asked, _now: Any) -> str:
    """No cookie names this: every session of the person is dead."""
    return uuid4().hex


def _spent(before: datetime) -> ColumnElement[bool]:
    """Lapsed, withdrawn or accepted, whichever came first."""
    return or_(Invitation.expires_at < before, Invitation.withdrawn_at < before, Invitation.accepted_at < before)


UNNAMED = {
    "email": _nowhere,
    "name": "",
    "pronouns": "",
    "locale": "es",
    "timezone": "Europe/Madrid",
    "reading": {},
    "password": None,
    "active": False,
    "fs_uniquifier": _fresh,
    "fs_webauthn_user_handle": None,
    "tf_primary_method": None,
    "tf_totp_secret": None,
    "tf_last_counter": None,
    "tf_phone_number": None,
    "mf_recovery_codes": None,
}

HOLDINGS = [
    Holding(
        "account",
        Person,
        (Side("id", (Clear(UNNAMED),), ("email", "name", "pronouns", "locale", "timezone", "reading", "created_at")),),
    ),
    Holding(
        "account",
        Passkey,
        (Side("user_id", (Delete(),), ("name", "device_type", "create_datetime", "lastuse_datetime")),),
    ),
    Holding(
        "roles",
        Membership,
        (
            Side(
                "person_id",
                (
                    Call(lambda asked, now: roles.end_all(asked.id, now=now)),
                    Keep("Whether a signature was given by somebody who might give it must stay provable."),
                ),
                ("role", "since", "until", "paused_at"),
            ),
            Side("given_by", (OFFICE,)),
            Side("taken_by", (OFFICE,)),
            Side("paused_by", (OFFICE,)),
        ),
        looked_up=HERE,
    ),
    Holding(
        "account",
        Invitation,
        (
            Side("accepted_by", (Delete(),), ("email", "name", "role", "sent_at", "accepted_at")),
            Side("email", (Delete(),), ("email", "name", "role", "sent_at", "accepted_at"), by=by_email),
            Side("invited_by", (OFFICE,)),
        ),
        looked_up=HERE,
        aged=(Aged("invitations", _spent, Invitation.federation_id),),
    ),
    Holding(
        "sign-ins",
        SignIn,
        (Side("person_id", (Delete(),), ("began_at", "seen_at", "ended_at", "second_factor", "device")),),
        looked_up=HERE,
        aged=(Aged("sign-ins", lambda before: SignIn.expires_at < before, SignIn.federation_id),),
    ),
    Holding(
        "consents",
        Acknowledgement,
        (Side("person_id", (Delete(),), ("given_at", "withdrawn_at")),),
        looked_up=HERE
        | {
            "document": ("document_id", Document, "kind"),
            "version": ("document_id", Document, "version"),
            "title": ("document_id", Document, "title"),
            "text": ("document_id", Document, "html"),
        },
    ),
    # Fingerprints of forms, against double sending.
    Holding("account", Submission, (Side("person_id", (Delete(),)),)),
    Holding(
        "trail",
        AuditEntry,
        (
            Side("actor_id", (Keep("The chain would break; it holds ids, never names."),), ("at", "action")),
            Side(
                "subject",
                (Keep("The chain would break; it holds ids, never names."),),
                ("at", "action"),
                ("actor_id",),
                by=by_subject,
            ),
        ),
    ),
    # A job holds ids only; an audit head, the end of a chain.
    nobody("federations", "services", "security_roles", "documents", "audit_heads", "jobs"),
]
