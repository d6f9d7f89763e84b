"""Copies, erasures and the daily retention, by the worker."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lms import clock, jobs
from lms.people.privacy import copies, erasures, retention
from lms.people.privacy.refusals import LastAdminStays


@jobs.handler("privacy.copy")
def make_copy(payload: dict[str, Any]) -> None:
    """Make the copy of `payload["copy"]`."""
    copies.make(UUID(payload["copy"]), now=clock.now())


@jobs.handler("privacy.erase")
def erase(payload: dict[str, Any]) -> None:
    """Do the erasure of `payload["erasure"]`; a day later when meanwhile nobody else administers a federation."""
    now = clock.now()
    try:
        erasures.carry_out(UUID(payload["erasure"]), now=now)
    except LastAdminStays as alone:
        raise jobs.Later(now + timedelta(days=1)) from alone


@jobs.each_minute
def keep_house(now: datetime) -> None:
    """Copies whose days are over, and the retention of federations whose day has begun."""
    copies.forget_expired(now)
    for federation_id in retention.federations_due(now):
        retention.carry_out(federation_id, now=now)
