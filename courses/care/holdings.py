"""What is held about people: their plan of self-care, which only they can read."""

import json
from typing import Any

from courses.care.forms import LABELS
from courses.care.models import CarePlan, CareVersion, plan_context, version_context
from lms.people.models import Federation
from lms.people.privacy.holdings import Asked, Delete, Holding, Side
from lms.sealing import unseal


def _plan(_asked: Asked, sealed: Any, row: Any) -> Any:
    return _told(unseal(bytes(sealed), plan_context(row["id"])))


def _version(_asked: Asked, sealed: Any, row: Any) -> Any:
    return _told(unseal(bytes(sealed), version_context(row["id"])))


def _told(text: str) -> dict[str, str]:
    return {str(LABELS[name]): said for name, said in json.loads(text).items() if said}


HOLDINGS = [
    Holding(
        "care",
        CarePlan,
        (Side("person_id", (Delete(),), ("content", "updated_at", "reviewed_at", "review_on")),),
        looked_up={"federation": ("federation_id", Federation, "name")},
        opened={"content": _plan},
    ),
    Holding(
        "care",
        CareVersion,
        (Side("plan_id", (Delete(),), ("number", "content", "kept_at", "review_on"), through=(CarePlan, "person_id")),),
        opened={"content": _version},
    ),
]
