"""Sending again what has lapsed: all of it or nothing."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from lms.db import transaction
from lms.people import queries
from lms.people.models import Invitation
from tests.people.place import invited, link_in, outbox
from tests.world import World


def test_everything_that_lapsed_is_sent_again_and_nothing_else(world: World) -> None:
    old = datetime.now(UTC) - timedelta(days=20)
    for email in ("ana@demo.test", "eva@demo.test"):
        invited(world, email, now=old)
    gone, _ = invited(world, "ida@demo.test", now=old)
    invited(world, "luz@demo.test", now=datetime.now(UTC))
    with world.database(), transaction() as session:
        session.execute(update(Invitation).where(Invitation.id == gone).values(withdrawn_at=old))
    world.app.extensions["mailman"].outbox = []
    browser = world.browser(world.person("registrar"))
    assert "Enviar otra vez las caducadas" in browser.get("/people/invitations").text
    assert browser.post("/people/invitations/resend-lapsed").location == "/people/invitations"
    assert sorted(mail.to[0] for mail in outbox(world.app)) == ["ana@demo.test", "eva@demo.test"]
    for mail in outbox(world.app):
        assert world.browser().get(link_in(mail.body)).status_code == 200
    assert "Enviar otra vez las caducadas" not in browser.get("/people/invitations").text
    browser.post("/people/invitations/resend-lapsed")
    assert len(outbox(world.app)) == 2


def test_the_old_link_of_one_that_was_sent_again_is_dead(world: World) -> None:
    _, token = invited(world, "ana@demo.test", now=datetime.now(UTC) - timedelta(days=20))
    world.browser(world.person("registrar")).post("/people/invitations/resend-lapsed")
    assert world.browser().get(f"/welcome/{token}").status_code == 404


def test_those_of_another_federation_are_left_alone(world: World) -> None:
    invited(world, "ana@demo.test", now=datetime.now(UTC) - timedelta(days=20))
    world.app.extensions["mailman"].outbox = []
    there = world.browser(world.person("registrar", federation=world.elsewhere), world.elsewhere)
    there.post("/people/invitations/resend-lapsed")
    assert outbox(world.app) == []
    with world.database() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 1


def test_the_list_is_turned_page_by_page_and_what_lapsed_is_offered_on_each(world: World) -> None:
    old = datetime.now(UTC) - timedelta(days=20)
    first, _ = invited(world, "ana@demo.test", now=old)
    with world.database(), transaction() as session:
        one = session.get_one(Invitation, first)
        facts = {c.name: getattr(one, c.name) for c in Invitation.__table__.columns if c.name not in ("id", "nonce")}
        now = datetime.now(UTC)
        later = {"sent_at": now, "expires_at": now + timedelta(days=14), "role": "agent"}
        session.add_all(
            Invitation(**facts | later | {"email": f"p{n}@demo.test", "nonce": f"n{n}"}) for n in range(queries.PAGE)
        )
    browser = world.browser(world.person("registrar"))
    newest, rest = browser.get("/people/invitations").text, browser.get("/people/invitations?page=2").text
    assert "ana@demo.test" not in newest
    assert "page=2" in newest
    assert "ana@demo.test" in rest
    assert "p0@demo.test" not in rest
    assert "page=1" in rest
    for page in (newest, rest):
        assert "Enviar otra vez las caducadas" in page
    assert browser.get("/people/invitations?page=x").status_code == 200
