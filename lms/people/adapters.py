"""What Flask-Security asks of an application: its door to the database, passwords, mails and passkeys, in our way."""

from typing import Any

import segno
from flask import after_this_request, g
from flask_security import MailUtil, PasswordUtil, SQLAlchemySessionUserDatastore, Totp, WebauthnUtil
from passlib.exc import TokenError
from sqlalchemy import or_, update
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from lms import audit, clock, jobs
from lms import db as database
from lms.db import db
from lms.people import passwords, refusals, rules
from lms.people.messages import operations as messages
from lms.people.models import Person


def commit_later(response: Any) -> Any:
    """For `after_this_request`: commit what was written, and ring for its jobs."""
    database.commit()
    return response


class People(SQLAlchemySessionUserDatastore):
    """Flask-Security's door to the database, keeping to our rules about transactions."""

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Person | None:
        """The person, without leaving a transaction open: hashing that follows holds no lock and no old snapshot."""
        person = super().find_user(case_insensitive=case_insensitive, **kwargs)
        if not db.session.dirty and not db.session.new:
            database.commit()
        return person  # type: ignore[return-value]

    def mf_set_recovery_codes(self, user: Any, rcs: list[str] | None) -> None:
        """New recovery codes; that there are some is noted, never which."""
        super().mf_set_recovery_codes(user, rcs)
        audit.record("factor.codes", f"person:{user.id}", federation_id=None, actor_id=user.id, now=clock.now())

    def commit(self) -> None:
        """Commit, then ring for the jobs that were written."""
        database.commit()


class Passwords(PasswordUtil):
    """Our rules wherever Flask-Security takes a new password."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """([sentence] or None, the password as it is hashed)."""
        person = kwargs["user"]
        try:
            passwords.check(password, name=person.name, email=person.email)
        except refusals.PasswordRefused as refusal:
            return [str(refusal)], self.normalize(password)
        return None, self.normalize(password)


class Mails(MailUtil):
    """Mails as jobs, written with the change that they tell of."""

    def normalize(self, email: str) -> str:
        """The address as it is kept; whatever was typed is looked up, so that every answer is the same."""
        return rules.normal_email(email)

    def send_mail(self, template: str, *_rendered: Any, **context: Any) -> None:
        """Write the job; the link and its secret are made when it runs."""
        person = context["user"]
        if template.endswith("reset_instructions"):
            passwords.hashed("as long as for an address without an account")
            g.reset_asked = True
            jobs.add("mail.reset", clock.now(), person=person.id)
        else:
            messages.tell(person.id, "password-changed", federation_id=None, now=clock.now())
        after_this_request(commit_later)


class Passkeys(WebauthnUtil):
    """Passkeys of any device; one that signs in alone must check its owner, and so counts as two factors."""

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        """What a new passkey must be able to do."""
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED if usage == "first" else ResidentKeyRequirement.PREFERRED,
            user_verification=self.user_verification(user, [usage]),
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:
        """Whether the device must check who holds it."""
        return UserVerificationRequirement.REQUIRED if "first" in usage else UserVerificationRequirement.DISCOURAGED


class Codes(Totp):
    """Codes of authenticators. Each opens once, however many try it at the same moment."""

    def get_last_counter(self, user: Any) -> int | None:
        """The time step of the code that this person used last."""
        return user.tf_last_counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Claim the time step. Raises TokenError, which reads as a wrong code, when another use came first."""
        claimed: Any = db.session.execute(
            update(Person)
            .where(
                Person.id == user.id,
                or_(Person.tf_last_counter.is_(None), Person.tf_last_counter < tmatch.counter),
            )
            .values(tf_last_counter=tmatch.counter)
        )
        if claimed.rowcount != 1:
            raise TokenError("used")

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The picture to point a camera at, as a data URI; on white, so that it can be read in dark mode too."""
        return segno.make(self.get_totp_uri(username, totp)).svg_data_uri(
            scale=5, border=4, dark="#06282d", light="#fff"
        )
