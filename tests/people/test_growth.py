"""What every request asks costs the same however many people there are."""

from typing import Any

import pytest
from sqlalchemy import text

from lms.db import db
from lms.people import queries, sessions
from tests.world import NOW, World


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", [sessions.ACTOR, queries.HOLDERS], ids=["who acts", "who holds a role"])
def test_roles_are_found_by_the_person_and_not_among_everybody_in_the_federation(world: World, statement: Any) -> None:
    with world.database():
        asked = statement.params(people=[world.here], federation=world.here, sign_in=world.here, now=NOW)
        compiled = asked.compile(dialect=db.engine.dialect, compile_kwargs={"render_postcompile": True})
        explained = f"EXPLAIN QUERY PLAN {compiled}".replace("?", "1")
        plan = [row[-1] for row in db.session.execute(text(explained))]
    searched = [step for step in plan if step.startswith(("SEARCH memberships", "SCAN memberships"))]
    assert len(searched) == 1
    assert "(person_id=? AND federation_id=?)" in searched[0]
