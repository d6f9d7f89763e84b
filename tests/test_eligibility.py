"""Who may, at the moment at which it is done: a role taken away meanwhile ends its power, also when both happen at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from assessments.competencies import operations as competencies
from certificates.accreditation import operations as accreditation
from certificates.register import operations as register
from courses.mentoring import operations as mentoring
from lms.db import transaction
from lms.errors import Refusal
from lms.people import operations as people
from lms.people import queries
from lms.people.models import Membership
from tests.cast import gather
from tests.mentoring.place import Place, at_once
from tests.register import seed
from tests.world import NOW, World

LATER = NOW + timedelta(days=400)


def _vote(world: World, who: UUID) -> Callable[[], Any]:
    dossier = seed.approved(world, world.person("agent"), state="open")
    return lambda: accreditation.decide(
        dossier, member_id=who, federation_id=world.here, verdict="approve", reasons="x" * 40, now=LATER
    )


def _issue(world: World, who: UUID) -> Callable[[], Any]:
    dossier = seed.approved(world, world.person("agent"))
    seed.quiet_jobs(world.app)
    return lambda: register.issue(dossier, by=who, federation_id=world.here, now=LATER)


def _revoke(world: World, who: UUID) -> Callable[[], Any]:
    seed.quiet_jobs(world.app)
    found = seed.issued(world, world.person("agent"), world.person("registrar"))
    return lambda: register.revoke(found.id, by=who, federation_id=world.here, reason="x", now=LATER)


def _observe(world: World, who: UUID) -> Callable[[], Any]:
    person = world.person("agent")
    return lambda: competencies.record(
        world.here,
        person,
        assessor_id=who,
        setting="role-play",
        observed_at=NOW,
        ratings=[("1.1", 3, "", ())],
        now=LATER,
    )


def _sign(world: World, who: UUID) -> Callable[[], Any]:
    place = Place(world)
    pairing = place.pair(place.trainee, who)
    session = place.log(pairing=pairing)
    return lambda: mentoring.sign([session], by=who, federation_id=world.here, now=LATER)


def _pair(world: World, who: UUID) -> Callable[[], Any]:
    person = world.person("agent")
    return lambda: mentoring.pair(world.here, person, who, by=who, now=LATER)


def _give(world: World, who: UUID) -> Callable[[], Any]:
    person = world.person()
    return lambda: people.give_role(world.here, person, "agent", by=who, now=LATER)


# deed → (the role that it takes, how it is prepared, the refusal without that role)
DEEDS: dict[str, tuple[str, Callable[[World, UUID], Callable[[], Any]], str]] = {
    "deciding": ("registrar", _vote, "not-a-member"),
    "issuing": ("registrar", _issue, "not-registrar"),
    "revoking": ("registrar", _revoke, "not-registrar"),
    "observing": ("assessor", _observe, "not-assessor"),
    "signing": ("senior", _sign, "not-senior"),
    "accompanying": ("senior", _pair, "not-mentor"),
    "giving a role": ("registrar", _give, "role-not-yours"),
}
every_deed = pytest.mark.parametrize("deed", DEEDS)


def _membership(world: World, person: UUID) -> UUID:
    with world.database() as session:
        return session.scalar(select(Membership.id).where(Membership.person_id == person))


def done(world: World, deed: Callable[[], Any]) -> str:
    """`done`, or the code of the refusal; in a transaction of its own."""
    with world.database():
        try:
            with transaction():
                deed()
            return "done"
        except Refusal as refusal:
            return refusal.code


@every_deed
def test_it_is_done_by_who_holds_the_role(world: World, deed: str) -> None:
    role, prepare, _code = DEEDS[deed]
    assert done(world, prepare(world, world.person(role))) == "done"


def _taken(world: World, who: UUID) -> None:
    done(world, lambda: people.take_role(_membership(world, who), by=None, now=LATER))


def _paused(world: World, who: UUID) -> None:
    admin = world.person("admin")
    done(world, lambda: people.pause_member(world.here, who, by=admin, now=LATER))


def _inactive(world: World, who: UUID) -> None:
    with world.database(), transaction() as session:
        session.execute(text("UPDATE people SET active = :no WHERE id = :id"), {"no": False, "id": _raw(session, who)})


def _raw(session: Any, id_: UUID) -> Any:
    return id_.hex if session.get_bind().dialect.name == "sqlite" else id_


@every_deed
@pytest.mark.parametrize("end", [_taken, _paused, _inactive])
def test_it_is_refused_when_the_role_was_taken_with_the_form_open(world: World, deed: str, end: Any) -> None:
    role, prepare, code = DEEDS[deed]
    who = world.person(role)
    act = prepare(world, who)
    end(world, who)
    assert done(world, act) == code


@every_deed
def test_it_is_refused_after_the_end_and_before_the_beginning_of_the_role(world: World, deed: str) -> None:
    role, prepare, code = DEEDS[deed]
    who = world.person(role)
    act = prepare(world, who)
    done(world, lambda: people.take_role(_membership(world, who), by=None, now=NOW))
    days = timedelta(days=1)
    done(world, lambda: people.give_role(world.here, who, role, by=None, now=NOW, since=NOW + days, until=LATER))
    done(world, lambda: people.give_role(world.here, who, role, by=None, now=NOW, since=LATER + days))
    assert done(world, act) == code


@every_deed
def test_of_a_deed_and_a_role_taken_at_once_the_deed_counts_or_does_not(world: World, deed: str) -> None:
    role, prepare, code = DEEDS[deed]
    who = world.person(role)
    act, membership = prepare(world, who), _membership(world, who)
    first, second = at_once(
        lambda: done(world, act),
        lambda: done(world, lambda: people.take_role(membership, by=None, now=LATER - timedelta(days=1))),
    )
    assert (first, second) in {("done", "done"), (code, "done")}


@every_deed
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # SQLite has one writer anyway
def test_a_role_is_not_taken_in_the_middle_of_a_deed(world: World, deed: str) -> None:
    role, prepare, _code = DEEDS[deed]
    who = world.person(role)
    act = prepare(world, who)

    def take() -> None:
        with world.database(), transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '50ms'"))
            session.execute(text("UPDATE memberships SET until = now() WHERE person_id = :who"), {"who": who})

    with world.database(), transaction(), ThreadPoolExecutor(1) as pool:
        act()
        assert isinstance(pool.submit(take).exception(), OperationalError)


def test_a_page_whose_role_was_taken_meanwhile_refuses_what_it_sends(world: World) -> None:
    cast = gather(world)
    registrar = cast.people["registrar"]
    browser, address = world.browser(registrar), f"/dossiers/{cast.ids['dossier_id']}/decision"
    assert browser.get(address).status_code == 200
    _membership_id = _membership(world, registrar)
    done(world, lambda: people.take_role(_membership_id, by=None, now=NOW))
    assert browser.post(address, {"verdict": "approve", "reasons": "x" * 40}).status_code == 404
    with world.database():
        assert queries.roles_of(registrar, world.here) == frozenset()
