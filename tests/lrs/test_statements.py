"""Statements are written for those who agreed, without their names, and reach the LRS once, whatever it does meanwhile."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from courses.catalogue.models import Lesson
from courses.learning import operations as learning
from courses.learning.happenings import Happening
from courses.learning.lesson_queries import EnrolmentKey
from courses.statements import operations, sending
from courses.statements.models import LrsLink, LrsName, Statement
from lms import clock, outside
from lms.db import db, transaction
from lms.ids import new_id
from lms.people.models import Document
from lms.people.operations import publish_document
from lms.people.privacy import consents
from tests.learning.conftest import School
from tests.lrs.store import LOGIN, Ralph
from tests.lrs.test_outside import resolving
from tests.packages.building import scorm_12
from tests.packages.conftest import put
from tests.world import NOW, World


@pytest.fixture(scope="module")
def ralph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ralph]:
    """The LRS, for all tests here: what one has sent stays there."""
    made = Ralph(tmp_path_factory.mktemp("ralph"))
    try:
        made.begin()
        yield made
    finally:
        made.close()


class Odd:
    """An LRS that answers as it is told, and keeps what it is sent. `hangs`: it takes the connection and says nothing."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.got: list[list[dict[str, Any]]] = []
        self.released = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.got.append(sent)
                status = outer.answers.pop(0) if outer.answers else 200
                if status == 0:
                    outer.released.wait(10)
                    self.close_connection = True
                    return
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", f"{outer.url}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def odd() -> Iterator[Odd]:
    made = Odd()
    yield made
    made.close()


class Class:
    """A federation with an LRS, a course, and agents in it."""

    def __init__(self, world: World, folder: Path, url: str) -> None:
        self.world, self.school = world, School(world, folder)
        world.app.config["LRS_PRIVATE"] = "yes"
        world.app.config["BASE_URL"] = "https://apoyo.demo.test"
        self.edition = self.school.edition(self.school.course(modules=1, lessons=2))
        self.admin = world.person("admin")
        with world.database(), transaction():
            operations.link(world.here, url, *LOGIN, by=self.admin, now=NOW)

    def agent(self, *, agrees: bool = True) -> UUID:
        person = self.world.person("agent")
        if agrees:
            self.agree(person)
        return person

    def agree(self, person: UUID, now: datetime = NOW) -> None:
        with self.world.database(), transaction():
            text = db.session.scalars(
                select(Document.id).filter_by(federation_id=self.world.here, kind=operations.PURPOSE)
            ).one()
            consents.give(person, self.world.here, operations.PURPOSE, text, now=now)

    def study(self, person: UUID) -> UUID:
        """Enrol and do both lessons: registered, completed, completed, completed (the module)."""
        with self.world.database(), transaction():
            found = learning.enrol(person, self.edition, federation_id=self.world.here, now=NOW)
            key = EnrolmentKey(found.id, self.edition, person, self.world.here)
            for lesson_id in db.session.scalars(select(Lesson.id).order_by(Lesson.number)):
                learning.mark_done(key, lesson_id, now=NOW)
        return found.id

    def look(self) -> None:
        """What a worker does each minute."""
        with self.world.database():
            sending.look(clock.now())

    def bodies(self) -> list[dict[str, Any]]:
        with self.world.database():
            return list(db.session.scalars(select(Statement.body).order_by(Statement.id)))

    def link(self) -> tuple[int, int, str | None]:
        with self.world.database():
            found = db.session.get_one(LrsLink, self.world.here)
            return found.sent, found.fails, found.fault


def later(monkeypatch: pytest.MonkeyPatch, **more: Any) -> None:
    now = clock.now() + timedelta(**more)
    monkeypatch.setattr(clock, "now", lambda: now)


def test_what_is_done_reaches_a_real_lrs_once_and_without_a_name(world: World, tmp_path: Path, ralph: Ralph) -> None:
    group = Class(world, tmp_path, ralph.url)
    person, other = group.agent(), group.agent(agrees=False)
    group.study(person)
    group.study(other)
    written = group.bodies()
    assert [one["verb"]["display"]["en-US"] for one in written] == ["registered", "completed", "completed", "completed"]
    group.look()
    assert group.bodies() == []
    there = {one["id"]: one for one in ralph.statements()}
    for one in written:
        kept = there[one["id"]]
        assert {name: kept[name] for name in one} == one
        assert one["actor"]["account"]["homePage"] == "https://apoyo.demo.test"
    said = json.dumps(list(there.values()))
    assert not [word for word in ("Persona", "@demo.test", str(person), str(other)) if word in said]
    # The answer was lost, and everything is sent again: it is there once.
    with world.app.app_context():
        assert sending.post(ralph.url, LOGIN, written) in (200, 204)
    ids = [one["id"] for one in ralph.statements()]
    assert [ids.count(one["id"]) for one in written] == [1, 1, 1, 1]
    assert group.link()[:2] == (4, 0)


def test_a_package_tells_too(world: World, tmp_path: Path, ralph: Ralph) -> None:
    group = Class(world, tmp_path, ralph.url)
    shelf = put(world, scorm_12())
    group.agree(shelf.person)
    frame = shelf.open()
    shelf.save(frame, sequence=1, completionStatus="incomplete", score={"raw": 40})
    shelf.save(frame, sequence=2, completionStatus="completed", successStatus="passed", score={"raw": 80})
    shelf.save(frame, sequence=3, completionStatus="completed", successStatus="passed", score={"raw": 80})
    written = group.bodies()
    assert [one["verb"]["display"]["en-US"] for one in written] == ["launched", "scored", "completed", "passed"]
    assert written[3]["result"] == {"score": {"scaled": 0.8}, "success": True, "duration": "PT0S"}
    group.look()
    assert group.bodies() == []
    assert {one["id"] for one in written} <= {one["id"] for one in ralph.statements()}


def test_nothing_is_lost_while_the_lrs_is_dead_and_all_arrives_when_it_is_back(
    world: World, tmp_path: Path, ralph: Ralph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "PATIENCE", 0.3)  # its socket is open, and nobody answers
    group = Class(world, tmp_path, ralph.url)
    group.study(group.agent())
    written = group.bodies()
    ralph.end()
    try:
        group.look()
        assert group.bodies() == written
        assert group.link() == (0, 1, "slow")
        group.look()  # not yet again
        assert group.link() == (0, 1, "slow")
    finally:
        ralph.begin()
    later(monkeypatch, minutes=2)
    monkeypatch.setattr(outside, "PATIENCE", 10)
    group.look()
    assert group.bodies() == []
    ids = [one["id"] for one in ralph.statements()]
    assert [ids.count(one["id"]) for one in written] == [1, 1, 1, 1]


def test_refusals_hangs_and_odd_answers_lose_nothing(
    world: World, tmp_path: Path, odd: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "PATIENCE", 0.3)
    group = Class(world, tmp_path, odd.url)
    group.study(group.agent())
    written = group.bodies()
    faults = {500: "500", 503: "503", 401: "401", 429: "429", 302: "302", 0: "slow"}
    for number, (status, fault) in enumerate(faults.items(), 1):
        odd.answers = [status]
        group.look()
        assert group.link() == (0, number, fault)
        assert group.bodies() == written
        later(monkeypatch, hours=2)
    group.look()
    assert group.bodies() == []
    assert group.link() == (4, 0, None)
    assert all(sent == written for sent in odd.got)  # the same ids each time, and nothing at /elsewhere
    assert len(odd.got) == len(faults) + 1


def test_one_that_is_refused_is_named_and_holds_up_nobody(world: World, tmp_path: Path, odd: Odd) -> None:
    group = Class(world, tmp_path, odd.url)
    group.study(group.agent())
    odd.answers = [400, 200, 400, 200, 200]
    group.look()
    assert [len(sent) for sent in odd.got] == [4, 1, 1, 1, 1]
    with world.database():
        left = [(one.state, one.fault) for one in db.session.scalars(select(Statement))]
    assert left == [("refused", "400")]
    assert group.link()[0] == 3
    page = world.browser(group.admin).get("/federation/lrs").text
    assert "No aceptadas por el LRS" in page


def test_a_worker_that_was_killed_while_sending_is_followed_by_another(
    world: World, tmp_path: Path, odd: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = Class(world, tmp_path, odd.url)
    group.study(group.agent())

    class Killed(BaseException):
        pass

    def kill(*_given: Any, **_more: Any) -> None:
        raise Killed

    monkeypatch.setattr(sending, "_mark", kill)  # the LRS has them; nobody noted it
    with pytest.raises(Killed):
        group.look()
    monkeypatch.undo()
    world.app.config["LRS_PRIVATE"] = "yes"
    assert len(group.bodies()) == 4
    group.look()
    assert len(odd.got) == 1  # for now it counts as being sent
    later(monkeypatch, minutes=6)
    group.look()
    assert odd.got[0] == odd.got[1]
    assert group.bodies() == []


def test_consent_taken_back_stops_what_waits_and_consent_given_anew_begins_with_another_name(
    world: World, tmp_path: Path, odd: Odd
) -> None:
    group = Class(world, tmp_path, odd.url)
    person = group.agent()
    group.study(person)
    first = group.bodies()[0]["actor"]["account"]["name"]
    with world.database(), transaction():
        consents.withdraw(person, world.here, operations.PURPOSE, now=NOW + timedelta(days=1))
    group.look()
    assert (odd.got, group.bodies()) == ([], [])
    with world.database(), transaction():
        operations.note(_happening(person, world.here))
    assert group.bodies() == []
    _again(group, person, NOW + timedelta(days=2))
    with world.database(), transaction():
        operations.note(_happening(person, world.here))
    second = group.bodies()[0]["actor"]["account"]["name"]
    assert first != second


def _again(group: Class, person: UUID, now: datetime) -> None:
    """A new version of the text, which the person says yes to."""
    with group.world.database(), transaction():
        publish_document(group.world.here, operations.PURPOSE, {"es": "L"}, {"es": "<p>L</p>"}, now=now)
    with group.world.database(), transaction():
        text = db.session.scalars(
            select(Document.id).filter_by(federation_id=group.world.here, kind=operations.PURPOSE, version=2)
        ).one()
        consents.give(person, group.world.here, operations.PURPOSE, text, now=now)


def _happening(person: UUID, federation: UUID) -> Any:
    return Happening(
        "quiz-handed-in", person, federation, datetime.now(UTC), quiz_id=new_id(), score=5000, passed=False
    )


def test_who_administers_connects_it_and_the_password_is_sealed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = world.browser(world.person("admin"))
    given = {"address": "https://lrs.demo.test/xAPI/", "name": "f", "password": "muy secreta"}
    bad = {
        "http://lrs.demo.test": "https://", "https://a:b@lrs.demo.test": "https://", "https://127.0.0.1/xAPI": "no es pública",
        "https://[::1]/xAPI": "no es pública", "https://169.254.169.254/latest": "no es pública", "": "Hace falta",
    }  # fmt: skip
    for address, sentence in bad.items():
        answer = admin.post("/federation/lrs", given | {"address": address})
        assert (answer.status_code, sentence in answer.text) == (422, True), address
    resolving(monkeypatch, "93.184.215.14")
    assert "Van juntos" in admin.post("/federation/lrs", given | {"password": ""}).text
    assert admin.post("/federation/lrs", given).status_code == 302
    with world.database():
        link = db.session.get_one(LrsLink, world.here)
        assert link.address == "https://lrs.demo.test/xAPI"
        assert b"secreta" not in link.login
        assert db.session.scalars(select(Document.kind).filter_by(kind="consent-lrs")).one()
    page = admin.get("/federation/lrs").text
    assert ("muy secreta" in page, "lrs.demo.test" in page) == (False, True)
    # Another address gets no password that was given to the first.
    assert "Van juntos" in admin.post("/federation/lrs", {"address": "https://otro.demo.test/xAPI"}).text
    assert admin.post("/federation/lrs", {"address": "https://lrs.demo.test/xAPI"}).status_code == 302
    assert admin.post("/federation/lrs/stop").status_code == 302
    with world.database():
        assert db.session.get(LrsLink, world.here) is None
        assert db.session.scalars(select(LrsName)).all() == []
