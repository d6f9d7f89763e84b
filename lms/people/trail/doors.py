"""Sign-ins that were refused: at which door, of which account if there is one. Never what was typed."""

from typing import Any

from flask import Flask, Response, g, request, session
from sqlalchemy import select

from lms import audit, clock
from lms.db import db, transaction
from lms.people.models import Person
from lms.people.rules import normal_email

DOORS = {
    "security.login": "password",
    "security.two_factor_token_validation": "code",
    "security.mf_recovery": "recovery-code",
    "security.wan_signin_response": "passkey",
    "account.confirm": "confirm",
}


def init_app(app: Flask) -> None:
    """Note each refusal, in the chain of the install: nobody knows yet in which federation somebody wanted to act."""

    @app.after_request
    def note_refusal(response: Response) -> Any:
        # What was throttled was not even looked at: noting it would let anybody write the trail full.
        if request.method == "POST" and request.endpoint in DOORS and response.status_code in (200, 401, 403, 422):
            _note(DOORS[request.endpoint])
        return response


def _note(how: str) -> None:
    """The same work whether the account exists or not."""
    wanted = [Person.fs_uniquifier == str(session.get("tf_user_id", "")), Person.email == _typed()]
    if g.get("actor") is not None:
        wanted = [Person.id == g.actor.person_id]
    with transaction():
        known = db.session.scalar(select(Person.id).where(wanted[0] if session.get("tf_user_id") else wanted[-1]))
        audit.record(
            "session.refuse",
            f"person:{known or 'unknown'}",
            federation_id=None,
            actor_id=None,
            now=clock.now(),
            how=how,
        )


def _typed() -> str:
    return normal_email(request.form.get("email", ""))
