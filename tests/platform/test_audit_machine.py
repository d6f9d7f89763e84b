"""Whatever is done to a trail behind the app's back, and in whatever order: it is found, and its place is named."""

from copy import deepcopy
from datetime import timedelta
from itertools import zip_longest
from typing import Any
from uuid import UUID

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from lms import audit, walk
from lms.db import transaction
from tests.platform.forging import CHAIN, OTHER, forged, store, stored
from tests.world import NOW

LENGTH = 7
PLACES = st.integers(0, LENGTH - 1)
VALUES: dict[str, Any] = {
    "at": st.timedeltas(min_value=timedelta(microseconds=-5), max_value=timedelta(days=9)).map(lambda gap: NOW + gap),
    "actor_id": st.sampled_from([None, UUID(int=1), UUID(int=8)]),
    "action": st.sampled_from(["deed.done", "deed.undone", ""]),
    "subject": st.text("thing:0123", max_size=8),
    "facts": st.dictionaries(st.sampled_from("ab"), st.one_of(st.integers(), st.text("xy"), st.booleans()), max_size=2),
    "previous": st.sampled_from(["0" * 64, "f" * 64, ""]),
    "hash": st.sampled_from(["0" * 64, "f" * 64, ""]),
}
EDITS = st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name]))


def machine_of(app: Flask) -> type[RuleBasedStateMachine]:
    with app.app_context():
        for number in range(LENGTH):
            with transaction():
                for chain in (CHAIN, OTHER):
                    audit.record(
                        "deed.done", f"thing:{number}", federation_id=chain, actor_id=UUID(int=8),
                        now=NOW + timedelta(seconds=number), count=number,
                    )  # fmt: skip

    class Tampering(RuleBasedStateMachine):
        """Two chains of seven entries. `rows` is what the forger makes of the first; what they take away goes to `moved`."""

        first, other = stored(app), stored(app, OTHER)

        def __init__(self) -> None:
            super().__init__()
            self.rows, self.moved = deepcopy(self.first), deepcopy(self.other)
            self.head = (LENGTH, self.first[-1]["hash"])
            self.recomputed = False

        @precondition(lambda self: self.rows)
        @rule(place=PLACES, edit=EDITS)
        def edit(self, place: int, edit: tuple[str, Any]) -> None:
            name, value = edit
            self.rows[place % len(self.rows)][name] = value

        @precondition(lambda self: self.rows and not self.recomputed)
        @rule(place=PLACES, edit=EDITS)
        def edit_and_count_the_hash_again(self, place: int, edit: tuple[str, Any]) -> None:
            self.edit(place, edit)
            row = self.rows[place % len(self.rows)]
            row["hash"] = forged(row)
            self.recomputed = True  # once: who counts all that follow again is found by a kept head alone

        @precondition(lambda self: self.rows)
        @rule(place=PLACES)
        def remove(self, place: int) -> None:
            self.rows.pop(place % len(self.rows))

        @precondition(lambda self: self.rows)
        @rule(place=PLACES, renumber=st.booleans())
        def insert(self, place: int, renumber: bool) -> None:
            new = dict(self.rows[place % len(self.rows)])
            if renumber:
                for row in self.rows:
                    row["number"] += row["number"] >= new["number"]
            else:
                new["number"] = max(row["number"] for row in self.rows) + 1
            new |= {"subject": "thing:slipped-in"}
            new["hash"] = forged(new)
            self.rows.append(new)

        @precondition(lambda self: self.rows)
        @rule(one=PLACES, two=PLACES)
        def swap(self, one: int, two: int) -> None:
            first, second = self.rows[one % len(self.rows)], self.rows[two % len(self.rows)]
            first["number"], second["number"] = second["number"], first["number"]

        @rule(length=PLACES)
        def cut(self, length: int) -> None:
            self.rows = self._ordered()[:length]

        @precondition(lambda self: self.rows)
        @rule(place=PLACES)
        def move_to_the_other_chain(self, place: int) -> None:
            row = self.rows.pop(place % len(self.rows))
            number = max(row["number"] for row in self.moved) + 1
            self.moved.append(row | {"chain": OTHER, "number": number})

        @rule(number=st.integers(0, LENGTH + 1), digest=st.sampled_from(["0" * 64, "f" * 64]))
        def edit_the_head(self, number: int, digest: str) -> None:
            self.head = (number, digest)

        def _ordered(self) -> list[dict[str, Any]]:
            return sorted(self.rows, key=lambda row: row["number"])

        @invariant()
        def it_is_found_at_its_place(self) -> None:
            rows = self._ordered()
            store(app, [*rows, *self.moved], self.head)
            with app.app_context():
                kept = [(LENGTH, self.first[-1]["hash"])] if self.head[0] == 0 else []
                found, beside = list(walk.Walk(CHAIN, kept)), list(walk.Walk(OTHER))
            named = [finding.number for finding in found]
            place = _differs(self.first, rows)
            if self.head != (LENGTH, self.first[-1]["hash"]):
                assert named
            elif place is not None:
                # One replaced entry with a sound hash is seen by the one after it.
                assert min(named) in (place, place + 1), (place, found)
            else:
                assert not found
            elsewhere = _differs(self.other, self.moved)
            assert (elsewhere in [one.number for one in beside]) if elsewhere else not beside

    return Tampering


def _differs(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> int | None:
    """The first place, from 1, at which two chains are not the same."""
    pairs = enumerate(zip_longest(first, second), start=1)
    return next((place for place, (one, two) in pairs if one != two), None)


def test_no_tampering_single_or_combined_passes_unseen_or_is_misplaced(app: Flask) -> None:
    run_state_machine_as_test(
        machine_of(app),
        settings=settings(
            max_examples=20,
            stateful_step_count=4,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
