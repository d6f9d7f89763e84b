"""Guessing is held up: misses are counted by address, hits are not.

Asked of the counter itself: the decorator of Flask-Limiter took as long as the certificate's query.
"""

from flask_limiter.util import get_remote_address
from limits import parse_many
from werkzeug.exceptions import TooManyRequests

from lms.limits import limiter

LIMITS = parse_many("30/minute;300/hour")
SCOPE = "verification"


def ask() -> None:
    """Raise TooManyRequests where too many codes were wrong from this address lately."""
    address = get_remote_address()
    if not all(limiter.limiter.test(limit, SCOPE, address) for limit in LIMITS):
        raise TooManyRequests(retry_after=60)


def missed() -> None:
    """Count a wrong code."""
    address = get_remote_address()
    for limit in LIMITS:
        limiter.limiter.hit(limit, SCOPE, address)
