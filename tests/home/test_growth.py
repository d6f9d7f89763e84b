"""A desk costs the same however many others are in the federation: nothing is looked for among everybody."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from lms.db import db, transaction
from lms.home import queries
from lms.people.models import Membership
from tests.cast import gather
from tests.home.test_desks import QUESTIONS
from tests.world import NOW, World

# What grows with people and enrolments. None of these is gone through, nor searched by the federation alone.
MANY = (
    "people",
    "memberships",
    "enrolments",
    "sign_ins",
    "invitations",
    "mentoring_sessions",
    "lessons_done",
    "messages",
)
BROAD = "(federation_id=?)"
FEW = "ix_invitations_unanswered"  # an index of those alone that wait for an answer


def plans(world: World, asked: list[tuple[str, Any]]) -> list[str]:
    """How SQLite goes about these statements, step by step."""
    with world.database(), db.engine.connect() as connection:
        return [
            row[3]
            for statement, values in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_desk_goes_through_everybody(world: World) -> None:
    cast = gather(world)
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    browsers = [world.browser(cast.people[who]) for who in QUESTIONS]
    event.listen(Engine, "before_cursor_execute", note)
    try:
        for browser in browsers:
            assert browser.get("/").status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    steps = set(plans(world, asked))
    assert len(steps) > 30
    through = {step for step in steps if step.startswith("SCAN") and step.split()[1] in MANY}
    broad = {
        step
        for step in steps
        if step.startswith("SEARCH") and step.split()[1] in MANY and BROAD in step and FEW not in step
    }
    assert sorted(through | broad) == []


def test_who_became_an_agent_last_is_named_first_of_those_without_an_observation(world: World) -> None:
    before, now, after = (NOW + timedelta(days=days) for days in (-2, 0, 1))
    people = {since: world.person() for since in (before, now, after)}
    with world.database(), transaction() as session:
        for since, person_id in people.items():
            session.add(Membership(person_id=person_id, federation_id=world.here, role="agent", since=since))
    with world.database():
        found = [id_ for id_, _name in queries.agents_unobserved(world.here, NOW, limit=2)]
    assert found == [people[now], people[before]]  # who becomes one tomorrow is none yet


def test_roles_are_counted_as_far_as_a_desk_says_them(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _time in range(2):
        world.person("trainer")
    world.person("trainer", federation=world.elsewhere)
    with world.database():
        held = queries.roles_held(world.here, NOW)
    assert {role: count for role, count in held.items() if count} == {"trainer": 2}
    admin = world.browser(world.person("admin"))
    monkeypatch.setattr(queries, "MOST_COUNTED", 2)
    assert "2 o más" in admin.get("/").text
