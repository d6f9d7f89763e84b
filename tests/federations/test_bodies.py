"""Associations and services: created, renamed, closed; never deleted, never another federation's."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.db import db, transaction
from lms.ids import new_id
from lms.people.federations import bodies
from lms.people.federations.models import Association
from lms.people.federations.refusals import BodyNameTaken
from lms.people.models import Service
from tests.federations.place import trail
from tests.people.place import at_once
from tests.statements import counted
from tests.world import NOW, Browser, World


def named(world: World, name: str, federation: UUID | None = None) -> Association:
    with world.database(), transaction():
        made = bodies.create_association(federation or world.here, name, by=uuid4(), now=NOW)
        db.session.flush()
        db.session.expunge(made)
        return made


def stored(world: World, model: Any) -> list[Any]:
    with world.database():
        found = list(db.session.scalars(select(model).order_by(model.name)))
        db.session.expunge_all()
        return found


def test_an_association_is_created_once_however_often_the_form_is_sent(world: World, admin: Browser) -> None:
    for _time in range(2):
        answer = admin.post("/federation/associations", {"name": "  Saphena   Sur ", "once": "k" * 20})
        assert answer.status_code == 302
    assert [one.name for one in stored(world, Association)] == ["Saphena Sur"]
    assert [action for action, _facts in trail(world)] == ["association.create"]


def test_a_service_may_name_its_association(world: World, admin: Browser) -> None:
    association = named(world, "Una")
    admin.post("/federation/services", {"name": "UGC Norte", "association": str(association.id)})
    (service,) = stored(world, Service)
    assert (service.name, service.association_id) == ("UGC Norte", association.id)
    assert "Una" in admin.get("/federation/bodies").text


@pytest.mark.parametrize("given", ["elsewhere", "nothing", "a text"])
def test_a_service_names_no_association_of_another_federation(world: World, admin: Browser, given: str) -> None:
    ids = {"elsewhere": str(named(world, "Ajena", world.elsewhere).id), "nothing": str(uuid4()), "a text": "x'--"}
    answer = admin.post("/federation/services", {"name": "UGC Norte", "association": ids[given]})
    assert answer.status_code == 422
    assert "Elige una asociación abierta de la lista" in answer.text
    assert 'value="UGC Norte"' in answer.text
    assert stored(world, Service) == []


def test_the_database_itself_keeps_a_service_within_its_federation(world: World) -> None:
    theirs = named(world, "Ajena", world.elsewhere)
    with world.database(), pytest.raises(IntegrityError), transaction() as session:
        session.add(Service(id=new_id(), federation_id=world.here, name="X", association_id=theirs.id))


def test_names_of_open_ones_differ_and_a_closed_one_gives_its_name_free(world: World, admin: Browser) -> None:
    first = named(world, "Una")
    assert admin.post("/federation/associations", {"name": "Una"}).status_code == 422
    admin.post(f"/federation/associations/{first.id}/close")
    assert admin.post("/federation/associations", {"name": "Una"}).status_code == 302


def test_two_who_create_the_same_at_once_create_one(world: World) -> None:
    deeds = [lambda: bodies.create_association(world.here, "Una", by=uuid4(), now=NOW).name for _ in range(4)]
    assert sorted(at_once(world, *deeds), key=str) == ["Una", *["body-name-taken"] * 3]
    assert BodyNameTaken.code == "body-name-taken"


def test_what_is_closed_stays_with_its_date_and_is_not_changed(world: World, admin: Browser) -> None:
    one = named(world, "Una")
    assert admin.post(f"/federation/associations/{one.id}/close").status_code == 302
    assert admin.post(f"/federation/associations/{one.id}", {"name": "Otra"}).status_code == 422
    (kept,) = stored(world, Association)
    assert kept.name == "Una"
    assert kept.closed_at is not None
    assert "Cerrada el" in admin.get("/federation/bodies").text
    assert [action for action, _facts in trail(world)] == ["association.create", "association.close"]


def test_nothing_of_another_federation_is_seen_or_changed(world: World, admin: Browser, other_admin: Browser) -> None:
    one = named(world, "Una")
    assert "Una" not in other_admin.get("/federation/bodies").text
    for deed in ("", "/close"):
        assert other_admin.post(f"/federation/associations/{one.id}{deed}", {"name": "Mía"}).status_code == 404
    assert [kept.name for kept in stored(world, Association)] == ["Una"]


def test_a_name_with_a_script_is_shown_as_words(world: World, admin: Browser) -> None:
    admin.post("/federation/associations", {"name": "<img src=x onerror=alert(1)>"})
    assert "<img src=x" not in admin.get("/federation/bodies").text


def test_the_page_costs_the_same_however_many_there_are(world: World, admin: Browser) -> None:
    named(world, "Una")
    admin.get("/federation/bodies")
    with counted() as few:
        admin.get("/federation/bodies")
    for number in range(20):
        named(world, f"Otra {number}")
    with counted() as many:
        admin.get("/federation/bodies")
    assert len(many) == len(few) <= 8
