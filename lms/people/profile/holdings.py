"""What is held about people: the name of their papers, sealed; and where they work."""

from typing import Any

from lms.people.privacy.holdings import Asked, Delete, Holding, Side
from lms.people.profile.models import LegalName, Workplace
from lms.people.profile.queries import context
from lms.sealing import unseal


def _open(asked: Asked, sealed: Any, _row: Any) -> str:
    return unseal(sealed, context(asked.id))


HOLDINGS = [
    Holding("account", LegalName, (Side("person_id", (Delete(),), ("sealed", "given_at")),), opened={"sealed": _open}),
    Holding("account", Workplace, (Side("person_id", (Delete(),), ("service_id", "said_at")),)),
]
