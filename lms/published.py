"""Who else has to know when a text has been published: the composition root says so, the one who publishes calls.

A call runs in the transaction that publishes: what it writes stands, or falls, with the text.
"""

from collections.abc import Callable
from typing import Any, TypeAlias
from uuid import UUID

from flask import current_app

Told: TypeAlias = Callable[[UUID], Any]


def init_app(app: Any, **by_kind: Told) -> None:
    """Call this when something of a kind has been published: `version` of a course, or `document`."""
    for kind, call in by_kind.items():
        app.extensions.setdefault("lms_published", {}).setdefault(kind, []).append(call)


def tell(kind: str, id_: UUID) -> None:
    """Something has been published, in the present transaction."""
    for call in current_app.extensions.get("lms_published", {}).get(kind, ()):
        call(id_)
