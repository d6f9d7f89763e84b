"""The one place that reads the time. Views ask here and hand the moment on."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)
