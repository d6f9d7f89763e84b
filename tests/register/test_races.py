"""Two at once, with real threads; and work that is killed in the middle and taken up again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from certificates.register import operations, queries
from certificates.register.models import Certificate, SerialCounter
from lms import audit
from lms.db import transaction
from lms.errors import Refusal
from tests.register.seed import REASON, approved, issued, load, quiet_jobs
from tests.world import NOW, World


@pytest.fixture
def world(app: Flask) -> World:
    quiet_jobs(app)
    return World(app)


def at_once(world: World, *deeds: Callable[[], Any]) -> list[Any]:
    """What each deed gave or refused, all of them begun at the same moment."""
    barrier = Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        with world.database():
            barrier.wait(timeout=10)
            try:
                return deed()
            except Refusal as refusal:
                return refusal.code

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def issuing(world: World, dossier_id: UUID, by: UUID) -> Callable[[], str]:
    def deed() -> str:
        with transaction():
            operations.issue(dossier_id, by=by, federation_id=world.here, now=NOW)
        return "issued"

    return deed


def revoking(world: World, certificate_id: UUID, by: UUID, deed_: Any = operations.revoke) -> Callable[[], str]:
    def deed() -> str:
        with transaction():
            deed_(certificate_id, by=by, federation_id=world.here, reason=REASON, now=NOW)
        return "done"

    return deed


def serials(world: World) -> list[str]:
    with world.database() as session:
        return list(session.scalars(select(Certificate.serial).order_by(Certificate.serial)))


def test_six_clicks_on_issue_issue_one_certificate(world: World) -> None:
    registrars = [world.person("registrar") for _ in range(6)]
    dossier_id = approved(world, world.person("agent"))
    answers = at_once(world, *(issuing(world, dossier_id, by) for by in registrars))
    assert sorted(answers) == ["already-issued"] * 5 + ["issued"]
    assert serials(world) == ["2026-000001"]


def test_dossiers_issued_at_the_same_moment_get_serials_without_gaps_or_doubles(world: World) -> None:
    registrar = world.person("registrar")
    dossiers = [approved(world, world.person("agent")) for _ in range(6)]
    assert at_once(world, *(issuing(world, each, registrar) for each in dossiers)) == ["issued"] * 6
    assert serials(world) == [f"2026-{number:06d}" for number in range(1, 7)]


def test_two_revocations_at_once_are_one(world: World) -> None:
    registrar = world.person("registrar")
    certificate = issued(world, world.person("agent"), registrar)
    answers = at_once(world, *[revoking(world, certificate.id, registrar)] * 4)
    assert sorted(answers) == ["done", "revoked", "revoked", "revoked"]
    with world.database():
        assert [one.act for one in queries.acts(certificate.id)] == ["issue", "revoke"]


def test_a_suspension_and_a_revocation_at_once_end_revoked(world: World) -> None:
    registrar = world.person("registrar")
    certificate = issued(world, world.person("agent"), registrar)
    at_once(
        world,
        revoking(world, certificate.id, registrar),
        revoking(world, certificate.id, registrar, operations.suspend),
    )
    assert load(world, certificate.id).state == "revoked"
    with world.database():
        assert queries.contradictions(world.here) == []


def test_two_bulk_issues_at_once_issue_each_certificate_once(world: World) -> None:
    registrar = world.person("registrar")
    for _ in range(12):
        approved(world, world.person("agent"))

    def deed() -> int:
        return operations.issue_all(world.here, registrar, NOW)

    assert sum(at_once(world, deed, deed)) == 12
    assert serials(world) == [f"2026-{number:06d}" for number in range(1, 13)]


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("place", ["before the commit", "after the commit"])
def test_a_bulk_issue_killed_in_the_middle_is_resumed_without_gaps_or_doubles(
    world: World, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    registrar = world.person("registrar")
    for _ in range(7):
        approved(world, world.person("agent"))
    calls = []

    def dies(*_args: Any, **_more: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise Killed

    more = {"each": dies} if place == "after the commit" else {}
    with world.database(), monkeypatch.context() as patch:
        if place == "before the commit":
            patch.setattr(operations.jobs, "add", dies)  # the last thing in the transaction
        with pytest.raises(Killed):
            operations.issue_all(world.here, registrar, NOW, **more)
    done = len(serials(world))
    assert done == (2 if place == "before the commit" else 3)
    with world.database():
        assert operations.issue_all(world.here, registrar, NOW) == 7 - done
        assert operations.issue_all(world.here, registrar, NOW) == 0
    assert serials(world) == [f"2026-{number:06d}" for number in range(1, 8)]
    with world.database() as session:
        assert session.scalars(select(SerialCounter.last)).one() == 7
        assert queries.contradictions(world.here) == []
        assert list(audit.verify(world.here)) == []


def test_a_bulk_issue_goes_on_past_what_it_may_not_issue(world: World) -> None:
    registrar = world.person("registrar")
    ours = approved(world, world.person("agent"), parties=(registrar,))
    approved(world, world.person("agent"))
    heard: list[tuple[UUID, str | None]] = []
    with world.database():
        assert operations.issue_all(world.here, registrar, NOW, each=lambda *facts: heard.append(facts)) == 1
        assert queries.due_ids(world.here) == [ours]
    assert (ours, "issued-by-party") in heard
