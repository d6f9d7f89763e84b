"""Decisions of the register: public codes, serials, validity, the frozen snapshot, and what a certificate's state means."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

# --- Public codes -----------------------------------------------------------------------------------------------------
# Crockford's base 32: no I, L, O (read as 1, 1, 0) and no U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NEVER_USED = "ILOU"
CODE_BITS = 60
CODE_LENGTH = 13
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", **dict.fromkeys(" \t\r\n-‐‑‒–—_.", "")})


def _powers() -> tuple[int, ...]:
    """1, α, α², … of GF(32) with x⁵ + x² + 1, whose α has order 31: thirteen of them are all different."""
    powers, value = [], 1
    for _position in range(CODE_LENGTH):
        powers.append(value)
        value <<= 1
        if value & 32:
            value ^= 0b100101
    return tuple(powers)


_POWERS = _powers()


def _times(a: int, b: int) -> int:
    """The product of two elements of GF(32)."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 32:
            a ^= 0b100101
        b >>= 1
    return product


_TABLE = tuple(tuple(_times(weight, value) for value in range(32)) for weight in _POWERS)


def _sum(values: list[int]) -> int:
    """Σ αⁱ·vᵢ. A changed symbol changes it by αⁱ·d, two exchanged ones by (αⁱ + αʲ)·d: never nothing."""
    total = 0
    for row, value in zip(_TABLE, values, strict=True):
        total ^= row[value]
    return total


def public_code(bits: int) -> str:
    """The code of 13 symbols for 60 random bits: twelve that hold them, and a check symbol.

    Any one wrong symbol and any two exchanged ones make it ill-formed. Raises ValueError outside 0 … 2⁶⁰ − 1.
    """
    if not 0 <= bits < 1 << CODE_BITS:
        raise ValueError("a code holds 60 bits")
    values = [0] + [bits >> shift & 31 for shift in range(CODE_BITS - 5, -1, -5)]
    check = _sum(values)  # weight of the first place is 1
    return "".join(ALPHABET[value] for value in (*values[1:], check))


def normalise(text: str) -> str:
    """What a person typed, as the code is kept: upper case, no blanks or hyphens, O read as 0, I and L as 1."""
    return text[:200].upper().translate(_READ_AS)


def well_formed(code: str) -> bool:
    """Whether a normalised code has thirteen known symbols and the check symbol that belongs to the other twelve."""
    if len(code) != CODE_LENGTH or not all(symbol in _VALUE for symbol in code):
        return False
    values = [_VALUE[symbol] for symbol in code]
    return _sum([values[-1], *values[:-1]]) == 0


def grouped(code: str) -> str:
    """The code as it is shown: XXXX-XXXX-XXXXX."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


# --- Serials and validity ---------------------------------------------------------------------------------------------
LAPSES_SOON = timedelta(days=90)

Status = Literal["in-force", "expiring", "expired", "suspended", "revoked"]


def serial(year: int, number: int) -> str:
    """The serial of the `number`th certificate of a federation's year: "2026-000123"."""
    return f"{year}-{number:06d}"


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day: 31 January + 1 = 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Validity:
    """First and last day on which a certificate holds, and the moment at which it ends."""

    issued_on: date
    valid_until: date
    ends_at: datetime


def validity(now: datetime, months: int, timezone: str) -> Validity:
    """Valid from today, as the federation's clock says it, to the end of the day `months` later."""
    issued_on = now.astimezone(ZoneInfo(timezone)).date()
    last = add_months(issued_on, months)
    return Validity(issued_on, last, datetime.combine(last + timedelta(days=1), time(), ZoneInfo(timezone)))


def status(state: str, valid_until: datetime, now: datetime) -> Status:
    """What a certificate in `state` (in-force, suspended, revoked) that ends at `valid_until` counts as at `now`."""
    if state == "revoked":
        return "revoked"
    if state == "suspended":
        return "suspended"
    if now >= valid_until:
        return "expired"
    return "expiring" if valid_until - now <= LAPSES_SOON else "in-force"


# --- The snapshot -----------------------------------------------------------------------------------------------------
# Of an item of evidence, what a certificate freezes: what was asked and how much there was, never who took part or how.
SHOWN = {"requirement": "requirement", "done": "have", "total": "need", "unit": "unit"}


def achieved(evidence: list[Any]) -> list[dict[str, Any]]:
    """The met requirements of a dossier's frozen evidence, each with its met `parts` where it was made of several."""
    met = []
    for item in evidence:
        if item.get("met"):
            kept = {name: item[key] for name, key in SHOWN.items() if key in item}
            met.append(kept | ({"parts": achieved(item["parts"])} if item.get("parts") else {}))
    return met


def snapshot(
    *,
    federation: Mapping[str, str],
    scheme: Mapping[str, Any],
    name: str,
    locale: str,
    dates: Validity,
    decided_on: date | None,
    serial: str,
    code: str,
    met: list[dict[str, Any]],
) -> dict[str, Any]:
    """The facts that a certificate freezes, as plain JSON values (dates in ISO 8601).

    `federation` = {slug, name}; `scheme` = {slug, title: {locale: text}, version, validity_months}.
    """
    return {
        "format": 1,
        "federation": dict(federation),
        "scheme": dict(scheme),
        "holder": {"name": name, "locale": locale},
        "issued_on": dates.issued_on.isoformat(),
        "valid_until": dates.valid_until.isoformat(),
        "ends_at": dates.ends_at.astimezone(ZoneInfo("UTC")).isoformat(),
        "decided_on": decided_on.isoformat() if decided_on else None,
        "serial": serial,
        "code": code,
        "met": met,
    }


FOREVER = datetime(9999, 12, 31, tzinfo=ZoneInfo("UTC"))  # what somebody has learnt does not lapse


def completion(
    *,
    federation: Mapping[str, str],
    course: Mapping[str, Any],
    edition: str,
    name: str,
    locale: str,
    issued_on: date,
    rule: int,
    serial: str,
    code: str,
    met: list[dict[str, Any]],
) -> dict[str, Any]:
    """The facts that a certificate of completion freezes. `course` = {slug, title: {locale: text}, version, minutes}; `rule`:
    the number of the rule by which it was judged."""
    return {
        "format": 1,
        "kind": "completion",
        "federation": dict(federation),
        "course": dict(course),
        "edition": edition,
        "holder": {"name": name, "locale": locale},
        "issued_on": issued_on.isoformat(),
        "valid_until": None,
        "ends_at": FOREVER.isoformat(),
        "decided_on": None,
        "rule": rule,
        "serial": serial,
        "code": code,
        "met": met,
    }


def is_completion(snapshot: Mapping[str, Any]) -> bool:
    """Whether these are the facts of a certificate of completion: it accredits nobody."""
    return snapshot.get("kind") == "completion"


def subject(snapshot: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a certificate is for, with its title and version: a scheme of accreditation, or a course."""
    return snapshot["course"] if is_completion(snapshot) else snapshot["scheme"]


def last_day(snapshot: Mapping[str, Any]) -> date | None:
    """The last day on which it holds; None if it does not lapse."""
    return date.fromisoformat(snapshot["valid_until"]) if snapshot["valid_until"] else None


def agrees(snapshot: Mapping[str, Any], *, code: str, serial: str, valid_until: datetime) -> bool:
    """Whether the columns beside a snapshot say the same as it does."""
    try:
        ends_at = datetime.fromisoformat(snapshot["ends_at"])
    except (KeyError, TypeError, ValueError):
        return False
    return snapshot.get("code") == code and snapshot.get("serial") == serial and ends_at == valid_until


def localised(title: Mapping[str, str], locale: str) -> str:
    """A title in `locale`, or in Spanish, or in whatever language there is."""
    return title.get(locale) or title.get("es") or next(iter(title.values()), "")
