"""How a message reaches somebody: at once, in the day's digest, or in the inbox alone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WAYS = ("now", "digest", "inbox")
# none: no mail · due: to be sent · digest: waits for the day's · sent · refused: the receiver's server won't have it
MAIL_STATES = ("none", "due", "digest", "sent", "refused")
DISCRETIONS = ("open", "discreet", "strict")
DIGEST_HOUR = 8  # of the person's day


def way(wish: str | None, usual: str, *, security: bool) -> str:
    """`now`, `digest` or `inbox`. What is about the account itself always leaves at once."""
    return "now" if security else wish or usual


def digest_day(now: datetime, timezone: str) -> date | None:
    """The person's day whose digest may leave at `now`; None before its hour."""
    try:
        there = now.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError):  # a zone that this machine does not know
        there = now
    return there.date() if there.hour >= DIGEST_HOUR else None
