"""Decisions about people: how an address is written, which password will do, what an invitation is worth now."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

PASSWORD_SHORTEST = 12  # characters
PASSWORD_LONGEST = 256
PASSWORD_SCORE = 3  # of zxcvbn's 0–4: at least 10^8 guesses
LINK_LASTS = timedelta(days=14)
# Roles that decide, issue or give roles themselves: whoever could invite to them could promote a second account of
# their own, so only an admin does.
GUARDED_ROLES = frozenset({"admin", "registrar"})

ROLE_LASTS = timedelta(days=3660)  # the farthest beginning or end that a role may be given
# Who hears disagreements takes no part in what is disagreed about.
APART = {"ombudsperson": frozenset({"admin", "registrar", "assessor", "senior"})}

Fault = Literal["short", "long", "personal", "common"]
InvitationState = Literal["waiting", "accepted", "expired", "withdrawn"]


def normal_email(text: str) -> str:
    """The one way in which an address is kept and looked up: NFKC, lower case, no blanks around it."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def normal_password(text: str) -> str:
    """NFKD, as Flask-Security hashes it: the same keys typed on two systems give the same password."""
    return unicodedata.normalize("NFKD", text)


def _plain(text: str) -> str:
    """Lower case, without accents or punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower())


def _pieces(name: str, email: str) -> set[str]:
    """What a password must not contain: words of the name and of the address, from four letters up."""
    words = [*re.split(r"\s+", name), email.partition("@")[0], *re.split(r"[.\-_+]", email.partition("@")[0]), email]
    return {piece for word in words if len(piece := _plain(word)) >= 4}


def password_fault(password: str, *, name: str, email: str) -> Fault | None:
    """Why this password will not do for this person; None if it will."""
    password = normal_password(password)
    if len(password) < PASSWORD_SHORTEST:
        return "short"
    if len(password) > PASSWORD_LONGEST:
        return "long"
    if any(piece in _plain(password) for piece in _pieces(name, email)):
        return "personal"
    from zxcvbn import zxcvbn  # its lists of words take 12 MB, which only a process that sets passwords needs

    # Its time grows with the square of the length; what is strong in its first 64 characters is strong.
    if zxcvbn(password[:64], user_inputs=["entrepares", "apoyo", "mutuo"])["score"] < PASSWORD_SCORE:
        return "common"
    return None


def invitation_state(*, accepted: bool, withdrawn: bool, expires_at: datetime, now: datetime) -> InvitationState:
    """What an invitation is worth at `now`."""
    if accepted:
        return "accepted"
    if withdrawn:
        return "withdrawn"
    return "waiting" if now < expires_at else "expired"


def invitable(roles: Iterable[str], known: Iterable[str]) -> list[str]:
    """Of the `known` roles, those to which somebody with `roles` may invite, and which they give and take; in the same order."""
    held = set(roles)
    if "admin" in held:
        return list(known)
    return [role for role in known if role not in GUARDED_ROLES] if "registrar" in held else []


def sound_dates(since: datetime | None, until: datetime | None, *, now: datetime) -> bool:
    """Whether a role may begin and end then (None: now, never): not in the past, not backwards, not in some far century."""
    begins = since or now
    return now <= begins <= now + ROLE_LASTS and (until is None or max(begins, now) < until <= now + ROLE_LASTS)


def apart(role: str, held: Iterable[str]) -> bool:
    """Whether somebody with the roles `held` may not have this one as well."""
    return any(
        (role == one and not others.isdisjoint(held)) or (role in others and one in set(held))
        for one, others in APART.items()
    )


SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux")
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}


def device_name(user_agent: str) -> str:
    """A browser's header in words that its owner recognises: "Firefox · Android"; "" if it says nothing we know."""
    browser = next((name for mark, name in BROWSERS.items() if f"{mark}/" in user_agent), "")
    system = next((name for name in SYSTEMS if name in user_agent), "").replace("Mac OS X", "Mac")
    return " · ".join(part for part in (browser, system) if part)
