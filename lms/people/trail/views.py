"""Pages: the audit trail, for those who answer for it."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask_babel import format_timedelta
from werkzeug.exceptions import BadRequest, NotFound

from lms import audit, clock, i18n
from lms.access import actor
from lms.db import transaction
from lms.people import queries as people
from lms.people import words as roles
from lms.people.privacy import sights
from lms.people.trail import export, queries, words
from lms.people.trail import jobs as jobs  # registers what is done each hour
from lms.people.trail.queries import PAGE, Wanted
from lms.places import place
from lms.policy import declares
from lms.texts import gettext as _

DAYS = re.compile(r"(?P<year>[1-2]\d{3})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
DAYS_BACKWARDS = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>[1-2]\d{3})", re.ASCII)

trail = Blueprint("trail", __name__, template_folder="templates")


def _here() -> UUID:
    found = actor().federation_id
    if found is None:
        raise NotFound
    return found


def _wanted(given: Any) -> tuple[Wanted, list[str]]:
    """What was asked for, and what of it could not be understood."""
    faults: list[str] = []
    action = given.get("action") or None
    if action is not None and not audit.PLAIN.fullmatch(action):
        action = None
    person = None
    try:
        person = UUID(given["person"]) if given.get("person") else None
    except ValueError:
        faults.append(_("Esa persona no se reconoce, así que se muestran todas."))
    since, until = (_day(given.get(name), faults) for name in ("since", "until"))
    return Wanted(
        action=action,
        person=person,
        since=i18n.from_local(since, time.min) if since else None,
        until=i18n.from_local(until + timedelta(days=1), time.min) if until else None,
    ), faults


def _day(text: str | None, faults: list[str]) -> date | None:
    if not text:
        return None
    for order in (DAYS, DAYS_BACKWARDS):
        with suppress(ValueError):
            if match := order.fullmatch(text.strip()):
                return date(**{name: int(figures) for name, figures in match.groupdict().items()})
    faults.append(_("La fecha «%(day)s» no se entiende: escríbela como 2026-11-25 o 25/11/2026.", day=text[:20]))
    return None


def _guard_person(wanted: Wanted) -> None:
    """Only of people who belong here, or did: noting that somebody was asked for must not be what makes them known."""
    if wanted.person and not queries.belonged(wanted.person, _here()):
        raise NotFound


def _note(action: str, wanted: Wanted, **more: Any) -> None:
    """Whoever reads the trail stands in it. Without this entry there is no page.

    Reading one person's part of it is a look at their record, which they can see as such.
    """
    who, here = actor(), _here()
    facts = {"kind": wanted.action, "since": wanted.since, "until": wanted.until, **more}
    subject = f"federation:{here}"
    if wanted.person:
        facts |= {"what": action, "roles": sorted(who.roles)}
        action, subject = sights.ACTION, f"person:{wanted.person}"
    with transaction():
        audit.record(
            action, subject, federation_id=here, actor_id=who.person_id, now=clock.now(),
            **{name: value for name, value in facts.items() if value is not None},
        )  # fmt: skip


@trail.get("/trail")
@declares("trail.read")
def index() -> Any:
    """The federation's own trail in words, newest first."""
    here, given = _here(), request.args
    wanted, faults = _wanted(given)
    before = given.get("before", type=int)
    before = before if before is not None and 0 < before < 2**31 else None
    _guard_person(wanted)
    _note("trail.read", wanted)
    found = queries.page(here, wanted, before)
    shown = found[:PAGE]
    names = people.names(_people(shown))
    asked = {name: given[name] for name in ("action", "person", "since", "until") if given.get(name)}
    page = render_template(
        "trail/index.html",
        lines=[_line(entry, names, asked) for entry in shown],
        asked=asked,
        faults=faults,
        person=names.get(wanted.person) if wanted.person else None,
        choices=words.choices(),
        older=_address(asked | {"before": str(shown[-1].number)}) if len(found) > PAGE else None,
        newest=_address(asked) if before else None,
        state=_state(here),
    )
    return page, (422 if faults else 200)


@trail.post("/trail/export")
@declares("trail.export")
def download() -> Response:
    """The same entries as a file."""
    here, form = _here(), request.form.get("form", "")
    if form not in export.TYPES:
        raise BadRequest
    wanted, faults = _wanted(request.form)
    if faults:
        raise BadRequest
    _guard_person(wanted)
    _note("trail.export", wanted, form=form)
    name = f"trail-{clock.now():%Y-%m-%d}.{form}"
    return Response(
        stream_with_context(export.lines(here, wanted, form)),
        content_type=f"{export.TYPES[form]}; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def _people(entries: Sequence[Any]) -> set[UUID]:
    """Everybody whom these entries name: who did it, to whom, and people among the facts."""
    found = {entry.actor_id for entry in entries if entry.actor_id is not None}
    for entry in entries:
        kind, _colon, id_ = entry.subject.partition(":")
        found |= {_id(id_)} if kind == "person" else set()
        found |= {_id(value) for value in entry.facts.values() if isinstance(value, str) and len(value) == 36}
    return found - {None}  # type: ignore[return-value]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _named(id_: UUID | None, names: dict[UUID, str]) -> str:
    if id_ is None:
        return _("La plataforma")
    return names.get(id_) or _("Alguien que ya no está (%(id)s)", id=str(id_)[:8])


def _line(entry: Any, names: dict[UUID, str], asked: dict[str, str]) -> dict[str, Any]:
    kind, _colon, id_ = entry.subject.partition(":")
    about = _id(id_) if kind == "person" else None
    other = f"{words.SUBJECTS.get(kind, kind)} {id_[:8]}"
    return {
        "number": entry.number,
        "what": words.said(entry.action),
        "who": _named(entry.actor_id, names),
        "who_url": _narrowed(asked, entry.actor_id),
        "about": _named(about, names) if about else other,
        "about_url": _narrowed(asked, about),
        "at": entry.at,
        "facts": [(words.FACTS.get(name, name), _fact(name, value, names)) for name, value in entry.facts.items()],
    }


def _narrowed(asked: dict[str, str], person: UUID | None) -> str | None:
    """The same page for one person; none where it is theirs already."""
    if person is None or asked.get("person") == str(person):
        return None
    return _address(asked | {"person": str(person)})


def _address(asked: dict[str, str]) -> str:
    return f"{place('trail.index')}?{urlencode(asked)}"


def _fact(name: str, value: Any, names: dict[UUID, str]) -> str:
    match value:
        case bool():
            return _("sí") if value else _("no")
        case None:
            return "–"
        case dict():
            return ", ".join(f"{key} {one}" for key, one in value.items())
        case list():
            return ", ".join(_fact(name, one, names) for one in value)
    text = str(value)
    if (found := _id(text)) is not None:
        return names.get(found, text[:8])
    if name in ("since", "until", "at"):
        with suppress(ValueError):
            return i18n.moment(datetime.fromisoformat(text))
    if name in ("kind", "action") and text in words.ACTIONS:
        return words.said(text)
    if name in ("role", "roles") and text in roles.ROLES:
        return str(roles.ROLES[text])
    return f"{text[:8]}…" if len(text) == 64 else text


def _state(here: UUID) -> dict[str, Any] | None:
    """How far the chain was checked, said in words."""
    found = queries.checked(here)
    if found is None:
        return None
    ago = clock.now() - found.at
    return {
        "fault": found.fault,
        "number": found.fault_number if found.fault else found.number,
        "ago": format_timedelta(-max(ago, timedelta(seconds=1)), granularity="minute", add_direction=True),
        "whole_at": found.whole_at,
    }
