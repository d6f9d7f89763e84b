"""A person's roles in a federation, told as a timeline: what happened when, and who did it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lms import i18n
from lms.people import words
from lms.people.models import Membership
from lms.texts import gettext as _


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the timeline, as `components/lists.html` shows it."""

    at: datetime
    what: str
    who: str
    when: str
    iso: str


def steps(past: Iterable[Membership], names: Mapping[UUID, str], now: datetime) -> list[Step]:
    """The timeline of these roles, the latest first; `names` of those who gave and took them."""
    found = [step for one in past for step in _of(one, names, now)]
    return sorted(found, key=lambda step: step.at, reverse=True)


def _of(one: Membership, names: Mapping[UUID, str], now: datetime) -> list[Step]:
    role = {"role": words.ROLES[one.role]}
    begins = _("Empezará: %(role)s", **role) if one.since > now else _("Recibe: %(role)s", **role)
    found = [_step(one.since, begins, names.get(one.given_by, "") if one.given_by else "")]
    if one.paused_at:
        by = names.get(one.paused_by, "") if one.paused_by else ""
        found.append(_step(one.paused_at, _("Se desactiva la cuenta, y con ella: %(role)s", **role), by))
    if one.until and not (one.paused_at and one.until <= max(one.paused_at, one.since)):
        by = names.get(one.taken_by, "") if one.taken_by else ""
        found.append(_step(one.until, _ends(one, now) % role, by))
    return found


def _ends(one: Membership, now: datetime) -> str:
    if one.taken_by == one.person_id:
        return _("Deja el papel: %(role)s", role="%(role)s")
    if one.until == one.since:
        return _("Se retira antes de empezar: %(role)s", role="%(role)s")
    if one.taken_by is None and one.until and one.until > now:
        return _("Terminará: %(role)s", role="%(role)s")
    return _("Se retira: %(role)s", role="%(role)s")


def _step(at: datetime, what: str, who: str) -> Step:
    return Step(at, what, who, i18n.moment(at), at.isoformat())
