"""The browsers in which a person has signed in: known again by a long-lived random cookie.

Whoever signs in from one that is not known, is told to the account's owner. What a known one sends is throttled by itself,
so that nobody who guesses from elsewhere can keep the owner out.
"""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import after_this_request, current_app, g, request
from sqlalchemy import select, update

from lms import db as database
from lms.db import db, insert_once
from lms.ids import new_id, new_key
from lms.people import rules
from lms.people.entry.models import Device
from lms.people.messages.operations import tell
from lms.people.models import Person, SignIn

LASTS = timedelta(days=400)  # as long as browsers keep a cookie
_TOKEN = re.compile(r"[0-9A-Za-z_-]{20,64}")


def cookie_name() -> str:
    """Bound to this host where there is TLS."""
    return "__Host-entrepares-device" if current_app.config["SESSION_COOKIE_SECURE"] else "entrepares-device"


def _token() -> str | None:
    found = request.cookies.get(cookie_name(), "")
    return found if _TOKEN.fullmatch(found) else None


def hashed(person_id: UUID, token: str) -> str:
    """How a device of this person is kept: the same cookie gives another hash for another person."""
    return hashlib.sha256(f"{person_id}:{token}".encode()).hexdigest()


def greet(person_id: UUID, sign_in_id: UUID, now: datetime) -> None:
    """Note the device of a sign-in that has just succeeded; one that is new is told to the owner, but the very first.

    The cookie is renewed with the answer.
    """
    token = _token() or new_key() + new_key()  # people who share a browser keep its cookie
    if not _used_again(person_id, token, now):
        device = {"id": new_id(), "person_id": person_id, "token_hash": hashed(person_id, token)}
        insert_once(Device, {**device, "known_since": now, "last_used_at": now})
        earlier = select(SignIn.id).where(SignIn.person_id == person_id, SignIn.id != sign_in_id).limit(1)
        if db.session.scalar(earlier) is not None:
            device = rules.device_name(str(request.user_agent))
            tell(person_id, "new-device", federation_id=None, now=now, sign_in=sign_in_id, device=device)
    _send(token)


def _used_again(person_id: UUID, token: str, now: datetime) -> bool:
    known: Any = db.session.execute(
        update(Device)
        .where(Device.person_id == person_id, Device.token_hash == hashed(person_id, token))
        .values(last_used_at=now)
    )
    return known.rowcount == 1


def _send(token: str) -> None:
    @after_this_request
    def _keep(response: Any) -> Any:
        response.set_cookie(
            cookie_name(), token, max_age=LASTS, httponly=True, samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )  # fmt: skip
        return response


def known_as(account: str) -> str | None:
    """The mark of the device that sends this request, if its owner has this account; None otherwise.

    `account` is an e-mail, or what Flask-Security calls a person while the second step is due. The same is asked of the
    database whether there is such an account or not.
    """
    token = _token()
    if token is None:
        return None
    kept: dict[str, str | None] = g.setdefault("known_devices", {})
    if account not in kept:
        person = select(Person.id).where((Person.email == account) | (Person.fs_uniquifier == account))
        mark = hashed(db.session.scalar(person) or uuid4(), token)
        found = db.session.scalar(select(Device.id).where(Device.token_hash == mark))
        database.commit()  # hashing that follows holds no lock
        kept[account] = mark if found else None
    return kept[account]


def forget_all(person_id: UUID) -> None:
    """No device of this person is known any more."""
    db.session.query(Device).filter_by(person_id=person_id).delete()
