"""Recognition: said by both, dated, ended by either, in both trails; no federation is listed to another."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms import clock
from lms.db import db, transaction
from lms.ids import new_id
from lms.people.federations import agreements
from lms.people.federations.models import Recognition
from lms.people.messages.models import Message
from tests.federations.place import trail
from tests.people.place import at_once
from tests.statements import counted
from tests.world import NOW, Browser, World

OURS = {"slug": "elsewhere", "direction": "ours", "what": "certificates"}


def only(world: World) -> Recognition:
    with world.database():
        found = db.session.scalars(select(Recognition)).one()
        db.session.expunge(found)
        return found


def recognised(world: World, federation: UUID, what: str = "certificates", on: Any = None) -> set[UUID]:
    with world.database():
        return set(agreements.recognised(federation, what, on or clock.now()))


def proposed(world: World, by: UUID, **more: Any) -> UUID:
    values = {"slug": "elsewhere", "what": "certificates", "recognises": True, "now": NOW} | more
    with world.database(), transaction():
        return agreements.propose(world.here, values.pop("slug"), values.pop("what"), by=by, **values)


def test_an_agreement_is_in_force_once_both_have_said_so(world: World, admin: Browser, other_admin: Browser) -> None:
    assert admin.post("/federation/agreements", OURS).status_code == 302
    assert recognised(world, world.here) == set()
    one = only(world)
    assert other_admin.post(f"/federation/agreements/{one.id}/accept").status_code == 302
    assert recognised(world, world.here) == {world.elsewhere}
    assert recognised(world, world.elsewhere) == set()
    assert recognised(world, world.here, "courses") == set()
    for browser, name in ((admin, "Federación elsewhere"), (other_admin, "Federación here")):
        page = browser.get("/federation/agreements").text
        assert "En vigor" in page
        assert name in page


def test_the_other_may_be_asked_to_recognise_ones_own(world: World, admin: Browser, other_admin: Browser) -> None:
    admin.post("/federation/agreements", OURS | {"direction": "theirs", "what": "courses"})
    other_admin.post(f"/federation/agreements/{only(world).id}/accept")
    assert recognised(world, world.elsewhere, "courses") == {world.here}


def test_who_proposed_cannot_accept(world: World, admin: Browser) -> None:
    admin.post("/federation/agreements", OURS)
    second = world.browser(world.person("admin"))
    for browser in (admin, second):
        browser.post(f"/federation/agreements/{only(world).id}/accept")
    assert only(world).accepted_at is None


def test_one_person_on_both_sides_is_not_two(world: World) -> None:
    both = world.person("admin")
    one_id = proposed(world, both)
    with world.database(), pytest.raises(agreements.AgreementTwoPeople), transaction():
        seen = agreements.one(world.elsewhere, one_id)
        assert seen is not None
        agreements.accept(seen, by=both, now=NOW)
    with world.database(), pytest.raises(IntegrityError), transaction() as session:
        session.query(Recognition).update({"accepted_by": both, "accepted_at": NOW})


@pytest.mark.parametrize("ender", ["here", "elsewhere"])
def test_either_ends_it_and_what_was_recognised_before_stays_so(
    world: World, admin: Browser, other_admin: Browser, ender: str
) -> None:
    admin.post("/federation/agreements", OURS)
    other_admin.post(f"/federation/agreements/{only(world).id}/accept")
    during = clock.now()
    {"here": admin, "elsewhere": other_admin}[ender].post(f"/federation/agreements/{only(world).id}/end")
    assert recognised(world, world.here, on=clock.now() + timedelta(seconds=1)) == set()
    assert recognised(world, world.here, on=during) == {world.elsewhere}
    assert recognised(world, world.here, on=during - timedelta(days=1)) == set()


def test_each_deed_is_in_both_trails(world: World, admin: Browser, other_admin: Browser) -> None:
    admin.post("/federation/agreements", OURS)
    other_admin.post(f"/federation/agreements/{only(world).id}/accept")
    admin.post(f"/federation/agreements/{only(world).id}/end")
    facts = {"recognising": str(world.here), "recognised": str(world.elsewhere)}
    deeds = [(f"agreement.{deed}", facts) for deed in ("propose", "accept", "end")]
    assert trail(world) == trail(world, world.elsewhere) == deeds


def test_those_who_administer_the_other_are_told(world: World, admin: Browser, other_admin: Browser) -> None:
    admin.post("/federation/agreements", OURS)
    with world.database():
        assert db.session.scalars(select(Message.kind)).all() == ["agreement-proposed"]
    assert "Federación here os propone un acuerdo de reconocimiento" in other_admin.get("/messages").text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"slug": "nowhere"}, "Aquí no hay ninguna federación con ese nombre corto."),
        ({"slug": "here"}, "Ese es el nombre corto de tu federación."),
        ({"slug": "' OR 1=1"}, "Aquí no hay ninguna federación con ese nombre corto."),
        ({"slug": ""}, "Escribe el nombre corto."),
        ({"slug": "x" * 41}, "Usa como mucho 40 caracteres."),
        ({"what": "people"}, "no"),
        ({"direction": "both"}, "no"),
    ],
)
def test_what_will_not_do_is_refused(world: World, admin: Browser, change: dict[str, Any], sentence: str) -> None:
    page = admin.post("/federation/agreements", OURS | change)
    assert page.status_code == 422
    assert sentence in page.text
    with world.database():
        assert db.session.query(Recognition).count() == 0


def test_the_same_is_not_proposed_twice_until_it_has_ended(world: World, admin: Browser) -> None:
    admin.post("/federation/agreements", OURS)
    assert admin.post("/federation/agreements", OURS).status_code == 422
    admin.post(f"/federation/agreements/{only(world).id}/end")
    assert admin.post("/federation/agreements", OURS).status_code == 302


def test_a_third_federation_neither_sees_nor_changes_it(world: World, admin: Browser) -> None:
    admin.post("/federation/agreements", OURS)
    with world.database(), transaction() as session:
        third = world._federation(session, "third")
    stranger = world.browser(world.person("admin", federation=third), federation=third)
    assert "elsewhere" not in stranger.get("/federation/agreements").text
    for deed in ("accept", "end"):
        assert stranger.post(f"/federation/agreements/{only(world).id}/{deed}").status_code == 404


def test_accepted_and_ended_at_once_it_ends_in_one_state_with_each_deed_once(world: World) -> None:
    one_id = proposed(world, uuid4())

    def deed(what: str) -> str:
        seen = agreements.one(world.elsewhere, one_id)
        assert seen is not None
        {"accept": agreements.accept, "end": agreements.end}[what](seen, by=uuid4(), now=NOW)
        return what

    done = at_once(world, *[lambda: deed("accept")] * 3, *[lambda: deed("end")] * 3)
    assert done.count("end") == 1
    assert done.count("accept") <= 1
    assert [action for action, _facts in trail(world)].count("agreement.end") == 1
    assert only(world).ended_at is not None


def test_the_database_knows_no_agreement_with_oneself(world: World) -> None:
    values: dict[str, Any] = {"what": "courses", "proposed_by": new_id(), "proposed_at": NOW}
    sides = {"recognising_id": world.here, "recognised_id": world.here, "proposed_by_id": world.here}
    with world.database(), pytest.raises(IntegrityError), transaction() as session:
        session.add(Recognition(id=new_id(), **values, **sides))


def test_the_page_costs_the_same_however_many_there_are(world: World, admin: Browser) -> None:
    admin.post("/federation/agreements", OURS)
    admin.get("/federation/agreements")
    with counted() as few:
        admin.get("/federation/agreements")
    for what in ("certificates", "courses"):
        for direction in ("ours", "theirs"):
            admin.post("/federation/agreements", OURS | {"what": what, "direction": direction})
    with counted() as many:
        admin.get("/federation/agreements")
    assert len(many) == len(few) <= 8
