"""The holder's name on a certificate: sealed beside the snapshot, which holds a mark of it.

The mark binds the name to the frozen facts without telling it: a SHA-256 over the name and a random salt, which is sealed
with it. So another name is found out, a dump of the database names nobody, keys rotate under frozen facts, and a name can
be erased while its certificate stays verifiable.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from certificates.register.models import Certificate, name_context
from lms.people import queries as people
from lms.sealing import Unopenable, has_key, seal, unseal


def _mark(salt: str, name: str) -> str:
    return hashlib.sha256(f"{salt}\n{name}".encode()).hexdigest()


def veiled(facts: dict[str, Any], certificate_id: UUID, *, legal: bool) -> tuple[dict[str, Any], bytes]:
    """The snapshot of these facts without the name, and the name sealed. `legal`: it is the name of their papers."""
    name, salt = facts["holder"]["name"], secrets.token_hex(16)
    holder = {**facts["holder"], "mark": _mark(salt, name), "legal": legal}
    del holder["name"]
    return facts | {"format": 2, "holder": holder}, seal(json.dumps([salt, name]), name_context(certificate_id))


def is_legal(snapshot: dict[str, Any]) -> bool:
    """Whether the certificate bears a legal name, which is shown only where it is needed."""
    return bool(snapshot["holder"].get("legal"))


def name(certificate_id: UUID, snapshot: dict[str, Any], sealed: bytes | None) -> str:
    """The name on the certificate; "" once it was erased.

    Raises Unopenable: the key is not here, or this is not the name that the snapshot bears the mark of.
    """
    holder = snapshot["holder"]
    if "name" in holder:  # issued before names were sealed
        return holder["name"]
    if sealed is None:
        return ""
    salt, found = json.loads(unseal(sealed, name_context(certificate_id)))
    if not hmac.compare_digest(_mark(salt, found), holder["mark"]):
        raise Unopenable
    return found


def is_changed(certificate_id: UUID, snapshot: dict[str, Any], sealed: bytes | None) -> bool:
    """Whether the sealed name is not the one of which the snapshot bears the mark. Without its key nobody can tell."""
    if sealed is None or not has_key(sealed):
        return False
    try:
        name(certificate_id, snapshot, sealed)
    except (Unopenable, LookupError):
        return True
    return False


def facts(certificate_id: UUID, snapshot: dict[str, Any], sealed: bytes | None) -> dict[str, Any]:
    """The snapshot with the name in it, as a document needs it. Raises Unopenable."""
    return snapshot | {"holder": {**snapshot["holder"], "name": name(certificate_id, snapshot, sealed)}}


def shown(found: Sequence[Certificate]) -> dict[UUID, str]:
    """By certificate, the name for pages and lists: the one on it, but never a legal one: there, what its holder goes by.

    One statement where any bears a legal name, none otherwise. A serial stands for what was erased or can't be opened.
    """
    legal = {one.id: one.person_id for one in found if is_legal(one.snapshot)}
    chosen = people.names(legal.values())
    return {one.id: chosen.get(legal[one.id], "") if one.id in legal else _open(one) for one in found}


def _open(certificate: Certificate) -> str:
    try:
        return name(certificate.id, certificate.snapshot, certificate.sealed_name) or certificate.serial
    except Unopenable:
        return certificate.serial
