"""Decisions about consent, copies, erasures and retention."""

from datetime import datetime, time, timedelta

NEEDED = "consent"  # without it the platform cannot work for a person
OPTIONAL = ("consent-completion", "consent-registry", "consent-surveys", "consent-lrs")
PURPOSES = (NEEDED, *OPTIONAL)  # kinds of documents, each with its own text and versions

COPY_DAYS = 7  # that a copy can be fetched
CALL_BACK_DAYS = 7  # in which an erasure can be called back
QUIET = time(3)  # UTC: erasures are done when few people are here, because SQLite is then written anew
ERASE_WORD = {"es": "BORRAR", "en": "ERASE"}


def erasure_due(now: datetime) -> datetime:
    """When an erasure asked for at `now` is done: the first quiet hour after the days in which it can be called back."""
    earliest = now + timedelta(days=CALL_BACK_DAYS)
    quiet = datetime.combine(earliest.date(), QUIET, earliest.tzinfo)
    return quiet if quiet >= earliest else quiet + timedelta(days=1)


def confirms(typed: str) -> bool:
    """Whether the typed word confirms an erasure, in either language, however it is written."""
    return typed.strip().upper() in ERASE_WORD.values()
