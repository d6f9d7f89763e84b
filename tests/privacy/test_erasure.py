"""Erasing a person: what goes, what stays, and that no trace or broken chain is left."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from assessments.quizzes.models import Answer, Attempt
from certificates.register.models import Certificate
from courses.learning.models import Enrolment, Reflection
from courses.mentoring.models import HoursEntry, MentoringSession
from lms import clock, doctor, jobs
from lms.db import db, transaction
from lms.people.models import Invitation, Person
from lms.people.privacy import copies, erasures
from lms.people.privacy.models import Copy
from lms.people.privacy.refusals import LastAdminStays, TooLateToCallBack, WordMissing
from lms.people.privacy.rules import erasure_due
from tests.privacy.life import MINE, Life, lead
from tests.test_crash import halting, said
from tests.world import NOW, World

LATER = datetime.now(UTC) + timedelta(days=30)


def ask(world: World, person_id: UUID) -> UUID:
    """Ask to be erased long ago enough, so that it is due."""
    with world.database(), transaction():
        erasures.ask(person_id, world.here, "BORRAR", now=clock.now())
        return erasures.standing(person_id).id


def erase(world: World, person_id: UUID) -> None:
    erasure_id = ask(world, person_id)
    with world.database():
        erasures.carry_out(erasure_id, now=LATER)


def dump(world: World) -> bytes:
    """Every byte of the database, as a thief would find it."""
    url = make_url(world.app.config["DATABASE_URL"])
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        return b"".join(
            file.read_bytes() for suffix in ("", "-wal", "-shm") if (file := Path(f"{path}{suffix}")).exists()
        )
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run(["pg_dump", plain], capture_output=True, check=True).stdout


def rows(world: World) -> dict[str, list[str]]:
    """Every row of every table."""
    with world.database() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all())) for table in db.metadata.sorted_tables
        }


def files(app: Flask) -> bytes:
    """Every byte of every file of the install."""
    return b"".join(path.read_bytes() for path in Path(app.config["LMS_HOME"]).rglob("*") if path.is_file())


def test_before_it_the_traces_are_there(world: World) -> None:
    """Or the test below would find nothing in any case."""
    life = lead(world)
    found = dump(world)
    assert [words for words in MINE if words.encode() not in found] == []
    assert life.email.encode() in found


def test_after_it_no_byte_of_the_person_is_left(world: World) -> None:
    life = lead(world)
    with world.database():
        with transaction():
            asked = copies.ask(life.person, world.here, now=clock.now()).id
        copies.make(asked, now=clock.now())
    erase(world, life.person)
    found = dump(world) + files(world.app)
    traces = [*MINE, life.email, "Nombre De Sus Papeles"]
    assert [words for words in traces if words.encode() in found] == []


def test_the_chains_hold_and_the_certificate_verifies_without_a_name(world: World) -> None:
    life = lead(world)
    erase(world, life.person)
    with world.database() as session:
        assert doctor.contradictions({}) == []
        certificate = session.get(Certificate, life.certificate)
        assert certificate.sealed_name is None
        code = certificate.code
    answer = world.browser().get(f"/verify/{code}.json").json
    assert answer["valid"] is True or answer.get("status") == "in-force"


def test_what_was_for_oneself_goes_and_the_award_stays(world: World) -> None:
    life = lead(world)
    erase(world, life.person)
    with world.database() as session:
        for model in (Enrolment, Attempt):
            assert session.scalars(select(model).where(model.person_id == life.person)).all() == []
        assert session.scalars(select(Reflection).where(Reflection.text == "otra cosa")).all() == []
        assert session.scalars(select(Answer)).all() == []
        assert session.scalars(select(HoursEntry.minutes).where(HoursEntry.person_id == life.person)).all() == [60]
        left = session.scalars(select(MentoringSession).where(MentoringSession.person_id == life.person)).all()
        assert [(one.state, one.minutes, one.note) for one in left] == [("signed", 60, "")]
        person = session.get(Person, life.person)
        assert (person.name, person.active, person.password) == ("", False, None)


def test_another_persons_records_are_untouched(world: World) -> None:
    life = lead(world)
    before = theirs(world, life)
    erase(world, life.person)
    assert theirs(world, life) == before


def theirs(world: World, life: Life) -> list[Any]:
    """What another agent, with the same mentor, holds."""
    with world.database() as session:
        rows: list[Any] = []
        for model in (MentoringSession, HoursEntry, Enrolment):
            found = session.scalars(select(model).where(model.person_id == life.other))
            rows += [{column.key: getattr(row, column.key) for column in model.__table__.c} for row in found]
        return rows


def test_hours_that_an_erased_mentor_signed_stand(world: World) -> None:
    life = lead(world)
    erase(world, life.mentor)
    with world.database() as session:
        minutes = session.scalars(select(HoursEntry.minutes).where(HoursEntry.person_id == life.person)).all()
        assert minutes == [60]
        assert doctor.contradictions({}) == []
    page = world.browser(life.person).get(f"/mentoring/sessions/{life.session}")
    assert "una persona que ya no está" in page.text


def test_the_registrar_is_told_why_there_is_no_document(world: World) -> None:
    life = lead(world)
    erase(world, life.person)
    browser = world.browser(world.person("registrar"))
    answer = browser.get(f"/certificates/{life.certificate}/pdf")
    assert answer.status_code == 409
    assert "se borraron a petición suya" in answer.text
    assert browser.get(f"/certificates/{life.certificate}").status_code == 200


def test_whoever_is_erased_is_signed_out_and_cannot_come_back(world: World) -> None:
    life = lead(world)
    browser = world.browser(life.person)
    erase(world, life.person)
    assert browser.get("/account").location.startswith("/login")


def test_nothing_happens_before_the_days_are_over(world: World) -> None:
    life = lead(world)
    erasure_id = ask(world, life.person)
    with world.database() as session:
        erasures.carry_out(erasure_id, now=clock.now() + timedelta(days=6))
        assert session.get(Person, life.person).name == MINE[0]


def test_it_can_be_called_back_while_there_is_time_and_not_after(world: World) -> None:
    person = world.person("agent")
    ask(world, person)
    with world.database():
        with pytest.raises(TooLateToCallBack), transaction():
            erasures.call_back(person, world.here, now=LATER)
        with transaction():
            erasures.call_back(person, world.here, now=clock.now())
        assert erasures.standing(person) is None
    erasure_id = ask(world, person)  # and asked for again
    assert erasure_id


def test_what_was_called_back_is_not_done(world: World) -> None:
    person = world.person("agent", name="Sigue Aquí")
    erasure_id = ask(world, person)
    with world.database() as session:
        with transaction():
            erasures.call_back(person, world.here, now=clock.now())
        erasures.carry_out(erasure_id, now=LATER)
        assert session.get(Person, person).name == "Sigue Aquí"


@pytest.mark.parametrize("word", ["", "borra", "sí"])
def test_without_the_word_nothing_is_asked_for(world: World, word: str) -> None:
    person = world.person("agent")
    with world.database():
        with pytest.raises(WordMissing), transaction():
            erasures.ask(person, world.here, word, now=clock.now())
        assert erasures.standing(person) is None


def test_the_last_admin_stays(world: World) -> None:
    admin = world.person("admin")
    with world.database():
        with pytest.raises(LastAdminStays), transaction():
            erasures.ask(admin, world.here, "BORRAR", now=clock.now())
        assert erasures.standing(admin) is None
    answer = world.browser(admin).post("/account/privacy/erase", {"word": "BORRAR"})
    assert answer.status_code == 422
    assert "la única persona que administra Federación here" in answer.text


def test_whoever_became_the_last_admin_meanwhile_waits(world: World) -> None:
    admin, other = world.person("admin"), world.person("admin")
    first = ask(world, admin)
    second = ask(world, other)
    with world.database() as session:
        erasures.carry_out(first, now=LATER)
        with pytest.raises(LastAdminStays):
            erasures.carry_out(second, now=LATER)
        assert session.get(Person, other).active


def test_stopped_in_the_middle_and_run_again_it_is_complete(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after the files and in the middle of the rows: nothing of the rows is half done, and the next run does all."""
    life = lead(world)
    erasure_id = ask(world, life.person)
    real, calls = erasures._do, []

    def stop(*told: Any) -> None:
        calls.append(told)
        if len(calls) == 12:
            raise KeyboardInterrupt
        real(*told)

    monkeypatch.setattr(erasures, "_do", stop)
    with world.database() as session:
        with pytest.raises(KeyboardInterrupt):
            erasures.carry_out(erasure_id, now=LATER)
        session.rollback()
        assert session.get(Person, life.person).name == MINE[0]
    monkeypatch.setattr(erasures, "_do", real)
    with world.database():
        erasures.carry_out(erasure_id, now=LATER)
        erasures.carry_out(erasure_id, now=LATER)  # and once more does no harm
    found = dump(world)
    assert [words for words in MINE if words.encode() in found] == []


# An erasure that says how far it is and goes on once it is told to.
HALTING = """
import sys
from datetime import datetime
from uuid import UUID
from lms.app import create_app
from lms.people.privacy import erasures

real, done = erasures._do, []

def halt(*told):
    done.append(told)
    if len(done) == 12:
        print("halfway", flush=True)
        sys.stdin.readline()
    real(*told)

erasures._do = halt
with create_app().app_context():
    erasures.carry_out(UUID(sys.argv[1]), now=datetime.fromisoformat(sys.argv[2]))
"""


def test_killed_in_the_middle_nothing_is_half_done_and_the_next_run_does_all(world: World, tmp_path: Path) -> None:
    life = lead(world)
    erasure_id = ask(world, life.person)
    before = rows(world)
    with halting(world.app, tmp_path, HALTING, str(erasure_id), LATER.isoformat()) as process:
        assert said(process) == "halfway"
        process.kill()
    assert rows(world) == before
    with world.database():
        erasures.carry_out(erasure_id, now=LATER)
    found = dump(world)
    assert [words for words in MINE if words.encode() in found] == []


@pytest.mark.parametrize(
    ("statement"),
    [
        "UPDATE hours_entries SET minutes = 1",
        "UPDATE hours_entries SET reason = 'otro'",
        "UPDATE decisions SET verdict = 'refuse', reasons = ''",
        "UPDATE register_acts SET reason = 'otro'",
        "DELETE FROM decisions",
        "DELETE FROM hours_entries",
    ],
)
def test_words_may_be_emptied_and_nothing_else_of_a_record_changed(world: World, statement: str) -> None:
    lead(world)
    with world.database(), pytest.raises(Exception, match="append-only"), transaction() as session:
        session.execute(text(statement))


def test_it_is_done_in_a_quiet_hour_after_seven_days() -> None:
    asked = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert erasure_due(asked) == datetime(2026, 3, 10, 3, tzinfo=UTC)
    assert erasure_due(asked.replace(hour=2)) == datetime(2026, 3, 9, 3, tzinfo=UTC)


def test_an_invitation_to_the_same_address_goes_too(world: World) -> None:
    life = lead(world)
    with world.database() as session, transaction():
        session.add(
            Invitation(
                federation_id=world.here, email=life.email, name="Otro Nombre Suyo", role="agent", nonce="n" * 20,
                sent_at=NOW, expires_at=NOW,
            )
        )  # fmt: skip
    erase(world, life.person)
    with world.database() as session:
        assert session.scalars(select(Invitation).where(Invitation.email == life.email)).all() == []


def test_the_worker_does_it_when_the_time_has_come(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.person("agent", name="Quien Se Va")
    ask(world, person)
    with world.database() as session:
        jobs.sweep()
        assert session.get(Person, person).name == "Quien Se Va"
        session.rollback()
        monkeypatch.setattr(clock, "now", lambda: LATER)
        jobs.sweep()
        session.expire_all()
        assert session.get(Person, person).name == ""
        assert session.scalars(select(Copy)).all() == []
