"""What can be said of a certificate to anybody: named checks, each with its own answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Name = Literal["known", "not-revoked", "not-suspended", "in-force", "intact"]
NAMES: tuple[Name, ...] = ("known", "not-revoked", "not-suspended", "in-force", "intact")


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer."""

    name: Name
    ok: bool


def checks(state: str, valid_until: datetime, intact: bool, now: datetime) -> list[Check]:
    """The checks of a known certificate, in the order in which they are shown.

    `intact`: its facts give the fingerprint that was written down, in two places, when it was issued.
    """
    answers = (True, state != "revoked", state != "suspended", now < valid_until, intact)
    return [Check(name, ok) for name, ok in zip(NAMES, answers, strict=True)]
