"""What a session may be, without a database."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.mentoring import refusals, rules
from courses.mentoring.rules import Booking
from tests.world import NOW

LUIS, ANE, ROSA, NEREA = (uuid4() for _ in range(4))
ZONE = "Europe/Madrid"


def booking(
    hours: float = 0, minutes: Any = 60, person: UUID = LUIS, mentor: UUID = ROSA, kind: str = "individual"
) -> Booking:
    return Booking(uuid4(), person, mentor, kind, NOW + timedelta(hours=hours), minutes)


def fault(new: Booking, *others: Booking, until: Any = None, now: Any = NOW + timedelta(days=30)) -> str | None:
    found = rules.timing_fault(new, others, since=NOW, until=until, zone=ZONE, now=now)
    return found and found.code


@pytest.mark.parametrize("minutes", [5, 6, 90, 719, 720])
def test_a_session_lasts_between_5_and_720_minutes(minutes: int) -> None:
    assert fault(booking(minutes=minutes)) is None


@pytest.mark.parametrize("minutes", [-5, 0, 4, 721, 5000, 3.5, 60.0, True, "60", None])
def test_no_other_length_will_do(minutes: Any) -> None:
    assert fault(booking(minutes=minutes)) == "minutes-out-of-range"


@pytest.mark.parametrize(("text", "minutes"), [("90", 90), (" 90 ", 90), ("-5", -5), ("−5", -5), ("0", 0)])
def test_whole_minutes_are_read(text: str, minutes: int) -> None:
    assert rules.whole_minutes(text) == minutes


@pytest.mark.parametrize("text", ["3.5", "3,5", "1e3", "una hora", "", "٣", "1 2", "0x10", "1" * 30, "nan"])
def test_anything_else_is_no_number_of_minutes(text: str) -> None:
    assert rules.whole_minutes(text) is None


def test_a_session_that_is_not_over_is_in_the_future() -> None:
    new = booking(minutes=60)
    assert fault(new, now=new.ends_at) is None
    assert fault(new, now=new.ends_at - timedelta(seconds=1)) == "session-in-future"


def test_a_session_lies_within_the_days_of_the_pairing() -> None:
    until = NOW + timedelta(days=2)
    assert fault(booking(hours=-2)) is None  # the same day, before the registrar had noted the pairing
    assert fault(booking(hours=-24)) == "before-pairing"
    assert fault(booking(hours=50), until=until) is None
    assert fault(booking(hours=72), until=until) == "after-pairing"


@pytest.mark.parametrize("hours", [-0.5, 0, 0.25, 0.99])
def test_a_person_is_in_one_session_at_a_time(hours: float) -> None:
    assert fault(booking(), booking(hours, mentor=NEREA)) == "sessions-overlap"


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_session_may_begin_when_another_ends(hours: float) -> None:
    assert fault(booking(), booking(hours)) is None


def test_a_session_does_not_cross_itself() -> None:
    new = booking()
    assert fault(new, new) is None


def test_a_mentor_is_with_one_person_at_a_time() -> None:
    assert fault(booking(), booking(0.5, person=ANE)) == "mentor-busy"


def test_a_group_is_written_by_each_who_took_part() -> None:
    assert fault(booking(kind="group"), booking(kind="group", person=ANE)) is None
    assert fault(booking(kind="group"), booking(0.5, kind="group", person=ANE)) == "mentor-busy"
    assert fault(booking(kind="group"), booking(kind="individual", person=ANE)) == "mentor-busy"
    assert fault(booking(kind="group"), booking(kind="group")) == "sessions-overlap"


def test_who_accompanies_others_is_not_accompanied_at_the_same_time() -> None:
    assert fault(booking(person=ROSA, mentor=NEREA), booking(person=ANE, mentor=ROSA)) == "sessions-overlap"
    assert fault(booking(mentor=ROSA), booking(person=ROSA, mentor=NEREA)) == "mentor-busy"


def test_a_day_has_24_hours() -> None:
    midnight = 14  # hours from NOW (10:00 in Madrid) to midnight
    others = [booking(midnight, 720), booking(midnight + 12, 660)]
    assert fault(booking(midnight + 23, 60), *others) is None
    assert fault(booking(midnight + 23, 61), *others) == "day-full"


@pytest.mark.parametrize("code", ["1.2", "9.1", "12.10"])
def test_a_competency_is_named_by_its_code(code: str) -> None:
    assert rules.wording_fault(kind="group", format="phone", competencies=[code], note="") is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"kind": "chat"}, "kind-unknown"),
        ({"format": "smoke"}, "format-unknown"),
        ({"competencies": ["1"]}, "competency-unknown"),
        ({"competencies": ["1.2.3"]}, "competency-unknown"),
        ({"competencies": ["<b>"]}, "competency-unknown"),
        ({"competencies": ["0.1"]}, "competency-unknown"),
        ({"competencies": [f"1.{i}" for i in range(1, 14)]}, "competencies-too-many"),
        ({"note": "a" * 2001}, "note-too-long"),
    ],
)
def test_odd_words_are_refused_by_name(words: dict[str, Any], code: str) -> None:
    found = rules.wording_fault(**{"kind": "group", "format": "phone", "competencies": [], "note": ""} | words)
    assert found is not None
    assert found.code == code


def test_codes_are_read_as_people_write_them() -> None:
    assert rules.competency_codes(" 1.2, 3.1;1.2  4.4 ") == ["1.2", "3.1", "4.4"]


def test_every_fault_has_its_refusal() -> None:
    said = refusals.BY_CODE
    assert len(said) == len(refusals.MentoringRefusal.__subclasses__())
    for code in ("sessions-overlap", "mentor-busy", "day-full", "reason-missing", "reason-too-long", "before-pairing"):
        assert said[code].code == code


@given(st.sampled_from([LUIS, ANE, ROSA]), st.sampled_from([LUIS, ANE]), st.booleans(), st.sampled_from(sorted(rules.STANDING | rules.CORRECTABLE)))  # fmt: skip
def test_nobody_signs_what_they_wrote_or_did(signer: UUID, author: UUID, senior: bool, state: str) -> None:
    may = rules.may_sign(signer, person_id=LUIS, mentor_id=ROSA, author_id=author, state=state, senior=senior)
    assert may == (signer == ROSA and senior and state == "waiting")


@given(st.integers(-50, 50), st.integers(5, 720), st.integers(5, 720))
def test_crossing_is_mutual(hours: int, one: int, two: int) -> None:
    first, second = booking(0, one), booking(hours / 4, two, person=ANE)
    assert rules.crosses(first, second) == rules.crosses(second, first)
