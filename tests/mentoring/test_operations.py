"""Pairings, sessions and the ledger, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from courses.mentoring import operations, queries
from courses.mentoring.models import MentoringSession
from lms.audit import AuditEntry
from lms.db import transaction
from lms.errors import Refusal
from tests.mentoring.place import LATER, Place
from tests.statements import counted
from tests.world import NOW


def refused(code: str) -> Any:
    """Expect a refusal with this code."""
    return pytest.raises(Refusal, check=lambda refusal: refusal.code == code)


def test_a_session_counts_when_it_is_signed_and_not_before(place: Place) -> None:
    session_id = place.log(minutes=90)
    assert place.balance().total == 0
    assert place.sign(session_id) == 1
    assert place.balance().minutes == {"individual": 90, "group": 0, "observation": 0, "practice": 0}
    assert place.balance().by_mentor == {place.mentor: {"individual": 90}}
    assert place.balance().mentors == {place.mentor}


def test_practice_hours_make_nobody_a_mentor(place: Place) -> None:
    place.sign(place.log(kind="practice"))
    assert place.balance().minutes["practice"] == 60
    assert place.balance().mentors == frozenset()


def test_signing_twice_counts_once(place: Place) -> None:
    session_id = place.log()
    assert [place.sign(session_id), place.sign(session_id, session_id)] == [1, 0]
    assert place.balance().total == 60


def test_a_returned_session_is_corrected_and_waits_again(place: Place) -> None:
    session_id = place.log()
    place.give_back(session_id, " La fecha no es esa ")
    assert place.session(session_id).returned_reason == "La fecha no es esa"
    assert place.sign(session_id) == 0
    place.correct(session_id, minutes=45)
    assert place.state(session_id) == "waiting"
    place.sign(session_id)
    assert place.balance().total == 45


def test_a_reversal_is_a_counter_entry(place: Place) -> None:
    session_id = place.log()
    place.sign(session_id)
    place.reverse(session_id)
    assert [(line.minutes, line.reverses, line.reason) for line in place.entries()] == [
        (60, 0, ""),
        (-60, 1, "No tuvo lugar"),
    ]
    assert place.state(session_id) == "reversed"
    assert place.balance().total == 0
    assert place.balance().mentors == frozenset()
    place.log()  # the time is free again


@pytest.mark.parametrize("minutes", [-5, 0, 4, 721, 5000])
def test_a_session_of_odd_length_is_refused(place: Place, minutes: int) -> None:
    with refused("minutes-out-of-range"):
        place.log(minutes=minutes)


def test_a_session_in_the_future_is_refused(place: Place) -> None:
    with refused("session-in-future"):
        place.log(now=NOW)


def test_a_session_before_the_pairing_is_refused(place: Place) -> None:
    with refused("before-pairing"):
        place.log(hours=-48)


def test_a_session_after_the_pairing_is_refused(place: Place) -> None:
    with place.world.database(), transaction():
        operations.end_pairing(place.pairing, by=place.registrar, now=NOW + timedelta(days=3))
    place.log(hours=24)
    with refused("after-pairing"):
        place.log(hours=24 * 5)


def test_an_overlapping_session_is_refused_and_says_with_which(place: Place) -> None:
    place.log()
    with place.world.app.test_request_context(), refused("sessions-overlap") as refusal:
        place.log(hours=0.5)
    with place.world.app.test_request_context(headers={"Accept-Language": "es"}):
        assert str(refusal.value) == (
            "La sesión del 2 de marzo se cruza con otra de 10:00 a 11:00. Cambia la hora o revisa la otra."
        )


def test_a_mentor_cannot_be_with_two_people_except_in_a_group(place: Place) -> None:
    other, third = (place.pair(place.world.person("agent"), place.mentor) for _ in range(2))
    place.log(kind="group")
    place.log(kind="group", pairing=other)
    with refused("mentor-busy"):
        place.log(hours=0.5, pairing=third)


def test_what_was_returned_leaves_its_time_free(place: Place) -> None:
    first = place.log()
    place.give_back(first)
    place.log()
    with refused("sessions-overlap"):
        place.correct(first)
    place.correct(first, starts_at=NOW + timedelta(hours=5))


def test_a_session_can_be_corrected_in_its_own_time(place: Place) -> None:
    session_id = place.log()
    place.correct(session_id, starts_at=NOW + timedelta(minutes=15), minutes=30)
    assert place.session(session_id).minutes == 30


def test_only_the_person_writes_and_corrects_their_hours(place: Place) -> None:
    with refused("only-own-hours"):
        place.log(author_id=place.mentor)
    session_id = place.log()
    with refused("only-own-hours"):
        place.correct(session_id, by=place.mentor)


def test_what_is_signed_is_not_corrected_or_returned(place: Place) -> None:
    session_id = place.log()
    place.sign(session_id)
    with refused("not-correctable"):
        place.correct(session_id, minutes=90)
    with refused("no-longer-waiting"):
        place.give_back(session_id)
    place.reverse(session_id)
    with refused("not-correctable"):
        place.correct(session_id, minutes=90)
    assert place.session(session_id).minutes == 60


def test_a_return_and_a_reversal_ask_for_a_reason(place: Place) -> None:
    session_id = place.log()
    with refused("reason-missing"):
        place.give_back(session_id, "  \n ")
    with refused("reason-too-long"):
        place.give_back(session_id, "a" * 1001)
    place.sign(session_id)
    with refused("reason-missing"):
        place.reverse(session_id, "")
    assert place.state(session_id) == "signed"


def test_only_what_is_signed_is_reversed_and_only_once(place: Place) -> None:
    session_id = place.log()
    with refused("not-reversible"):
        place.reverse(session_id)
    place.sign(session_id)
    place.reverse(session_id)
    with refused("not-reversible"):
        place.reverse(session_id)


def test_nobody_signs_their_own_hours(place: Place) -> None:
    both = place.world.person("agent", "senior")
    mine = place.log(pairing=place.pair(both, place.mentor))
    theirs = place.log(hours=5, pairing=place.pair(place.trainee, both))
    with refused("own-hours"):
        place.sign(theirs, mine, by=both)
    assert [place.state(mine), place.state(theirs)] == ["waiting", "waiting"]
    assert place.sign(theirs, by=both) == 1


def test_another_mentor_signs_returns_and_reverses_nothing(place: Place) -> None:
    stranger, session_id = place.world.person("senior"), place.log()
    assert place.sign(session_id, by=stranger) == 0
    with refused("no-longer-waiting"):
        place.give_back(session_id, by=stranger)
    place.sign(session_id)
    with refused("not-reversible"):
        place.reverse(session_id, by=stranger)


def test_a_mentor_of_another_federation_signs_nothing(place: Place) -> None:
    session_id = place.log()
    with place.world.database(), transaction() as session:
        stranger = place.world.person("senior", federation=place.world.elsewhere)
        with refused("not-senior"):
            operations.sign([session_id], by=place.mentor, federation_id=place.world.elsewhere, now=LATER)
        assert operations.sign([session_id], by=stranger, federation_id=place.world.elsewhere, now=LATER) == []
        session.rollback()


def test_a_role_that_was_taken_away_signs_nothing(place: Place) -> None:
    first, second = place.log(), place.log(hours=2)
    place.sign(first)
    place.take_role(place.mentor)
    for deed in (lambda: place.sign(second), lambda: place.give_back(second), lambda: place.reverse(first)):
        with refused("not-senior"):
            deed()
    assert place.balance().total == 60


def test_a_session_that_changed_since_the_mentor_saw_it_is_not_signed(place: Place) -> None:
    first, second = place.log(), place.log(hours=2)
    seen = {id_: place.session(id_).written_at for id_ in (first, second)}
    place.correct(first, minutes=600, starts_at=NOW + timedelta(hours=8))
    assert place.sign(first, second, seen=seen) == 1
    assert [place.state(first), place.state(second)] == ["waiting", "signed"]


def test_signing_nothing_or_too_much_is_refused(place: Place) -> None:
    with refused("nothing-chosen"):
        place.sign()
    with refused("too-many-chosen"):
        place.sign(*[place.pairing] * 501)


def test_both_must_hold_their_roles_to_be_paired(place: Place) -> None:
    world = place.world
    for person, mentor, code in (
        (place.trainee, place.trainee, "same-person"),
        (world.person("professional"), place.mentor, "not-trainee"),
        (place.trainee, world.person("agent"), "not-mentor"),
        (place.trainee, world.person("senior", federation=world.elsewhere), "not-mentor"),
        (place.trainee, place.mentor, "already-paired"),
    ):
        with refused(code):
            place.pair(person, mentor)
    place.take_role(place.mentor)
    with refused("not-mentor"):
        place.pair(world.person("agent"), place.mentor)


def test_a_pairing_ends_once_and_may_begin_again(place: Place) -> None:
    with place.world.database():
        with transaction():
            operations.end_pairing(place.pairing, by=place.registrar, now=NOW)
        with refused("already-ended"), transaction():
            operations.end_pairing(place.pairing, by=place.registrar, now=NOW)
    again = place.pair(place.trainee, place.mentor)
    with place.world.database():
        assert [one.id for one in queries.pairings(place.here)] == [again, place.pairing]


def test_every_deed_is_in_the_audit_trail_without_words_of_people(place: Place) -> None:
    session_id = place.log(note="Hablamos de Marta")
    place.give_back(session_id, "Sin nombres")
    place.correct(session_id, note="")
    place.sign(session_id)
    place.reverse(session_id, "Error mío")
    with place.world.database() as session:
        trail = session.query(AuditEntry).where(AuditEntry.chain == place.here).order_by(AuditEntry.number).all()
        session.expunge_all()
    assert [entry.action for entry in trail] == [
        "pairing.create", "hours.log", "hours.return", "hours.correct", "hours.sign", "hours.reverse",
    ]  # fmt: skip
    assert {entry.subject for entry in trail[1:]} == {f"session:{session_id}"}
    assert {name for entry in trail for name in entry.facts} <= {"kind", "minutes"}


@pytest.mark.parametrize("deed", ["UPDATE hours_entries SET minutes = 600", "DELETE FROM hours_entries"])
def test_the_database_refuses_to_change_the_ledger(place: Place, deed: str) -> None:
    place.sign(place.log())
    with place.world.database(), pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(text(deed))
    assert place.balance().total == 60


@pytest.mark.parametrize("signer", ["trainee", "author"])
def test_the_database_refuses_a_signature_on_ones_own_hours(place: Place, signer: str) -> None:
    session_id = place.log()
    values: dict[str, Any] = {"state": "signed", "signed_by": place.trainee}
    if signer == "author":
        values |= {"author_id": place.mentor, "signed_by": place.mentor}
    with place.world.database(), pytest.raises(IntegrityError, match="not_self_signed"), transaction() as session:
        session.execute(update(MentoringSession).where(MentoringSession.id == session_id).values(**values))


def test_signing_a_hundred_takes_no_more_statements_than_signing_ten(place: Place) -> None:
    ten, hundred = place.many(10), place.many(100)
    place.world.app.extensions["lms_soon"] = str  # the mail leaves elsewhere
    with counted() as few:
        assert place.sign(*ten) == 10
    with counted() as many:
        assert place.sign(*hundred) == 100
    assert len(many) == len(few) <= 7  # one tells the trainee; the actor's is the eighth


def test_a_balance_takes_one_statement_however_long_the_ledger(place: Place) -> None:
    place.many(500, state="signed")
    with counted() as sent:
        assert place.balance().minutes["group"] == 500 * 30
    assert len(sent) == 1
