"""Nothing is lost and nothing doubled, whatever the mail server does (trust 33)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from lms import clock, jobs, mail
from lms.db import db, transaction
from lms.jobs import Job
from tests.messages.place import mail_states, tell
from tests.messages.smtp import Server
from tests.world import World

SILENT: dict[str, bytes | None] = {"hello": None}


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.fall()


@pytest.fixture
def world(make_app: Callable[..., Flask], server: Server) -> World:
    """Mail goes to `server`, which is waited for 0.15 s; jobs wait for a sweep."""
    address = f"smtp://127.0.0.1:{server.port}"
    return World(make_app(MAIL_URL=address, MAIL_TIMEOUT="0.15", QUEUE_URL="none:"))


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the clock."""
    real, moved = clock.now, [timedelta()]
    monkeypatch.setattr(clock, "now", lambda: real() + moved[0])

    def forward(by: timedelta) -> None:
        moved[0] += by

    return forward


def sweep(world: World) -> int:
    with world.database():
        return jobs.sweep()


def queue(world: World) -> list[tuple[str, int, str | None]]:
    """(state, tries, fault) of each job."""
    with world.database():
        return [(job.state, job.tries, job.fault) for job in db.session.scalars(select(Job).order_by(Job.id))]


def told(world: World, count: int = 3) -> UUID:
    ana = world.person("agent", name="Ana")
    for number in range(count):
        tell(world, ana, f"nota-{number}")
    return ana


def arrived(server: Server) -> list[str]:
    """The notes in the mails that the server took, sorted."""
    bodies = [mail.get_payload()[0].get_payload(decode=True).decode() for mail in server.taken]
    return sorted(word.strip() for body in bodies for word in body.split() if word.startswith("nota-"))


EACH = ["nota-0", "nota-1", "nota-2"]
AWAY: dict[str, dict[str, bytes | None] | None] = {
    "refuses connections": None,
    "never answers": SILENT,
    "hangs up at once": {"hello": b""},
    "is closing": {"hello": b"421 later\r\n"},
    "greets with an error": {"hello": b"554 no\r\n"},
    "knows no sender": {"mail": b"550 who are you\r\n"},
    "hangs in the middle": {"rcpt": None},
    "dies before the mail is said": {"data": b""},
}


@pytest.mark.parametrize("how", AWAY)
def test_what_is_told_while_the_server_is_away_arrives_once_when_it_comes_back(
    world: World, server: Server, pass_time: Callable[[timedelta], None], how: str
) -> None:
    if (answers := AWAY[how]) is not None:
        server.stand(**answers)
    ana = told(world)
    for _hour in range(12):  # more often than any number of tries
        sweep(world)
        pass_time(timedelta(hours=1))
    assert server.taken == []
    assert mail_states(world, ana) == ["due"] * 3
    assert {(state, tries) for state, tries, _fault in queue(world)} == {("due", 0)}
    server.stand()
    sweep(world)
    assert arrived(server) == EACH
    assert mail_states(world, ana) == ["sent"] * 3
    sweep(world)
    assert len(server.taken) == 3


@pytest.mark.parametrize("step", ["rcpt", "end"])
def test_a_server_that_says_not_now_gets_the_mail_later(
    world: World, server: Server, pass_time: Callable[[timedelta], None], step: str
) -> None:
    server.stand(**{step: b"451 not now\r\n"})
    ana = told(world, 1)
    sweep(world)
    assert (queue(world)[0][:2], mail_states(world, ana)) == (("due", 1), ["due"])
    server.taken.clear()
    server.stand()
    assert sweep(world) == 0  # not yet
    pass_time(timedelta(minutes=1))
    sweep(world)
    assert (arrived(server), mail_states(world, ana)) == (["nota-0"], ["sent"])


@pytest.mark.parametrize("step", ["rcpt", "end"])
def test_an_address_that_is_refused_for_good_is_noted_and_holds_up_nobody(
    world: World, server: Server, step: str
) -> None:
    server.stand(**{step: b"550 no such person\r\n"})
    ana = told(world, 1)
    sweep(world)
    assert (queue(world)[0][0], mail_states(world, ana)) == ("done", ["refused"])
    server.taken.clear()
    server.stand()
    told(world, 1)
    sweep(world)
    assert arrived(server) == ["nota-0"]
    assert "Tu correo nos devuelve los mensajes" in world.browser(ana).get("/account/messages").text


def test_a_server_that_dies_after_taking_a_mail_gets_it_again_under_the_same_id(
    world: World, server: Server, pass_time: Callable[[timedelta], None]
) -> None:
    server.stand(end=b"")
    ana = told(world, 1)
    sweep(world)
    assert mail_states(world, ana) == ["due"]
    server.stand()
    pass_time(timedelta(minutes=1))
    sweep(world)
    assert mail_states(world, ana) == ["sent"]
    assert len(server.taken) == 2
    assert len({mail["Message-ID"] for mail in server.taken}) == 1


@pytest.mark.parametrize("farewell", [b"", None, b"421 bye\r\n"])
def test_a_mail_that_was_taken_leaves_once_however_the_server_says_goodbye(
    world: World, server: Server, pass_time: Callable[[timedelta], None], farewell: bytes | None
) -> None:
    server.stand(quit=farewell)
    ana = told(world)
    sweep(world)
    pass_time(timedelta(hours=1))
    sweep(world)
    assert (arrived(server), mail_states(world, ana)) == (EACH, ["sent"] * 3)


def test_a_worker_killed_while_sending_leaves_the_mail_to_another(
    world: World, server: Server, pass_time: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = told(world, 1)

    def killed(_payload: Any) -> None:
        raise KeyboardInterrupt  # passes by what catches errors, as a signal does

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setitem(jobs.HANDLERS, "mail.messages", killed)
        sweep(world)
    server.stand()
    assert sweep(world) == 0  # it may still be at work
    pass_time(jobs.CLAIM + timedelta(seconds=1))
    sweep(world)
    assert (arrived(server), mail_states(world, ana)) == (["nota-0"], ["sent"])


def test_mails_that_leave_together_share_a_connection_and_a_worker_killed_between_them_doubles_none(
    world: World, server: Server, pass_time: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.stand()
    ana, post = told(world), mail.post

    def killed_at_the_second(letter: mail.Letter) -> None:
        if server.taken:
            raise KeyboardInterrupt
        post(letter)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("lms.mail.post", killed_at_the_second)
        sweep(world)
    assert mail_states(world, ana) == ["sent", "due", "due"]
    pass_time(jobs.CLAIM + timedelta(seconds=1))
    sweep(world)
    assert (arrived(server), server.connections) == (EACH, 2)


def test_a_mail_that_fails_by_itself_holds_up_no_other_and_is_tried_again(
    world: World, server: Server, pass_time: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.stand()
    ana, written = told(world), mail.written

    def broken(letter: mail.Letter) -> Any:
        if "nota-1" in str(letter.facts):
            raise LookupError
        return written(letter)

    with monkeypatch.context() as patch:
        patch.setattr("lms.mail.written", broken)
        sweep(world)
    assert mail_states(world, ana) == ["sent", "due", "sent"]
    assert queue(world) == [("done", 1, None), ("due", 1, "LookupError")]
    assert sweep(world) == 0  # not yet
    pass_time(timedelta(minutes=1))
    sweep(world)
    assert (arrived(server), mail_states(world, ana)) == (EACH, ["sent"] * 3)


def test_a_silent_server_costs_one_timeout_and_other_work_goes_on(world: World, server: Server) -> None:
    server.stand(**SILENT)
    told(world, 30)
    done: list[str] = []
    jobs.HANDLERS["test"] = lambda payload: done.append(payload["what"])
    try:
        with world.database(), transaction():
            jobs.add("test", clock.now(), what="document")
        began = monotonic()
        sweep(world)
        took = monotonic() - began
    finally:
        del jobs.HANDLERS["test"]
    assert done == ["document"]
    assert server.connections == 1
    assert took < 4  # thirty time-outs would take longer


def test_no_page_waits_for_a_silent_server(world: World, server: Server) -> None:
    server.stand(**SILENT)
    registrar = world.person("registrar")
    form = {"email": "nueva@demo.test", "name": "Nueva", "role": "agent", "locale": "es"}
    assert world.browser(registrar).post("/people/invitations", form).status_code == 302
    assert server.connections == 0
    sweep(world)
    assert server.connections == 1


def test_what_is_told_while_a_server_is_silent_asks_it_no_more(make_app: Callable[..., Flask], server: Server) -> None:
    server.stand(**SILENT)
    world = World(make_app(MAIL_URL=f"smtp://127.0.0.1:{server.port}", MAIL_TIMEOUT="0.15"))  # each job runs at once
    told(world, 5)
    assert server.connections == 1
