"""The one place where an account comes into being."""

from datetime import datetime
from uuid import uuid4

from lms import audit
from lms.db import db, insert_once
from lms.people.models import Person
from lms.people.profile.rules import tidy
from lms.people.rules import normal_email


def add_person(email: str, name: str, *, hashed: str | None, locale: str, now: datetime) -> Person | None:
    """A new account with an already hashed password; None if the address has one. Of two at once, one gets it."""
    person_id = uuid4()
    values = {
        "id": person_id,
        "email": normal_email(email),
        "name": tidy(name),
        "locale": locale,
        "password": hashed,
        "fs_uniquifier": uuid4().hex,
        "fs_webauthn_user_handle": uuid4().hex,
        "created_at": now,
    }
    if not insert_once(Person, values):
        return None
    audit.record("person.create", f"person:{person_id}", federation_id=None, actor_id=person_id, now=now)
    return db.session.get_one(Person, person_id)
