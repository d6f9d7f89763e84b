"""Writes about a federation's own identity: name, languages, look, crisis contacts, retention. Call inside `transaction()`.

Each locks the federation's row first: two who administer and change it at once come one after the other.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import format_decimal

from lms import audit, storage
from lms.db import db
from lms.people.federations import colours, look, rules
from lms.people.federations.logos import Logo
from lms.people.federations.refusals import ColourTooPale, ColourUnreadable, DefaultNotOffered, MonthsBeyond
from lms.people.locking import hold
from lms.people.models import Federation


def _held(federation_id: UUID) -> Federation:
    hold(federation_id)
    return db.session.get_one(Federation, federation_id)


def _noted(federation: Federation, action: str, by: UUID, now: datetime, **facts: Any) -> None:
    audit.record(
        action, f"federation:{federation.id}", federation_id=federation.id, actor_id=by, now=now, **facts
    )  # fmt: skip


def change_identity(
    federation_id: UUID, *, name: str, languages: Sequence[str], locale: str, timezone: str, by: UUID, now: datetime
) -> None:
    """What the federation is called, which languages it offers (`locale` is its own), where its clock stands.

    Raises DefaultNotOffered.
    """
    if locale not in languages:
        raise DefaultNotOffered
    federation = _held(federation_id)
    values = {"name": name, "languages": list(languages), "locale": locale, "timezone": timezone}
    changed = [field for field, value in values.items() if getattr(federation, field) != value]
    for field in changed:
        setattr(federation, field, values[field])
    if changed:
        # The name itself is a body's, yet it is free text: that it changed is enough.
        _noted(federation, "federation.change", by, now, changed=changed, languages=list(languages), timezone=timezone)


def set_logo(federation_id: UUID, logo: Logo, *, by: UUID, now: datetime) -> None:
    """Show this logo. The file is stored first: an address never stands for nothing."""
    federation = _held(federation_id)
    storage.put(look.key(federation_id, logo.digest), logo.png)
    kept = {"digest": logo.digest, "width": logo.width, "height": logo.height}
    federation.look = {**federation.look, "logo": kept}
    _noted(federation, "federation.logo", by, now, digest=logo.digest)


def remove_logo(federation_id: UUID, *, by: UUID, now: datetime) -> bool:
    """Back to the mark of the house; False if there was no logo."""
    federation = _held(federation_id)
    if "logo" not in federation.look:
        return False
    federation.look = {name: value for name, value in federation.look.items() if name != "logo"}
    _noted(federation, "federation.logo", by, now, digest=None)
    return True


def readable(field: str, typed: str) -> str | None:
    """The colour that was typed, as it is kept; None for none. Raises ColourUnreadable, ColourTooPale (at `field`)."""
    if not typed.strip():
        return None
    colour = colours.read(typed)
    refusal: ColourUnreadable | ColourTooPale
    if colour is None:
        refusal = ColourUnreadable()
    elif not colours.passes(colour):
        # Rounded down: a ratio that fails never reads as one that passes.
        ratio = int(colours.ratio(colour) * 10) / 10
        refusal = ColourTooPale(
            ratio=format_decimal(ratio), least=format_decimal(colours.LEAST), nearest=colours.nearest(colour)
        )
    else:
        return colour
    refusal.field = field
    raise refusal


def set_colours(federation_id: UUID, *, act: str | None, people: str | None, by: UUID, now: datetime) -> None:
    """Use these colours (kept ones, from `readable`), or the house's where one is None."""
    federation = _held(federation_id)
    chosen = {name: value for name, value in (("act", act), ("people", people)) if value is not None}
    for field, value in chosen.items():
        readable(field, value)
    rest = {name: value for name, value in federation.look.items() if name not in ("act", "people")}
    federation.look = rest | chosen
    _noted(federation, "federation.colours", by, now, act=act and act[1:], people=people and people[1:])


def set_crisis_contacts(federation_id: UUID, contacts: Sequence[Mapping[str, str]], *, by: UUID, now: datetime) -> None:
    """These contacts ({name, number, note}), in this order. Writing them down is also looking at them."""
    federation = _held(federation_id)
    federation.crisis_contacts = [{name: one[name] for name in ("name", "number", "note")} for one in contacts]
    federation.crisis_reviewed_on = now.date()
    _noted(federation, "federation.crisis", by, now, contacts=len(contacts))


def review_crisis_contacts(federation_id: UUID, *, by: UUID, now: datetime) -> None:
    """Somebody has looked today, and they are right."""
    federation = _held(federation_id)
    federation.crisis_reviewed_on = now.date()
    _noted(federation, "federation.crisis", by, now, reviewed=True)


def set_retention(federation_id: UUID, months: Mapping[str, int], *, by: UUID, now: datetime) -> None:
    """For how many months each kind is kept. Raises MonthsBeyond for what lies beyond a kind's limits."""
    for kind, count in months.items():
        period = rules.RETENTION[kind]
        if not period.floor <= count <= period.ceiling:
            refusal = MonthsBeyond(floor=period.floor, ceiling=period.ceiling)
            refusal.field = kind
            raise refusal
    federation = _held(federation_id)
    # What equals the default is kept too: a default that changes later changes nothing that somebody chose.
    federation.retention = dict(months)
    _noted(federation, "federation.retention", by, now, months=dict(months))
