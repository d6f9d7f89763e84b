"""The plan of self-care: sealed, one's own, kept in versions, looked at again on a day of one's choice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from courses.care import jobs, operations, queries, rules
from courses.care.models import CarePlan, CareVersion
from lms import rotation, sealing
from lms.db import db, transaction
from lms.people.messages.models import Message
from tests.learning.together import at_once
from tests.statements import counted
from tests.world import NOW, World

SIGNS = "Dejo de salir con la perra"
IN_A_MONTH = (datetime.now(UTC) + timedelta(days=30)).date()


@pytest.fixture
def person(world: World) -> UUID:
    """Somebody who plans."""
    return world.person("agent")


def send(world: World, person: UUID, sequence: int = 1, base: int = 0, page: str = "p", **said: str) -> Any:
    return world.browser(person).post("/care", {"page": page, "sequence": str(sequence), "base": str(base), **said})


def sections(world: World, person: UUID) -> dict[str, str]:
    with world.database():
        return queries.sections(queries.plan(person, world.here))


def test_it_saves_itself_line_by_line_and_lies_sealed(world: World, person: UUID) -> None:
    browser = world.browser(person)
    by_script = {"X-Requested-With": "fetch"}
    for n, said in enumerate([{"signs": SIGNS}, {"limits": "Dos al día"}], 1):
        sent = {"page": "p", "sequence": str(n), "base": "0", **said}
        assert browser.post("/care", sent, headers=by_script).get_json() == {"saved": True}
    assert sections(world, person) == rules.tidied({"signs": SIGNS, "limits": "Dos al día"})
    with world.database() as session:
        assert b"perra" not in bytes(session.scalar(select(CarePlan.content)))
    assert SIGNS in browser.get("/care").text
    assert SIGNS in browser.get("/care/print").text


def test_it_is_ones_own_in_each_federation(world: World, person: UUID) -> None:
    send(world, person, signs=SIGNS, keep="1", review_on=IN_A_MONTH.isoformat())
    for other in (world.person("registrar"), world.person("senior"), world.person("admin")):
        browser = world.browser(other)
        assert SIGNS not in browser.get("/care").text
        assert browser.get("/care/versions/1").status_code == 404
    assert SIGNS not in world.browser(person, world.elsewhere).get("/care").text
    assert SIGNS in world.browser(person).get("/care/versions/1").text


def test_older_text_never_replaces_newer_text(world: World, person: UUID) -> None:
    send(world, person, sequence=2, signs="Nuevo")
    assert send(world, person, sequence=1, signs="Viejo").status_code == 422
    stale = send(world, person, page="otra", base=0, signs="De otro aparato")
    assert stale.status_code == 422
    assert "Nuevo" in stale.text
    assert "De otro aparato" in stale.text
    assert sections(world, person)["signs"] == "Nuevo"
    assert send(world, person, page="otra", base=1, signs="Los dos").status_code == 302
    assert sections(world, person)["signs"] == "Los dos"


def test_a_version_keeps_what_stood_on_its_day(world: World, person: UUID) -> None:
    send(world, person, signs=SIGNS, keep="1", review_on=IN_A_MONTH.isoformat())
    send(world, person, sequence=2, signs="Otra cosa", keep="1", review_on=IN_A_MONTH.isoformat())
    browser = world.browser(person)
    assert SIGNS in browser.get("/care/versions/1").text
    assert "Otra cosa" in browser.get("/care/versions/2").text
    assert browser.get("/care/versions/3").status_code == 404
    with counted() as statements:
        assert "Versión 2" in browser.get("/care").text
    assert len(statements) <= 4


NOT_KEPT: list[tuple[dict[str, str], str]] = [
    ({"signs": SIGNS, "review_on": "ayer"}, "Escribe una fecha"),
    ({"signs": SIGNS, "review_on": "2001-01-01"}, "entre mañana"),
    ({"signs": SIGNS, "review_on": "2999-01-01"}, "entre mañana"),
    ({"signs": SIGNS}, "Hace falta"),
    ({"signs": "  ", "review_on": IN_A_MONTH.isoformat()}, "Basta una línea"),
    ({"signs": "x" * 4_001, "review_on": IN_A_MONTH.isoformat()}, "4000 letras"),
    ({"signs": SIGNS + "\x07", "review_on": IN_A_MONTH.isoformat()}, "no se pueden guardar"),
]


def test_what_can_not_be_kept_is_said_and_stays_on_the_page(world: World, person: UUID) -> None:
    browser = world.browser(person)
    for sent, words in NOT_KEPT:
        answer = browser.post("/care", {"page": "p", "sequence": "1", "base": "0", "keep": "1", **sent})
        assert (answer.status_code, words in answer.text) == (422, True), words
        assert sent["signs"] != SIGNS or SIGNS in answer.text
    with world.database() as session:
        assert session.scalar(select(CareVersion)) is None


def test_others_may_know_that_there_is_one_and_its_date_and_no_more(world: World, person: UUID) -> None:
    with world.database():
        assert queries.plan_stands(person, world.here) is None
    send(world, person, signs=SIGNS)
    with world.database():
        assert queries.plan_stands(person, world.here) is None  # nothing kept with a date yet
    send(world, person, sequence=2, signs=SIGNS, keep="1", review_on=IN_A_MONTH.isoformat())
    with world.database():
        found = queries.plan_stands(person, world.here)
        assert found is not None
        assert found.review_on == IN_A_MONTH
        assert set(found.__slots__) == {"reviewed_at", "review_on"}
        assert queries.plan_stands(person, world.elsewhere) is None


def test_each_is_reminded_once_on_the_day_they_chose(world: World, person: UUID) -> None:
    send(world, person, signs=SIGNS, keep="1", review_on=IN_A_MONTH.isoformat())
    day = datetime(IN_A_MONTH.year, IN_A_MONTH.month, IN_A_MONTH.day, 9, tzinfo=UTC)

    def told() -> int:
        with world.database() as session:
            return len(session.scalars(select(Message).where(Message.kind == "care-review")).all())

    with world.database():
        jobs.remind(day - timedelta(days=1))
    assert told() == 0
    with world.database():
        jobs.remind(day.replace(hour=4))  # nobody is woken
    assert told() == 0
    at_once(world, [lambda: jobs.remind(day)] * 3)
    with world.database():
        jobs.remind(day + timedelta(days=2))
    assert told() == 1
    with world.database(), transaction():
        plan = queries.plan(person, world.here)
        assert plan is not None
        operations.keep_version(
            plan, date(day.year, day.month, day.day) + timedelta(days=40), today=day.date(), now=day
        )
    with world.database():
        jobs.remind(day + timedelta(days=41))
    assert told() == 2


def test_whom_another_worker_has_just_told_is_not_told_again(
    world: World, person: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(world, person, signs=SIGNS, keep="1", review_on=IN_A_MONTH.isoformat())
    with world.database(), transaction():
        look = db.session.scalars

        def looked(statement: Any) -> Any:
            found = list(look(statement))
            db.session.execute(update(CarePlan).values(reminded_for=CarePlan.review_on))  # the other one's claim
            return found

        monkeypatch.setattr(db.session, "scalars", looked)
        assert operations.remind(IN_A_MONTH, now=NOW) == 0


def test_two_first_texts_at_once_make_one_plan(world: World, person: UUID) -> None:
    from courses.learning.rules import Writing

    def write(n: int) -> None:
        with transaction():
            operations.write(person, world.here, {"signs": str(n)}, writing=Writing(f"p{n}", 1, 0), now=NOW)

    at_once(world, [lambda n=n: write(n) for n in range(4)])
    with world.database() as session:
        assert len(session.scalars(select(CarePlan)).all()) == 1


def test_it_opens_after_the_master_key_was_rotated(world: World, person: UUID) -> None:
    send(world, person, signs=SIGNS, keep="1", review_on=IN_A_MONTH.isoformat())
    with world.database():
        rotation.begin(sealing.clock.now())
        list(rotation.rewrap(sealing.clock.now()))
    browser = world.browser(person)
    assert SIGNS in browser.get("/care").text
    assert SIGNS in browser.get("/care/versions/1").text
