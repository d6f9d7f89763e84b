"""A reflection that is shared: with one named mentor, as it was then, until it is taken back."""

from uuid import UUID

import pytest
from sqlalchemy import select, update

from courses.media import queries
from courses.media.models import ReflectionAnswer, SharedReflection, VoiceNote
from lms.audit import AuditEntry
from lms.db import transaction
from lms.people.messages.models import Message
from lms.people.models import Membership
from tests.learning.conftest import School
from tests.media import files
from tests.media.place import Place, settle
from tests.mentoring.test_recognition import Abroad
from tests.statements import counted
from tests.world import NOW, World

SECRET = "Aquel martes en la cocina"


@pytest.fixture
def place(school: School) -> Place:
    """A learner who has written."""
    place = settle(school)
    place.learns().post(place.lesson, {"text": SECRET, "page": "p", "sequence": "1", "base": "0"})
    return place


def share(place: Place, way: str = "words", reader: UUID | None = None) -> str:
    """Share it; the address of what was shared."""
    answer = place.learns().post(f"{place.lesson}/share", {"way": way, "reader_id": str(reader or place.mentor)})
    assert answer.status_code == 302, answer.text
    with place.world.database() as session:
        return f"/shared/{session.scalar(select(SharedReflection.id))}"


def test_nobody_reads_it_before_it_is_shared_and_then_the_mentor_alone(place: Place) -> None:
    assert SECRET not in place.accompanies().get("/shared").text
    there = share(place)
    assert SECRET in place.accompanies().get(there).text
    assert "Ana" in place.accompanies().get("/shared").text
    world = place.world
    for person in (place.other_mentor, world.person("agent"), world.person("registrar"), world.person("admin")):
        assert world.browser(person).get(there).status_code == 404
        assert world.browser(person).post(there, {"text": "Hola"}).status_code == 404
        assert world.browser(person).post(f"{there}/take-back").status_code == 404
    assert place.accompanies().post(f"{there}/take-back").status_code == 404


def test_what_is_written_afterwards_stays_ones_own(place: Place) -> None:
    there = share(place)
    place.learns().post(place.lesson, {"text": "Lo que no cuento", "page": "p", "sequence": "2", "base": "1"})
    page = place.accompanies().get(there).text
    assert SECRET in page
    assert "Lo que no cuento" not in page


def test_taken_back_it_is_gone_at_once_and_from_the_database(place: Place) -> None:
    there = share(place)
    place.learns().post(f"{there}/take-back")
    assert place.accompanies().get(there).status_code == 404
    assert place.accompanies().post(there, {"text": "Hola"}).status_code == 404
    assert "Ana" not in place.accompanies().get("/shared").text
    with place.world.database() as session:
        row = session.scalar(select(SharedReflection))
        assert (row.text, row.taken_back_at is not None) == ("", True)
    assert place.learns().get(there).status_code == 200
    assert SECRET in place.learns().get(place.lesson).text
    share(place)
    assert SECRET in place.accompanies().get(there).text


@pytest.mark.parametrize("lost", ["pairing", "role"])
def test_who_accompanies_no_more_or_has_lost_the_role_reads_no_more(place: Place, lost: str) -> None:
    there = share(place)
    browser = place.accompanies()
    assert browser.get(there).status_code == 200
    if lost == "pairing":
        place.end_pairing()
        assert "no puede leerla" in place.learns().get(f"{place.lesson}/share").text
    else:
        with place.world.database(), transaction() as session:
            session.execute(update(Membership).where(Membership.person_id == place.mentor).values(until=NOW))
    assert browser.get(there).status_code == 404
    assert browser.post(there, {"text": "Hola"}).status_code == 404


def test_a_mentor_from_another_federation_is_not_offered(world: World) -> None:
    abroad = Abroad(world)
    with world.database():
        assert queries.mentors(abroad.trainee, world.here) == []


def test_only_ones_own_mentor_can_be_chosen(place: Place) -> None:
    answer = place.learns().post(f"{place.lesson}/share", {"way": "words", "reader_id": str(place.other_mentor)})
    assert answer.status_code == 422
    with place.world.database() as session:
        assert session.scalar(select(SharedReflection)) is None


def test_nothing_but_that_it_is_done_can_be_shared(place: Place) -> None:
    page = place.accompanies().get(share(place, "done")).text
    assert SECRET not in page
    assert "prefiere no contar más" in page
    assert (
        "La he hecho" in place.learns().get(f"{place.lesson}/share").text
        or "sin contar nada" in place.learns().get(f"{place.lesson}/share").text
    )


def test_a_voice_is_heard_by_the_mentor_while_it_is_shared(place: Place) -> None:
    place.record(place.learns(), files.ogg())
    with place.world.database() as session:
        voice = f"/voice/{session.scalar(select(VoiceNote.id))}"
    share(place, "words")
    assert place.accompanies().get(voice).status_code == 404
    there = share(place, "both")
    assert place.accompanies().get(voice).data == files.ogg()
    assert voice in place.accompanies().get(there).text
    assert place.world.browser(place.other_mentor).get(voice).status_code == 404
    place.learns().post(f"{there}/take-back")
    assert place.accompanies().get(voice).status_code == 404
    assert place.learns().get(voice).status_code == 200


def test_what_is_recorded_anew_has_to_be_shared_anew(place: Place) -> None:
    place.record(place.learns(), files.ogg())
    there = share(place, "voice")
    place.record(place.learns(), files.webm())
    with place.world.database() as session:
        voice = f"/voice/{session.scalar(select(VoiceNote.id))}"
    assert place.accompanies().get(voice).status_code == 404
    assert "La grabación ya no está" in place.accompanies().get(there).text


def test_the_mentor_answers_in_words_and_the_learner_is_told(place: Place) -> None:
    there = share(place)
    browser = place.accompanies()
    for key in ("answer-key-1", "answer-key-1"):  # sent twice, kept once
        assert browser.post(there, {"text": "Gracias por contarlo.", "once": key}).status_code == 302
    assert browser.post(there, {"text": "  "}).status_code == 422
    assert "Gracias por contarlo." in place.learns().get(there).text
    with place.world.database() as session:
        assert len(session.scalars(select(ReflectionAnswer)).all()) == 1
        told = session.scalars(select(Message).where(Message.kind.like("reflection-%"))).all()
        assert {(one.kind, one.person_id) for one in told} == {
            ("reflection-shared", place.mentor), ("reflection-answered", place.learner)
        }  # fmt: skip
        assert SECRET not in str([one.facts for one in told])
        assert "Gracias" not in str([one.facts for one in told])


def test_that_it_was_read_is_noted_and_the_trail_holds_no_word_of_it(place: Place) -> None:
    place.accompanies().get(share(place))
    with place.world.database() as session:
        entries = session.scalars(select(AuditEntry)).all()
        read = [one for one in entries if one.action == "file.read" and one.facts.get("what") == "reflection"]
        assert [(one.actor_id, one.subject) for one in read] == [(place.mentor, f"person:{place.learner}")]
        assert "cocina" not in str([one.facts for one in entries])
    assert "una reflexión que compartiste" in place.learns().get("/account/privacy/looks").text


def test_the_pages_cost_few_statements_however_much_is_shared(place: Place) -> None:
    there = share(place)
    learner, mentor = place.learns(), place.accompanies()
    mentor.get(there)
    for browser, path, most in (
        (learner, f"{place.lesson}/share", 6), (mentor, "/shared", 4), (learner, "/shared", 4), (learner, there, 4),
        (learner, f"{place.lesson}/voice", 4), (learner, place.lesson, 2),
    ):  # fmt: skip
        with counted() as statements:
            assert browser.get(path).status_code == 200
        assert len(statements) <= most, (path, len(statements))
