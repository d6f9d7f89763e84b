"""Keys for phones, and deeds that arrive once."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from courses.offline import queries
from courses.offline.models import Deed, PhoneKey, context
from courses.offline.refusals import DeedReused
from lms import audit
from lms.db import db, insert_once
from lms.sealing import seal

# A phone forgets what it could not send after 90 days (lms/static/sw.js); no deed comes again after that.
FORGOTTEN_AFTER = timedelta(days=180)


def give_key(person_id: UUID, *, federation_id: UUID | None, now: datetime) -> str:
    """The key of a person's phones, made when the first module is kept. Two phones at once get the same."""
    db.session.execute(delete(Deed).where(Deed.person_id == person_id, Deed.at < now - FORGOTTEN_AFTER))
    if (found := queries.key(person_id)) is not None:
        return found
    fresh = seal(base64.b64encode(secrets.token_bytes(32)).decode(), context(person_id))
    if insert_once(PhoneKey, {"person_id": person_id, "sealed": fresh, "made_at": now}):
        audit.record("phone.begin", f"person:{person_id}", federation_id=federation_id, actor_id=person_id, now=now)
    made = queries.key(person_id)
    assert made is not None
    return made


def claim(person_id: UUID, key: str, kind: str, content: Mapping[str, Sequence[str]], *, now: datetime) -> Any:
    """Take a deed on, in the transaction that does it: None; or the outcome of the same deed that has arrived before.

    Of two that arrive at once one waits for the other. Raises DeedReused when the key came with other content.
    """
    digest = audit.fingerprint(content)
    values = {"person_id": person_id, "key": key, "kind": kind, "digest": digest, "outcome": {}, "at": now}
    if insert_once(Deed, values):
        return None
    earlier = queries.arrived(person_id, key)
    if earlier is None or earlier[0] != digest:
        raise DeedReused
    return earlier[1]


def settle(person_id: UUID, key: str, outcome: Mapping[str, Any]) -> None:
    """Note what a deed that was claimed in this transaction led to."""
    db.session.execute(update(Deed).where(Deed.person_id == person_id, Deed.key == key).values(outcome=dict(outcome)))
