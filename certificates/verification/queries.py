"""What there is to say of a code: one statement, and the fingerprint of the facts counted again."""

from dataclasses import dataclass
from datetime import date, datetime

from certificates.register import names, queries, rules
from certificates.verification import words
from certificates.verification.rules import Check, checks
from lms.audit import fingerprint
from lms.errors import Refusal
from lms.people.federations import look
from lms.people.federations.look import Shown
from lms.sealing import Unopenable


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of a certificate. Facts are left out (None) where the record is not intact."""

    code: str
    checks: list[Check]
    status: str  # of register.rules.status, or "altered"
    issuer: str | None = None
    type: str | None = None
    serial: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    name: str | None = None  # only where its holder chose so
    logo: Shown | None = None  # of who issued it
    minutes: int | None = None  # of the course, where the certificate says that one was completed


class Malformed(Refusal):
    """The check symbol does not belong to the others: a typing error."""

    code = "malformed-code"
    sentence = words.MALFORMED
    status = 422


class Unknown(Refusal):
    """Well formed, and nobody's."""

    code = "unknown-code"
    sentence = words.UNKNOWN
    status = 404


def _name(found: queries.Public) -> str | None:
    """The name; None where it was erased, or its key is not here."""
    try:
        return names.name(found.id, found.snapshot, found.sealed_name) or None
    except Unopenable:
        return None


def answer(code: str, now: datetime, locale: str) -> Answer:
    """What there is to say of a code that is written as it is kept. Raises Malformed, Unknown."""
    if not rules.well_formed(code):
        raise Malformed
    found = queries.public(code)
    if found is None:
        raise Unknown
    intact = fingerprint(found.snapshot) == found.digest == found.act_digest and rules.agrees(
        found.snapshot, code=found.code, serial=found.serial, valid_until=found.valid_until
    )
    intact = intact and not names.is_changed(found.id, found.snapshot, found.sealed_name)
    facts = found.snapshot
    said = checks(found.state, found.valid_until, intact, now)
    if not intact:
        return Answer(code, said, "altered")
    return Answer(
        code=code,
        checks=said,
        status=rules.status(found.state, found.valid_until, now),
        issuer=facts["federation"]["name"],
        type=rules.localised(rules.subject(facts)["title"], locale),
        serial=found.serial,
        valid_from=date.fromisoformat(facts["issued_on"]),
        valid_until=rules.last_day(facts),
        minutes=facts["course"]["minutes"] if rules.is_completion(facts) else None,
        name=_name(found) if found.show_name else None,
        logo=look.logo(found.federation_id, found.look),
    )
