"""Identifiers: random, bounded, never counters."""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUIDv7: unguessable (74 random bits), in order of creation, so that indexes stay compact."""
    return uuid7()


def new_key() -> str:
    """128 random bits for one-time keys, as 22 URL-safe characters."""
    return secrets.token_urlsafe(16)
