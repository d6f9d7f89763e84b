"""Two at once, with real threads, on both databases."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from courses.mentoring import operations, queries
from lms.db import transaction
from lms.ids import new_key
from tests.mentoring.place import LATER, Place, at_once


def test_twenty_sign_offs_at_once_count_once(place: Place) -> None:
    sessions = [place.log(hours=2 * i) for i in range(3)]
    orders = [random.Random(i).sample(sessions, 3) for i in range(20)]
    answers = at_once(*(lambda order=order: place.sign(*order) for order in orders))
    assert sorted(answers) == [0] * 19 + [3]
    assert [line.minutes for line in place.entries()] == [60, 60, 60]
    assert place.balance().total == 180


def test_sign_offs_that_share_sessions_count_each_once(place: Place) -> None:
    sessions = [place.log(hours=2 * i) for i in range(6)]
    answers = at_once(*(lambda i=i: place.sign(*sessions[i : i + 3]) for i in range(4)))
    assert sum(answers) == 6
    assert place.balance().total == 360


def test_of_a_signature_and_a_return_at_once_one_wins(place: Place) -> None:
    for i in range(5):
        session_id = place.log(hours=2 * i)
        answers = at_once(lambda s=session_id: place.sign(s), lambda s=session_id: place.give_back(s))
        assert answers in ([1, "no-longer-waiting"], [0, "returned"])
        assert place.state(session_id) == ("signed" if answers[0] else "returned")


def test_reversing_twice_at_once_takes_the_hours_back_once(place: Place) -> None:
    session_id = place.log()
    place.sign(session_id)
    answers = at_once(*[lambda: place.reverse(session_id)] * 6)
    assert sorted(answers) == ["not-reversible"] * 5 + ["reversed"]
    assert [line.minutes for line in place.entries()] == [60, -60]


def test_a_signature_never_covers_a_correction_that_the_mentor_did_not_see(place: Place) -> None:
    for i in range(5):
        session_id = place.log(hours=20 * i)
        seen = {session_id: place.session(session_id).written_at}
        at_once(
            lambda s=session_id, seen=seen: place.sign(s, seen=seen),
            lambda s=session_id: place.correct(s, minutes=600),
        )
        assert (place.state(session_id), place.session(session_id).minutes) in (("signed", 60), ("waiting", 600))


def test_of_two_sessions_at_the_same_time_one_is_written(place: Place) -> None:
    other = place.pair(place.trainee, place.world.person("senior"))
    for i in range(5):
        answers = at_once(
            lambda i=i: place.log(hours=4 * i) and "written",
            lambda i=i: place.log(hours=4 * i + 0.5, pairing=other) and "written",
        )
        assert sorted(answers) == ["sessions-overlap", "written"]


def test_of_two_pairings_of_the_same_people_one_is_made(place: Place) -> None:
    person, mentor = place.world.person("agent"), place.world.person("senior")
    answers = at_once(*[lambda: place.pair(person, mentor) and "made"] * 6)
    assert sorted(answers) == ["already-paired"] * 5 + ["made"]


def test_a_role_taken_away_at_the_same_moment_counts_or_does_not(place: Place) -> None:
    session_id = place.log()
    signed, _taken = at_once(lambda: place.sign(session_id), lambda: place.take_role(place.mentor))
    assert signed in (1, "not-senior")
    assert place.balance().total == (60 if signed == 1 else 0)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # SQLite has one writer anyway
def test_a_role_cannot_be_taken_away_in_the_middle_of_a_signature(place: Place) -> None:
    session_id = place.log()

    def take() -> None:
        with place.world.database(), transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '50ms'"))
            session.execute(text("UPDATE memberships SET until = now() WHERE role = 'senior'"))

    with place.world.database(), transaction(), ThreadPoolExecutor(1) as pool:
        operations.sign([session_id], by=place.mentor, federation_id=place.here, now=LATER)
        assert isinstance(pool.submit(take).exception(), OperationalError)


def test_a_form_sent_four_times_at_once_writes_one_session(recent: Place) -> None:
    key = new_key()
    data = {
        "once": key,
        "pairing_id": str(recent.pairing),
        "day": (recent.start + timedelta(days=1)).date().isoformat(),
        "time": "16:00",
        "minutes": "60",
        "kind": "individual",
        "format": "video",
    }
    browsers = [recent.world.browser(recent.trainee) for _ in range(4)]
    answers = at_once(*(lambda b=b: b.post("/mentoring/sessions/new", data).status_code for b in browsers))
    assert answers == [302] * 4
    with recent.world.database():
        assert len(queries.waiting_for(recent.mentor, recent.here)) == 1


def test_two_sign_offs_by_form_at_once_tell_the_second(recent: Place) -> None:
    session_id = recent.log()
    data = {"session": f"{session_id}~{recent.session(session_id).written_at.isoformat()}"}
    browsers = [recent.world.browser(recent.mentor) for _ in range(2)]
    at_once(*(lambda b=b: b.post("/mentoring/sign", data).status_code for b in browsers))
    pages = sorted(b.get("/mentoring").text.count("Has visado 1 sesión") for b in browsers)
    assert pages == [0, 1]
    assert recent.balance().total == 60
