"""Nothing that people write runs in the browser of whoever reads it: every payload, on every page that shows it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from courses.learning import operations as learning
from courses.learning.models import Edition
from courses.mentoring import operations as mentoring
from courses.mentoring.models import MentoringSession
from lms.db import transaction
from lms.people import invitations, operations
from lms.people.federations import bodies
from lms.people.models import Federation, Person
from tests.browser.pages import Tab
from tests.browser.payloads import PAYLOADS
from tests.browser.site import PASSWORD, Site

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ALL = "\n".join(PAYLOADS)
# What would have run, or stands there to be run by a click.
LOOSE = """() => ({
  ran: window.ran,
  scripts: document.querySelectorAll('script:not([src^="/static/"])').length,
  handlers: [...document.querySelectorAll('*')].filter((e) => [...e.attributes].some((a) => /^on/i.test(a.name))).length,
  addresses: [...document.querySelectorAll('[href], [src], [action], [data], [formaction]')].filter((e) =>
    ['href', 'src', 'action', 'data', 'formaction'].some((n) => /^\\s*(javascript|data:text|vbscript)/i.test(e.getAttribute(n) || ''))).length,
  frames: document.querySelectorAll('main iframe, main object, main embed, main base, main meta, main style, main link').length,
})"""
CLEAN = {"scripts": 0, "handlers": 0, "addresses": 0, "frames": 0}


def fill(site: Site) -> dict[str, UUID]:
    """Payloads wherever somebody can write: one person for each, and texts that hold them all."""
    now = datetime.now(UTC)
    then, here, staff = now - timedelta(days=59), site.federation_id, site.people
    owner = site.add("owner", PAYLOADS[5], "agent")
    with site.database() as session, transaction():
        for number, payload in enumerate(PAYLOADS):
            found = operations.create_person(f"p{number}@demo.test", payload, password=None, now=then)
            found.pronouns = payload[:40]
            operations.give_role(here, found.id, "agent", by=staff["registrar"], now=then)
            invitations.invite(
                here, f"i{number}@demo.test", payload, "agent", by=staff["registrar"], locale="es", now=now
            )
            bodies.create_association(here, payload, by=staff["registrar"], now=now)
            bodies.create_service(here, payload, None, by=staff["registrar"], now=now)
        edition = session.scalars(select(Edition)).first()
        session.execute(update(Edition).values(name=PAYLOADS[0]))
        pairing = mentoring.pair(here, owner, staff["senior"], by=staff["registrar"], now=then)
        for number in range(0, len(PAYLOADS), 8):
            mentoring.log_session(
                pairing, author_id=owner, kind="individual", format="video", starts_at=now - timedelta(days=2 + number),
                minutes=60, competencies=[], note="\n".join(PAYLOADS[number : number + 8])[:500], now=now,
            )  # fmt: skip
        enrolment = learning.enrol(owner, edition.id, federation_id=here, now=then)
        session.execute(
            update(Person).where(Person.id == staff["senior"]).values(name=PAYLOADS[1], pronouns=PAYLOADS[2][:40])
        )
        session.execute(update(Federation).values(name="<img src=x onerror=ran=1>"))
        sessions = list(session.scalars(select(MentoringSession.id)))
        mentoring.return_session(sessions[0], by=staff["senior"], reason=ALL[:500], now=now)
        return {"owner": owner, "enrolment": enrolment.id, "session": sessions[0], "other": sessions[1]}


def walk(own: Tab, addresses: list[str]) -> tuple[set[str], list[str]]:
    """Open these pages: which there are for this person, and what is wrong with them."""
    there, wrong = set(), []
    for address in addresses:
        answer = own.page.goto(address)
        assert answer is not None
        if answer.status != 200 or "text/html" not in (answer.header_value("content-type") or ""):
            continue
        there.add(address)
        own.page.wait_for_load_state()
        found: dict[str, Any] = own.page.evaluate(LOOSE)
        if {name: value for name, value in found.items() if value is not None} != CLEAN:
            wrong.append(f"{address}: {found}")
    return there, wrong


def plain(site: Site) -> list[str]:
    """Every page without arguments."""
    rules = [rule for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    return sorted(rule.rule for rule in rules if not rule.rule.endswith((".json", "z", ".pdf")))


@pytest.mark.parametrize(
    ("login", "at_least"),
    [
        ("owner", {"/mentoring", "/mentoring/sessions/{session}"}),
        ("senior", {"/mentoring", "/mentoring/sessions/{other}"}),
        ("registrar", {"/people", "/people/{owner}", "/people/invitations", "/mentoring/pairings"}),
        ("boss", {"/people", "/people/{owner}", "/trail", "/trail?person={owner}", "/federation"}),
    ],
)
def test_nothing_that_people_write_runs_anywhere(
    site: Site, phone: Callable[..., Tab], login: str, at_least: set[str]
) -> None:
    ids = fill(site)
    site.add("boss", PAYLOADS[7], "admin")
    own, dialogs = phone(site, timezone_id="UTC"), []
    own.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    own.page.goto("/login")
    own.fill(email=f"{login}@demo.test", password=PASSWORD)
    own.page.locator("main button[type=submit]").first.tap()
    own.page.wait_for_url(lambda url: "/login" not in url)
    wanted = {address.format(**ids) for address in at_least}
    more = {"/mentoring/sessions/{session}", "/mentoring/sessions/{session}/correct", "/learn/{enrolment}"}
    there, wrong = walk(own, [*plain(site), *sorted(wanted | {address.format(**ids) for address in more})])
    assert wrong == []
    assert dialogs == []
    assert wanted <= there
    own.complaints = [one for one in own.complaints if "status of 40" not in one]
