"""Two at the same moment, with real threads on both databases."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from certificates.accreditation import operations, refusals
from certificates.accreditation.models import Decision, Dossier
from lms.audit import AuditEntry
from lms.db import db, transaction
from lms.errors import Refusal
from tests.accreditation.evidence import REASONS, dossier, dossier_of, record, scheme, vote
from tests.world import NOW, World

TIMES = 8
ROUNDS = 10  # without the lock on the dossier, some of them are left undecided on PostgreSQL


def at_once(world: World, works: list[Callable[[], Any]]) -> list[str]:
    """What each of these came to: "" if it was done, or the code of its refusal."""
    barrier, came_to = Barrier(len(works)), [""] * len(works)

    def run(place: int) -> None:
        with world.app.app_context():
            db.session.execute(select(1))  # connected before the start
            db.session.rollback()
            barrier.wait()
            try:
                with transaction():
                    works[place]()
            except Refusal as refusal:
                came_to[place] = refusal.code
            except Exception as error:
                came_to[place] = repr(error)
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came_to


def count(world: World, model: type, *where: Any) -> int:
    with world.database():
        return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def test_two_clicks_on_apply_open_one_dossier(world: World) -> None:
    person, scheme_id, held = world.person("agent"), scheme(world), record()

    def apply() -> None:
        operations.apply(person, world.here, scheme_id, "Ana", now=NOW, gather=lambda *_, **__: held)

    came_to = at_once(world, [apply] * TIMES)
    assert sorted(came_to) == ["", *[refusals.AlreadyApplied.code] * (TIMES - 1)]
    assert count(world, Dossier) == 1
    assert count(world, AuditEntry, AuditEntry.action == "dossier.apply") == 1


@pytest.mark.parametrize("verdict", ["approve", "refuse"])
def test_second_votes_at_the_same_moment_decide_once(world: World, verdict: str) -> None:
    opened = dossier(world)
    vote(world, opened, world.person("registrar"), verdict)
    members = [world.person("registrar") for _member in range(TIMES)]

    def ballot(member: Any) -> Callable[[], Any]:
        return lambda: operations.decide(
            opened, member_id=member, federation_id=world.here, verdict=verdict, reasons=REASONS, now=NOW
        )

    came_to = at_once(world, [ballot(member) for member in members])
    assert sorted(came_to) == ["", *[refusals.AlreadyDecided.code] * (TIMES - 1)]
    assert dossier_of(world, opened).state == {"approve": "approved", "refuse": "refused"}[verdict]
    assert count(world, Decision) == 2
    assert count(world, AuditEntry, AuditEntry.action == "dossier.decide") == 2


def test_the_first_two_votes_at_the_same_moment_decide(world: World) -> None:
    members = [world.person("registrar") for _member in range(2)]
    scheme_id, held = scheme(world), record()
    opened = []
    for _round in range(ROUNDS):
        person = world.person("agent")
        with world.database(), transaction():
            opened.append(
                operations.apply(person, world.here, scheme_id, "Ana", now=NOW, gather=lambda *_, **__: held).id
            )

    def ballot(dossier_id: Any, member: Any) -> Callable[[], Any]:
        return lambda: operations.decide(
            dossier_id, member_id=member, federation_id=world.here, verdict="approve", reasons=REASONS, now=NOW
        )

    for dossier_id in opened:
        assert at_once(world, [ballot(dossier_id, member) for member in members]) == ["", ""]
        assert dossier_of(world, dossier_id).state == "approved"


def test_one_member_who_votes_twice_at_the_same_moment_has_one_vote(world: World) -> None:
    opened, member = dossier(world), world.person("registrar")

    def ballot() -> None:
        operations.decide(
            opened, member_id=member, federation_id=world.here, verdict="approve", reasons=REASONS, now=NOW
        )

    came_to = at_once(world, [ballot] * TIMES)
    assert sorted(came_to) == ["", *[refusals.AlreadyVoted.code] * (TIMES - 1)]
    assert dossier_of(world, opened).state == "open"
