"""What was done without a connection arrives once, in order, and overwrites nothing newer."""

from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from assessments.quizzes.models import Answer, Attempt
from courses.learning.models import LessonDone, Reflection
from courses.offline.models import Deed
from lms.audit import AuditEntry
from lms.db import db
from tests.learning.together import at_once
from tests.offline.conftest import Phone, owner
from tests.statements import counted
from tests.world import World


def texts(world: World) -> list[tuple[str, int]]:
    with world.database():
        return [tuple(row) for row in db.session.execute(select(Reflection.text, Reflection.revision))]


def count(world: World, model: Any) -> int:
    with world.database():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def picked(world: World) -> dict[int, list[str]]:
    with world.database():
        return {one.position: one.chosen for one in db.session.scalars(select(Answer))}


def attempt(world: World) -> tuple[str, int | None]:
    """State and score of the only one."""
    with world.database():
        row = db.session.execute(select(Attempt.state, Attempt.score)).one()
        return row.state, row.score


def elsewhere(world: World, phone: Phone, keys: list[str]) -> None:
    """Another device answers the first question."""
    address = phone.sheet("answers")
    answer = world.browser(owner(phone)).post(address, {"q0": keys}, headers={"X-Requested-With": "fetch"})
    assert answer.json == {"saved": True}


def test_a_reflection_and_a_lesson_that_was_done_arrive(world: World, phone: Phone) -> None:
    with counted() as statements:
        assert phone.write("Sin red.").json == {"state": "done"}
    assert len(statements) <= 10
    assert phone.send(phone.lesson, {"page": "telefono", "sequence": "1", "done": "1"}).json == {"state": "done"}
    assert texts(world) == [("Sin red.", 1)]
    assert count(world, LessonDone) == 1


def test_the_same_deed_again_gives_the_same_answer_and_does_nothing(world: World, phone: Phone) -> None:
    key = str(uuid4())
    first, again = phone.write("Uno", key=key), phone.write("Uno", key=key)
    assert first.json == again.json == {"state": "done"}
    assert texts(world) == [("Uno", 1)]
    assert count(world, Deed) == 1


def test_the_same_key_with_other_content_is_refused(world: World, phone: Phone) -> None:
    key = str(uuid4())
    phone.write("Uno", key=key)
    for other in (phone.write("Dos", key=key), phone.write("Uno", key=key, sequence=2)):
        assert (other.status_code, other.json["error"]) == (409, "deed-reused")
    assert texts(world) == [("Uno", 1)]


def test_one_persons_key_is_nobody_elses(world: World, phone: Phone, another: Phone) -> None:
    key = str(uuid4())
    phone.write("Uno", key=key)
    assert another.write("Uno", key=key).status_code == 404  # the lesson is the owner's
    assert count(world, Deed) == 1
    assert world.browser().post("/offline/deeds", {"deed": key, "deed_for": phone.lesson}).location == "/login"


def test_twenty_arrivals_at_once_are_one_deed(world: World, phone: Phone) -> None:
    key = str(uuid4())
    browsers = [world.browser(owner(phone)) for _ in range(20)]
    phones = [Phone(browser, phone.cast) for browser in browsers]
    jobs = [
        lambda one=one: one.send(phone.sheet("submit"), {"q0": "a", "seen": ""}, key=key, whole=True) for one in phones
    ]
    answers = at_once(world, jobs)
    assert [(one.status_code, one.json) for one in answers] == [(200, {"state": "done"})] * len(jobs)
    assert (attempt(world)[0], count(world, Deed)) == ("submitted", 1)
    with world.database():
        handed_in = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "attempt.submit")
        assert db.session.scalar(handed_in) == 1


def test_older_text_never_replaces_newer_text_and_stays_to_be_asked_about(world: World, phone: Phone) -> None:
    phone.write("Del ordenador", page="ordenador")
    late = phone.write("Del teléfono", base=0)
    assert (late.status_code, late.json["error"]) == (409, "reflection-stale")
    assert texts(world) == [("Del ordenador", 1)]
    assert count(world, Deed) == 1  # what was refused may be asked again
    assert phone.write("Los dos", page="otra", base=1).json == {"state": "done"}
    assert texts(world) == [("Los dos", 2)]


def test_of_one_page_what_was_overtaken_on_its_way_changes_nothing(world: World, phone: Phone) -> None:
    phone.write("Dos", sequence=2)
    assert phone.write("Uno", sequence=1).status_code == 409
    assert texts(world) == [("Dos", 1)]


def test_a_whole_form_unticks_and_a_part_of_it_leaves_the_rest_alone(world: World, phone: Phone) -> None:
    place = {"page": "telefono", "base": "0"}
    phone.send(phone.lesson, place | {"sequence": "1", "text": "Uno", "used_alternative": "y"}, whole=True)
    phone.send(phone.lesson, place | {"sequence": "2", "text": "Dos"})
    with world.database():
        assert db.session.scalars(select(Reflection.used_alternative)).one() is True
    phone.send(phone.lesson, place | {"sequence": "3", "text": "Tres"}, whole=True)
    with world.database():
        assert db.session.scalars(select(Reflection.used_alternative)).one() is False


def test_answers_arrive_but_not_over_one_given_elsewhere_meanwhile(world: World, phone: Phone) -> None:
    assert phone.send(phone.sheet("answers"), {"q0": "a", "seen": ""}).json == {"state": "done"}
    elsewhere(world, phone, ["b"])
    late = phone.send(phone.sheet("answers"), {"q0": "a", "seen": ""})
    assert late.json == {"state": "clash", "places": [0]}
    assert picked(world) == {0: ["b"]}
    assert phone.send(phone.sheet("answers"), {"q0": "a", "seen": "0=b"}).json == {"state": "done"}
    assert picked(world) == {0: ["a"]}


def test_a_sheet_with_a_clash_is_not_handed_in(world: World, phone: Phone) -> None:
    elsewhere(world, phone, ["b"])
    late = phone.send(phone.sheet("submit"), {"q0": "a", "seen": ""}, whole=True)
    assert late.json == {"state": "clash", "places": [0]}
    assert (attempt(world)[0], picked(world)) == ("open", {0: ["b"]})


def test_a_sheet_with_gaps_is_kept_and_handed_in_only_if_that_was_meant(world: World, phone: Phone) -> None:
    assert phone.send(phone.sheet("submit"), {"seen": ""}, whole=True).json == {"state": "missing"}
    assert attempt(world)[0] == "open"
    assert phone.send(phone.sheet("submit"), {"seen": "", "confirm": "1"}, whole=True).json == {"state": "done"}
    assert attempt(world)[0] == "submitted"


def test_answers_to_a_sheet_that_was_handed_in_meanwhile_are_refused_kindly(world: World, phone: Phone) -> None:
    phone.send(phone.sheet("submit"), {"q0": "a", "seen": ""}, whole=True)
    before = attempt(world)
    late = phone.send(phone.sheet("answers"), {"q0": "b", "seen": ""})
    assert (late.status_code, late.json["error"]) == (409, "attempt-submitted")
    assert "ya está entregado" in late.json["message"]
    assert (picked(world), attempt(world)) == ({0: ["a"]}, before)


def test_a_sheet_whose_answer_was_lost_on_the_way_is_simply_done(world: World, phone: Phone) -> None:
    phone.browser.post(phone.sheet("submit"), {"q0": "a", "seen": ""})
    for what in ("answers", "submit"):
        assert phone.send(phone.sheet(what), {"q0": "a", "seen": ""}, whole=True).json == {"state": "done"}


def test_a_deed_for_an_address_that_takes_none_is_refused(world: World, phone: Phone) -> None:
    odd = ["", "/", "/logout", "/offline/deeds", "/account", "https://evil.test/learn", "/attempts/1/submit", "x" * 500]
    for address in odd:
        answer = phone.send(address, {"text": "x"})
        assert (answer.status_code, answer.json["error"]) == (409, "deed-unreadable")
    assert count(world, Deed) == 0


def test_a_deed_without_a_key_of_its_own_is_refused(phone: Phone) -> None:
    for key in ("corta", "x" * 65):
        assert phone.send(phone.lesson, {"text": "x"}, key=key).json["error"] == "deed-unreadable"


def test_text_that_cannot_be_kept_is_refused_with_its_reason_and_half_done_nothing(world: World, phone: Phone) -> None:
    answer = phone.send(phone.lesson, {"text": "a\x07b", "done": "1"})
    assert (answer.status_code, answer.json["error"]) == (409, "deed-refused")
    assert (count(world, Reflection), count(world, LessonDone), count(world, Deed)) == (0, 0, 0)


def test_somebodys_deed_for_what_is_not_theirs_is_nowhere(world: World, phone: Phone, another: Phone) -> None:
    for address in (phone.lesson, phone.sheet("answers"), phone.sheet("submit")):
        assert another.send(address, {"text": "x", "q0": "a"}).status_code == 404
    assert count(world, Deed) == 0
