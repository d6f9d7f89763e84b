"""Whatever the order of deeds, the ledger says what stands signed, and nobody signed their own hours."""

from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from courses.mentoring import rules
from lms.errors import Refusal
from tests.mentoring.place import Place
from tests.world import NOW, World

MINUTES = st.one_of(st.integers(5, 180), st.sampled_from([-5, 0, 4, 720, 721]))
SLOTS = st.integers(-60, 100)  # quarters of an hour from NOW
KINDS = st.sampled_from(rules.KINDS)
PEOPLE = st.integers(0, 3)


def machine_of(world: World) -> type[RuleBasedStateMachine]:
    class Deeds(RuleBasedStateMachine):
        """Two trainees (one of them a senior agent too) and two mentors."""

        sessions = Bundle("sessions")

        def __init__(self) -> None:
            super().__init__()
            self.place = Place(world)
            self.both = world.person("agent", "senior")
            self.people = [self.place.trainee, self.both, self.place.mentor, world.person("senior")]
            self.pairings = [
                self.place.pairing,
                self.place.pair(self.place.trainee, self.both),
                self.place.pair(self.both, self.place.mentor),
                self.place.pair(self.both, self.people[3]),
            ]
            self.known: dict[UUID, dict[str, Any]] = {}

        @rule(target=sessions, pairing=st.integers(0, 3), slot=SLOTS, minutes=MINUTES, kind=KINDS)
        def log(self, pairing: int, slot: int, minutes: int, kind: str) -> UUID | None:
            try:
                session_id = self.place.log(slot / 4, self.pairings[pairing], minutes=minutes, kind=kind)
            except Refusal:
                return None
            row = self.place.session(session_id)
            self.known[session_id] = {"person": row.person_id, "mentor": row.mentor_id, "state": "waiting"}
            self.known[session_id] |= {"minutes": minutes, "kind": kind, "starts_at": row.starts_at}
            return session_id

        @rule(session=sessions, by=PEOPLE, slot=SLOTS, minutes=MINUTES)
        def correct(self, session: UUID | None, by: int, slot: int, minutes: int) -> None:
            if session is None:
                return
            known, starts_at = self.known[session], NOW + timedelta(minutes=15 * slot)
            try:
                self.place.correct(session, by=self.people[by], minutes=minutes, starts_at=starts_at)
            except Refusal:
                return
            assert known["person"] == self.people[by]
            assert known["state"] in ("waiting", "returned")
            known |= {"minutes": minutes, "starts_at": starts_at, "state": "waiting"}

        @rule(session=sessions, by=PEOPLE)
        def give_back(self, session: UUID | None, by: int) -> None:
            self.settle(session, by, self.place.give_back, "waiting", "returned")

        @rule(session=sessions, by=PEOPLE)
        def reverse(self, session: UUID | None, by: int) -> None:
            self.settle(session, by, self.place.reverse, "signed", "reversed")

        def settle(self, session: UUID | None, by: int, deed: Any, before: str, after: str) -> None:
            if session is None:
                return
            known, person = self.known[session], self.people[by]
            expected = known["state"] == before and known["mentor"] == person
            try:
                deed(session, by=person)
            except Refusal:
                assert not expected
                return
            assert expected
            known["state"] = after

        def may_sign(self, person: UUID, known: dict[str, Any]) -> bool:
            return rules.may_sign(
                person,
                person_id=known["person"],
                mentor_id=known["mentor"],
                author_id=known["person"],
                state=known["state"],
                senior=person in self.people[1:],
            )

        @rule(chosen=st.lists(sessions, max_size=5), by=PEOPLE)
        def sign(self, chosen: list[UUID | None], by: int) -> None:
            ids, person = [one for one in chosen if one is not None], self.people[by]
            due = {one for one in ids if self.may_sign(person, self.known[one])}
            try:
                assert self.place.sign(*ids, by=person) == len(due)
            except Refusal as refusal:
                code = refusal.code
                assert code in ("nothing-chosen", "not-senior", "own-hours")
                own = any(self.known[one]["person"] == person for one in ids)
                assert own or code != "own-hours"
                return
            for one in due:
                self.known[one]["state"] = "signed"

        @invariant()
        def the_balance_is_what_stands_signed(self) -> None:
            for person in self.people:
                signed = [k for k in self.known.values() if k["person"] == person and k["state"] == "signed"]
                for kind, minutes in self.place.balance(person).minutes.items():
                    assert minutes == sum(known["minutes"] for known in signed if known["kind"] == kind)

        @invariant()
        def nobody_is_in_two_places(self) -> None:
            spans: dict[UUID, list[tuple[Any, Any]]] = {}
            for known in self.known.values():
                if known["state"] in rules.STANDING:
                    span = (known["starts_at"], known["starts_at"] + timedelta(minutes=known["minutes"]))
                    spans.setdefault(known["person"], []).append(span)
            for taken in spans.values():
                taken.sort()
                assert all(before[1] <= after[0] for before, after in pairwise(taken))

        def teardown(self) -> None:
            for line in self.place.entries():
                assert line.signed_by != line.person_id
                assert line.signed_by == line.mentor_id

    return Deeds


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_whatever_the_order_the_balance_is_what_stands_signed(world: World) -> None:
    run_state_machine_as_test(
        machine_of(world),
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            database=None,
        ),
    )
