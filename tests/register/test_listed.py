"""The list of agents that a federation shows to services: who asked to be on it, and has an accreditation in force."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from certificates.register import queries
from certificates.register.models import Certificate
from lms import clock
from lms.db import transaction
from lms.people import operations
from lms.people.models import Document
from lms.people.privacy import consents
from tests.register import seed
from tests.statements import counted
from tests.world import World


def asked(world: World) -> UUID:
    """The text that asks for the permission."""
    with world.database(), transaction() as session:
        title, text = {"es": "Estar en la lista"}, {"es": "<p>L</p>"}
        operations.publish_document(world.here, "consent-registry", title, text, now=clock.now())
        return session.scalars(select(Document.id).where(Document.kind == "consent-registry")).one()


def say_yes(world: World, person: UUID, text: UUID) -> None:
    with world.database(), transaction():
        consents.give(person, world.here, "consent-registry", text, now=clock.now())


def listed(world: World) -> list[str]:
    with world.database():
        return [name for name, _certificate in queries.listed(world.here, clock.now())]


def test_who_has_said_yes_is_listed_until_they_take_it_back_or_the_certificate_ends(world: World) -> None:
    seed.quiet_jobs(world.app)
    registrar = world.person("registrar")
    people = {name: world.person("agent", name=name) for name in ("Ana", "Eva", "Luz")}
    held = {name: seed.issued(world, person, registrar, now=clock.now()) for name, person in people.items()}
    text = asked(world)
    assert listed(world) == []
    for name in ("Ana", "Luz"):
        say_yes(world, people[name], text)
    say_yes(world, world.person("agent", name="Ida"), text)  # without a certificate
    assert listed(world) == ["Ana", "Luz"]
    browser = world.browser(registrar)
    with counted() as statements:
        page = browser.get("/register/agents").text
    assert len(statements) <= 8
    assert "Ana" in page
    assert "Eva" not in page
    assert (
        "Ana"
        not in world.browser(world.person("registrar", federation=world.elsewhere), world.elsewhere)
        .get("/register/agents")
        .text
    )
    with world.database(), transaction() as session:
        consents.withdraw(people["Ana"], world.here, "consent-registry", now=clock.now())
        session.execute(update(Certificate).where(Certificate.id == held["Luz"].id).values(state="suspended"))
    assert listed(world) == []
    with world.database():
        assert queries.listed(world.here, clock.now() + timedelta(days=9_000)) == []
