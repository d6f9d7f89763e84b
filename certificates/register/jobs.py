"""Certificates of completion of a whole edition, issued after the request that asked for them."""

from typing import Any
from uuid import UUID

from certificates.register import completion
from lms import clock
from lms.jobs import handler


@handler("completion.issue")
def issue_completions(payload: dict[str, Any]) -> None:
    """Issue what is due in `payload["edition"]`, asked for by `payload["by"]`; again: nothing is issued twice."""
    completion.issue_all(
        UUID(payload["edition"]),
        by=UUID(payload["by"]),
        federation_id=UUID(payload["federation"]),
        now=clock.now(),
    )
