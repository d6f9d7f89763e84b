"""Mail that does not leave, or does not arrive, is seen by those who can do something about it."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from lms import clock, jobs
from lms.db import db, transaction
from lms.jobs import Job
from lms.mail import Refused, ServerAway
from lms.people import operations as people
from lms.people.messages import delivery
from lms.people.messages.models import Message
from tests.messages.place import mail_states, tell
from tests.people.place import outbox
from tests.platform.test_commands import run
from tests.statements import counted
from tests.world import NOW, World


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server does not answer."""

    def post(_letter: object) -> None:
        raise ServerAway(clock.now() + timedelta(hours=1))

    monkeypatch.setattr("lms.mail.post", post)


def refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    def post(_letter: object) -> None:
        raise Refused("550")

    monkeypatch.setattr("lms.mail.post", post)


def an_hour_ago(world: World) -> None:
    with world.database(), transaction() as session:
        session.execute(update(Message).values(at=clock.now() - timedelta(hours=1)))


@pytest.mark.usefixtures("away")
def test_an_admin_sees_that_mail_does_not_leave_and_the_commands_say_why(world: World) -> None:
    admin, elsewhere = world.person("admin"), world.person("admin", federation=world.elsewhere)
    for _each in range(3):
        tell(world, world.person("agent"))
    assert "no salen" not in world.browser(admin).get("/").text  # not late yet
    an_hour_ago(world)
    assert "3 correos no salen" in world.browser(admin).get("/").text
    assert "no salen" not in world.browser(elsewhere, federation=world.elsewhere).get("/").text
    code, said = run(world.app, "mail", "status")
    assert code == 1
    assert "3 mails wait" in said
    assert "ServerAway: 3" in said
    assert "3 wait for the server" in run(world.app, "doctor")[1]


def test_all_is_well_when_all_has_left(world: World) -> None:
    tell(world, world.person("agent"))
    an_hour_ago(world)
    assert run(world.app, "mail", "status")[0] == 0
    with world.database():
        assert delivery.stuck(world.here, clock.now()) == delivery.Stuck(0, None, [])


def test_an_admin_sees_whose_address_gives_mail_back_until_one_arrives(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, ana = world.person("admin"), world.person("agent", name="Ana de Prueba")
    with monkeypatch.context() as patch:
        refuse(patch)
        tell(world, ana)
    assert mail_states(world, ana) == ["refused"]
    assert "Ana de Prueba" in world.browser(admin).get("/").text
    tell(world, ana)
    assert "Ana de Prueba" not in world.browser(admin).get("/").text


@pytest.mark.parametrize("how", ["away", "refused", "given up"])
def test_retry_sends_what_waited_was_given_back_or_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    ana = world.person("agent")

    def post(_letter: object) -> None:
        raise {"away": ServerAway(clock.now() + timedelta(hours=1)), "refused": Refused("550")}.get(how, ValueError())

    with monkeypatch.context() as patch:
        patch.setattr("lms.mail.post", post)
        tell(world, ana)
    if how == "given up":
        with world.database(), transaction() as session:
            session.execute(update(Job).values(state="failed"))
    assert "1 mails will be tried again" in run(world.app, "mail", "retry")[1]
    with world.database():
        jobs.sweep()
    assert mail_states(world, ana) == ["sent"]
    assert len(outbox(world.app)) == 1
    assert "0 mails will be tried again" in run(world.app, "mail", "retry")[1]


def test_whoever_invited_hears_that_the_address_gave_it_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    registrar = world.person("registrar")
    with monkeypatch.context() as patch:
        refuse(patch)
        with world.database(), transaction():
            now = clock.now()
            people.invite(world.here, "no@demo.test", "Ana\r\nX", "agent", by=registrar, locale="es", now=now)
    assert "Tu invitación a Ana X no ha llegado" in world.browser(registrar).get("/messages").text
    with world.database():
        assert db.session.scalars(select(Job.state).where(Job.kind == "mail.invitation")).all() == ["failed"]


def test_the_desk_of_an_admin_takes_few_statements(world: World) -> None:
    admin = world.person("admin")
    browser = world.browser(admin)
    with counted() as sent:
        assert browser.get("/").status_code == 200
    assert len(sent) <= 8


def test_an_unknown_message_of_a_job_is_no_fault(world: World) -> None:
    with world.database():
        with transaction():
            jobs.add("mail.message", NOW, message=UUID(int=1), group="mentoring")
        assert db.session.scalars(select(Job.state)).all() == ["done"]


def test_a_second_job_for_a_message_sends_no_second_mail(world: World) -> None:
    message = tell(world, world.person("agent"))
    with world.database(), transaction():
        jobs.add("mail.message", clock.now(), message=message, group="mentoring")
    assert len(outbox(world.app)) == 1
