"""`lms federation` and `lms user`."""

from flask import Flask

from lms.people import queries
from lms.people.cli import federation, user
from tests.people.place import PASSWORD, link_in, outbox
from tests.world import Browser, World

CREATE = ["create", "sur", "Federación del Sur", "--admin", "ada@demo.test", "--admin-name", "Ada"]


def test_a_federation_is_created_and_its_first_admin_comes_in(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(federation, CREATE)
    assert answer.exit_code == 0, answer.output
    link = link_in(outbox(app)[-1].body)
    assert Browser(app).post(link, {"name": "Ada", "password": PASSWORD}).location == "/account/consent"
    with app.app_context():
        made = queries.federation_named("sur")
        assert made is not None
        assert not made.second_factor_waived
        assert len(queries.with_role(made.id, "admin")) == 1


def test_a_federation_is_not_created_twice_nor_with_a_wrong_address(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    assert run(federation, [*CREATE[:3], "--admin", "no", "--admin-name", "A"]).exit_code == 1
    assert run(federation, ["create", "Sur!", *CREATE[2:]]).exit_code == 2
    assert run(federation, CREATE).exit_code == 0
    assert run(federation, CREATE).exit_code == 1


def test_a_person_is_invited_from_the_command_line(world: World) -> None:
    run = world.app.test_cli_runner().invoke
    words = ["invite", "ana@demo.test", "--name", "Ana", "--role", "agent", "--federation"]
    assert run(user, [*words, "nowhere"]).exit_code == 1
    assert run(user, [*words, "here"]).exit_code == 0
    assert len(outbox(world.app)) == 1
