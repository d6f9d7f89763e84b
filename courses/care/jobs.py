"""Each minute: whose day of review has come."""

from datetime import datetime

from sqlalchemy import or_, select

from courses.care import operations
from courses.care.models import CarePlan
from lms import jobs
from lms.db import db, transaction

FROM_HOUR = 8  # UTC: nobody is woken by it


@jobs.each_minute
def remind(now: datetime) -> None:
    """Look, and only then begin to write."""
    if now.hour < FROM_HOUR:
        return
    today = now.date()
    waiting = select(CarePlan.id).where(
        CarePlan.review_on <= today,
        or_(CarePlan.reminded_for.is_(None), CarePlan.reminded_for < CarePlan.review_on),
    )
    found = db.session.scalar(waiting.limit(1))
    db.session.rollback()
    if found is not None:
        with transaction():
            operations.remind(today, now=now)
