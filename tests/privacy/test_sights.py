"""Who looked: written for each look at another's record, once an hour, and without it no page."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from lms import audit, clock
from lms.audit import AuditEntry
from lms.people.privacy import sights
from tests.world import World


def looks(world: World, person_id: UUID) -> list[tuple[UUID | None, str]]:
    """(who, what) of each look at this person's file."""
    with world.database() as session:
        rows = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == sights.ACTION, AuditEntry.subject == f"person:{person_id}")
            .order_by(AuditEntry.number)
        ).all()
        return [(row.actor_id, row.facts["what"]) for row in rows]


def test_a_look_at_a_members_page_stands_in_the_trail(world: World) -> None:
    agent, registrar = world.person("agent"), world.person("registrar")
    assert world.browser(registrar).get(f"/people/{agent}").status_code == 200
    assert looks(world, agent) == [(registrar, "member")]
    with world.database():
        assert not list(audit.verify(world.here))


def test_a_second_look_within_the_hour_is_the_same_look(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    agent, registrar = world.person("agent"), world.person("registrar")
    now = clock.now()
    browser = world.browser(registrar, expires_at=now + timedelta(hours=9))
    for later in (timedelta(0), timedelta(minutes=40), timedelta(minutes=61)):
        monkeypatch.setattr(clock, "now", lambda later=later: now + later)
        browser.get(f"/people/{agent}")
    assert looks(world, agent) == [(registrar, "member")] * 2


def test_one_s_own_page_is_no_look(world: World) -> None:
    registrar = world.person("registrar")
    world.browser(registrar).get(f"/people/{registrar}")
    assert looks(world, registrar) == []


def test_without_the_note_no_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = world.person("agent", name="Nombre Que No Se Ve")
    browser = world.browser(world.person("registrar"))
    world.app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail(*_more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(sights, "_write", fail)
    answer = browser.get(f"/people/{agent}")
    assert answer.status_code == 500
    assert "Nombre Que No Se Ve" not in answer.text


def test_what_one_may_not_see_leaves_no_look(world: World) -> None:
    agent, elsewhere = world.person("agent"), world.person("registrar", federation=world.elsewhere)
    assert world.browser(elsewhere, federation=world.elsewhere).get(f"/people/{agent}").status_code == 404
    assert looks(world, agent) == []
