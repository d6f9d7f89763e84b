"""Changes behind the application's back are found and named."""

from uuid import UUID

import pytest
from flask import Flask

from certificates.register import operations, queries
from certificates.register.models import Certificate
from tests.register.seed import act, issued, quiet_jobs
from tests.tamper import tamper
from tests.world import World


@pytest.fixture
def world(app: Flask) -> World:
    quiet_jobs(app)
    return World(app)


@pytest.fixture
def certificate(world: World) -> Certificate:
    registrar = world.person("registrar")
    issued(world, world.person("agent"), registrar)
    found = issued(world, world.person("agent"), registrar)
    act(world, operations.suspend, found.id, registrar)
    return found


def found(world: World) -> list[tuple[UUID, str, str]]:
    with world.database():
        return [(one.certificate_id, one.fault, one.detail) for one in queries.contradictions(world.here)]


def test_an_untouched_register_agrees_with_the_trail(world: World, certificate: Certificate) -> None:
    assert found(world) == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE certificates SET snapshot = '{}' WHERE code = :code", ("edited", "snapshot")),
        ("UPDATE certificates SET digest = 'x' WHERE code = :code", ("edited", "snapshot")),
        ("UPDATE certificates SET serial = '2026-000099' WHERE code = :code", ("edited", "columns")),
        ("UPDATE certificates SET valid_until = '2090-01-01 00:00:00' WHERE code = :code", ("edited", "columns")),
        ("UPDATE certificates SET state = 'in-force' WHERE code = :code", ("edited", "state")),
        ("UPDATE certificates SET issued_by = person_id WHERE code = :code", ("edited", "people")),
        ("UPDATE register_acts SET reason = 'otro' WHERE act = 'suspend'", ("edited", "act 2")),
        ("UPDATE register_acts SET act = 'revoke' WHERE act = 'suspend'", ("edited", "act 2")),
        ("UPDATE register_acts SET at = '2020-01-01 00:00:00' WHERE act = 'suspend'", ("edited", "act 2")),
        ("DELETE FROM register_acts WHERE act = 'suspend'", ("missing", "act 2")),
        ("DELETE FROM certificates WHERE code = :code", ("missing", "certificate")),
        ("UPDATE audit_entries SET action = 'x' WHERE action = 'certificate.suspend'", ("inserted", "act 2")),
    ],
)
def test_what_was_edited_removed_or_slipped_in_is_named(
    app: Flask, world: World, certificate: Certificate, statement: str, fault: tuple[str, str]
) -> None:
    if "issued_by" in statement and app.config["DATABASE_URL"].startswith("postgresql"):
        statement = statement.replace("person_id", f"'{world.person('registrar')}'")
    elif "issued_by" in statement:
        statement = statement.replace("person_id", f"'{world.person('registrar').hex}'")
    values = {"code": certificate.code} if ":code" in statement else {}
    tamper(app, statement, **values)
    named = found(world)
    assert (certificate.id, *fault) in named
    assert {one[0] for one in named} == {certificate.id}


def test_a_certificate_slipped_in_is_named(app: Flask, world: World, certificate: Certificate) -> None:
    tamper(app, "UPDATE audit_entries SET action = 'x' WHERE action = 'certificate.issue' AND number = "
                     "(SELECT max(number) FROM audit_entries WHERE action = 'certificate.issue')")  # fmt: skip
    assert (certificate.id, "inserted", "certificate") in found(world)
