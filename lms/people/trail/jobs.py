"""Each hour: the heads are signed and kept, and the chains are checked."""

from datetime import datetime

from lms import heads
from lms.jobs import each_minute
from lms.people.trail import operations


@each_minute
def keep_and_check(now: datetime) -> None:
    """Of several workers, the one that keeps the heads of this hour also checks."""
    if heads.keep(now):
        operations.check(now)
