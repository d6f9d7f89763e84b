"""Master keys are rotated without losing a sealed text, wherever the rotation stops."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import LargeBinary

import lms.app  # noqa: F401 (knows every table)
from lms import clock, keys, rotation
from lms.db import Base, transaction
from lms.people.profile import operations, queries
from lms.sealing import mark_of
from tests.platform.test_commands import run
from tests.register import seed
from tests.tamper import tamper
from tests.world import NOW, World

# Binary columns that hold nothing sealed.
OPEN = {
    ("passkeys", "credential_id"),
    ("passkeys", "public_key"),
    ("course_files", "content"),
    ("draft_files", "content"),
    ("draft_changes", "content"),
}


@pytest.fixture
def sealed(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[UUID, str]:
    """Seven people with legal names, and a certificate; steps of two."""
    monkeypatch.setattr(rotation, "STEP", 2)
    people = {world.person("agent"): f"Persona Legal {number}" for number in range(7)}
    with world.database(), transaction():
        for person, name in people.items():
            operations.keep_legal_name(person, name, now=NOW)
    seed.issued(world, world.person("agent"), world.person("registrar"))
    return people


def opened(world: World, people: dict[UUID, str]) -> dict[UUID, str | None]:
    with world.database():
        return {person: queries.legal_name(person) for person in people}


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=2))


def test_every_binary_column_says_whether_it_is_sealed(app: Flask) -> None:
    binary = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert binary - OPEN == {(place.table.name, place.column) for place in rotation.PLACES}


def test_a_rotation_seals_everything_again_and_loses_nothing(
    app: Flask, world: World, sealed: dict[UUID, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.database():
        old = keys.present()[0].mark
    code, said = run(app, "keys", "rotate")
    assert (code, "8 sealed again with" in said) == (0, True)
    assert opened(world, sealed) == sealed
    with world.database():
        assert set(rotation.uses()) == {keys.present()[0].mark} != {old}
    assert "No key can be dropped" in run(app, "keys", "drop")[1]  # a process may still be sealing with it
    later(monkeypatch)
    assert old.hex() in run(app, "keys", "drop")[1]
    with world.database():
        assert [key.mark for key in keys.present()] != [old]
        assert len(keys.present()) == 1
    assert opened(world, sealed) == sealed
    assert run(app, "audit", "verify")[0] == 0


def test_an_interrupted_rotation_goes_on_with_the_same_key(
    app: Flask, world: World, sealed: dict[UUID, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.database():
        rotation.begin(NOW)
        steps = rotation.rewrap(NOW)
        assert next(steps) == (2, 0)
        steps.close()
        half = rotation.uses()
    assert sorted(half.values()) == [2, 6]
    assert opened(world, sealed) == sealed
    later(monkeypatch)
    assert "No key can be dropped" in run(app, "keys", "drop")[1]
    code, said = run(app, "keys", "rotate")
    assert (code, "An earlier rotation was not finished" in said, "6 sealed again" in said) == (0, True, True)
    with world.database():
        assert len(keys.present()) == 2
    assert opened(world, sealed) == sealed


def test_a_name_that_its_owner_changes_meanwhile_stays_the_new_one(
    world: World, sealed: dict[UUID, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = next(iter(sealed))
    older = rotation._older

    def and_then(*of: Any) -> Any:
        rows = older(*of)
        if any(row[0] == person for row in rows):
            with transaction():
                operations.keep_legal_name(person, "Nombre Nuevo", now=NOW)
        return rows

    monkeypatch.setattr(rotation, "_older", and_then)
    with world.database():
        rotation.begin(NOW)
        assert list(rotation.rewrap(NOW))[-1] == (7, 0)
    assert opened(world, sealed) == sealed | {person: "Nombre Nuevo"}


def test_what_cannot_be_opened_stays_as_it_is_and_is_named(app: Flask, world: World, sealed: dict[UUID, str]) -> None:
    with world.database():
        path, content = keys.path(), keys.path().read_bytes()
        path.unlink()
    code, said = run(app, "keys", "status")
    assert (code, "8 sealed texts stay shut until it is back" in said) == (1, True)
    assert "8 sealed texts need a key that is not here" in run(app, "doctor")[1]
    code, said = run(app, "keys", "rotate")
    assert (code, "8 could not be opened and stay as they were" in said) == (1, True)
    path.write_bytes(path.read_bytes() + content)
    assert run(app, "keys", "status")[0] == 0
    assert opened(world, sealed) == sealed


def test_an_unreadable_key_is_said_and_not_replaced(app: Flask, world: World, sealed: dict[UUID, str]) -> None:
    with world.database():
        path, content = keys.path(), keys.path().read_bytes()
    path.write_text("nonsense")
    for command in ("status", "rotate", "drop"):
        code, said = run(app, "keys", command)
        assert (code, "cannot be read" in said) == (1, True)
    assert "it cannot be read" in run(app, "doctor")[1]
    assert path.read_text() == "nonsense"
    path.write_bytes(content)
    assert opened(world, sealed) == sealed


def test_keys_from_the_setting_are_rotated_by_putting_a_new_one_in_front(app: Flask, world: World) -> None:
    old, new = run(app, "keys", "make")[1].strip(), run(app, "keys", "make")[1].strip()
    app.config["MASTER_KEY"] = old
    person = world.person("agent")
    with world.database(), transaction():
        operations.keep_legal_name(person, "Nombre Legal", now=NOW)
    app.config["MASTER_KEY"] = f"{new},{old}"
    assert "1 sealed again" in run(app, "keys", "rotate")[1]
    assert "Restart the platform" in run(app, "keys", "drop")[1]
    app.config["MASTER_KEY"] = new
    assert opened(world, {person: ""}) == {person: "Nombre Legal"}


def test_a_running_process_seals_with_the_new_key_at_once(world: World, sealed: dict[UUID, str]) -> None:
    with world.database(), transaction():
        rotation.begin(NOW)
        from lms.sealing import seal

        assert mark_of(seal("x", "y")) == keys.present()[0].mark


def test_a_rotation_is_in_the_trail_without_the_key(app: Flask, world: World, sealed: dict[UUID, str]) -> None:
    run(app, "keys", "rotate")
    with world.database() as session:
        from lms.audit import AuditEntry

        entry = session.query(AuditEntry).filter_by(action="keys.rotate").one()
        assert entry.facts == {"sealed_again": 8, "left_shut": 0}
        assert keys.path().read_text().split()[0] not in str((entry.subject, entry.facts))


def test_tampering_with_one_sealed_text_leaves_the_others_to_be_rotated(
    app: Flask, world: World, sealed: dict[UUID, str]
) -> None:
    person = next(iter(sealed))
    tamper(app, "UPDATE legal_names SET sealed = (SELECT sealed FROM legal_names LIMIT 1)")
    code, said = run(app, "keys", "rotate")
    assert (code, "6 could not be opened" in said) == (1, True)
    assert person
