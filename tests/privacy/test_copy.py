"""The copy: everything that is held about a person, and nothing about others."""

import io
import json
import tracemalloc
import zipfile
from datetime import timedelta
from html import unescape
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import insert

from lms import clock, storage
from lms.db import db, transaction
from lms.ids import new_id
from lms.people.messages.models import Message
from lms.people.models import Person
from lms.people.privacy import copies, reading
from lms.people.privacy.holdings import Asked, held, theirs
from lms.people.privacy.refusals import CopyUnderWay
from tests.privacy.life import MINE, THEIRS, Life, lead
from tests.world import NOW, World


def opened(world: World, life: Life) -> zipfile.ZipFile:
    with world.database(), world.app.test_request_context():
        file = io.BytesIO()
        copies.write(file, Asked(life.person, life.email), clock.now())
        file.seek(0)
        return zipfile.ZipFile(file)


def test_every_row_of_theirs_from_every_table_is_there(world: World) -> None:
    life = lead(world)
    archive = opened(world, life)
    asked = Asked(life.person, life.email)
    with world.database():
        for holding in held():
            told = [side for side in holding.sides if side.shown]
            if not told:
                continue
            content = json.loads(archive.read(f"{holding.topic}.json"))
            clauses = [theirs(holding, side, asked) for side in told]
            count = db.session.scalar(db.select(db.func.count()).select_from(holding.table).where(db.or_(*clauses)))
            assert len(content["tables"][holding.table.name]) == count, holding.table.name


def test_the_life_of_the_test_fills_the_tables_that_matter(world: World) -> None:
    """Or the test above would count nothing."""
    life = lead(world)
    archive = opened(world, life)
    filled = {
        table
        for name in archive.namelist()
        if name.endswith(".json")
        for table, rows in json.loads(archive.read(name))["tables"].items()
        if rows
    }
    assert filled >= {
        "people", "passkeys", "legal_names", "invitations", "sign_ins", "memberships", "acknowledgements", "corrections",
        "enrolments", "reflections", "attempts", "answers", "pairings", "mentoring_sessions", "hours_entries",
        "observations", "ratings", "dossiers", "decisions", "certificates", "register_acts", "audit_entries",
    }  # fmt: skip


def test_what_they_wrote_is_there_and_what_others_wrote_is_not(world: World) -> None:
    life = lead(world)
    archive = opened(world, life)
    content = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".json"))
    page = unescape(archive.read("index.html").decode())
    for words in (*MINE, life.email, "Nombre De Sus Papeles"):
        assert words in content, words
        assert words in page, words
    for words in (*THEIRS, str(life.other)):
        assert words not in content, words
        assert words not in page, words
    assert "Mentora Con Nombre" in page  # as the person knows her


def test_the_mentors_copy_tells_the_hours_but_not_what_was_written(world: World) -> None:
    life = lead(world)
    with world.database() as session:
        email = session.get(Person, life.mentor).email
    archive = opened(world, Life(**{**vars(life), "person": life.mentor, "email": email}))
    content = json.loads(archive.read("mentoring.json"))
    assert len(content["tables"]["mentoring_sessions"]) == 3
    text = archive.read("mentoring.json").decode()
    assert not [words for words in (*MINE, *THEIRS) if words in text]


def test_certificates_come_as_pdf(world: World) -> None:
    life = lead(world)
    archive = opened(world, life)
    pdfs = [name for name in archive.namelist() if name.startswith("files/")]
    assert len(pdfs) == 1
    assert archive.read(pdfs[0]).startswith(b"%PDF")


def test_the_page_runs_nothing_and_loads_nothing(world: World) -> None:
    life = lead(world)
    with world.database(), transaction() as session:
        session.get(Person, life.person).pronouns = "<script>alert(1)</script>"
    page = opened(world, life).read("index.html").decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "src=" not in page


def test_every_word_of_the_page_is_known(world: World) -> None:
    """Each topic, table and column that a copy can hold has its words."""
    with world.database():
        for holding in held():
            shown = [name for side in holding.sides if side.shown for name in (*side.shown, *side.names)]
            if shown:
                assert holding.topic in reading.TOPICS
                assert holding.table.name in reading.TABLES
                assert {*shown, *holding.looked_up} <= set(reading.COLUMNS), holding.table.name


def test_it_is_asked_for_made_told_and_fetched_by_its_owner_alone(world: World) -> None:
    life = lead(world)
    browser = world.browser(life.person)
    browser.post("/account/privacy/copy")
    with world.database():
        copy = copies.of(life.person)[0]
        copy_id = copy.id
        assert copy.state == "ready"
    answer = browser.get(f"/account/privacy/copies/{copy_id}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
    assert world.browser(life.other).get(f"/account/privacy/copies/{copy_id}").status_code == 404
    assert world.browser(world.person("admin")).get(f"/account/privacy/copies/{copy_id}").status_code == 404


def test_it_asks_to_prove_again_who_one_is(world: World) -> None:
    person = world.person("agent")
    browser = world.browser(person, confirmed_at=clock.now() - timedelta(hours=3))
    for address in ("/account/privacy/copy", "/account/privacy/erase"):
        assert browser.get(address).location.startswith("/account/confirm")
    assert browser.post("/account/privacy/copy").location.startswith("/account/confirm")
    with world.database():
        assert copies.of(person) == []


def test_its_making_takes_no_more_memory_for_more_rows(world: World, tmp_path: Path) -> None:
    person = world.person("agent")
    with world.database() as session:
        email = session.get(Person, person).email
    peaks = []
    for many in (300, 6000):
        with world.database(), transaction() as session:
            session.execute(
                insert(Message),
                [
                    {"id": new_id(), "person_id": person, "kind": "copy-ready", "facts": {"x": "y" * 300}, "at": NOW}
                    for _ in range(many)
                ],
            )
        with world.database(), world.app.test_request_context(), (tmp_path / "copy.zip").open("wb") as file:
            tracemalloc.start()
            copies.write(file, Asked(person, email), clock.now())
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] + 2_000_000


def test_two_requests_at_once_make_one_copy(world: World) -> None:
    person = world.person("agent")
    barrier, answers = Barrier(2), []

    def work() -> None:
        with world.database():
            barrier.wait()
            try:
                with transaction():
                    copies.ask(person, world.here, now=clock.now())
                answers.append("asked")
            except CopyUnderWay:
                answers.append("refused")

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["asked", "refused"]


def test_one_copy_at_a_time(world: World) -> None:
    person = world.person("agent")
    with world.database():
        with transaction():
            copies.ask(person, world.here, now=clock.now())
        with pytest.raises(CopyUnderWay), transaction():
            copies.ask(person, world.here, now=clock.now())


def test_after_seven_days_it_is_gone(world: World) -> None:
    person = world.person("agent")
    browser = world.browser(person)
    browser.post("/account/privacy/copy")
    with world.database():
        copy_id = copies.of(person)[0].id
        assert copies.forget_expired(clock.now() + timedelta(days=6, hours=23)) == 0
        assert copies.forget_expired(clock.now() + timedelta(days=7, minutes=1)) == 1
        assert storage.get(copies.key(copy_id)) is None
    assert browser.get(f"/account/privacy/copies/{copy_id}").status_code == 404


def test_its_owner_can_remove_it_before(world: World) -> None:
    person = world.person("agent")
    browser = world.browser(person)
    browser.post("/account/privacy/copy")
    with world.database():
        copy_id = copies.of(person)[0].id
    assert world.browser(world.person("agent")).post(f"/account/privacy/copies/{copy_id}/drop").status_code == 404
    browser.post(f"/account/privacy/copies/{copy_id}/drop")
    with world.database():
        assert copies.of(person) == []
        assert storage.get(copies.key(copy_id)) is None
