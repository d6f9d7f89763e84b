"""Links that end mails of a group without signing in: signed, so that nobody makes one for another person.

They never run out, since a mail may be opened years later, and say nothing about whether the account is still there.
"""

from uuid import UUID

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="stop-mails")


def path_of(person_id: UUID, group: str) -> str:
    """The path of the link for this person and group."""
    return f"/messages/stop/{_serializer().dumps([person_id.hex, group])}"


def read(token: str) -> tuple[UUID, str] | None:
    """Person and group of a link of ours; None for anything else."""
    try:
        person_id, group = _serializer().loads(token)
        return UUID(person_id), str(group)
    except (BadData, ValueError, TypeError, AttributeError):
        return None
