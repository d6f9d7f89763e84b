"""The queue for a full edition: in order, each seat once, whoever presses first."""

import contextlib
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from courses.editions import jobs, operations, seats
from courses.editions.refusals import AlreadyIn, SeatFree
from courses.learning import operations as learning
from courses.learning.models import Enrolment
from courses.learning.refusals import SeatsTaken
from lms.db import db, transaction
from lms.errors import Refusal
from tests.editions.conftest import Class
from tests.learning.together import at_once
from tests.world import NOW

LATER = NOW + timedelta(hours=49)  # an offer lasts 48


def test_a_freed_seat_is_offered_in_order_and_taken_or_passed_on(room: Class, edition: UUID) -> None:
    first, ana, bea, carla = room.agents("first", "ana", "bea", "carla")
    enrolment = room.enrol(first, edition)
    for person in (ana, bea, carla):
        room.wait(person, edition)
        room.wait(person, edition)  # again: they keep their place
    room.leave(enrolment)
    assert room.seats_of(edition) == (1, 0, [("ana", "offered"), ("bea", "waiting"), ("carla", "waiting")])
    assert room.told(ana) == ["seat-offered"]
    with pytest.raises(SeatsTaken):  # nobody jumps the queue, nor takes what is offered to another
        room.enrol(bea, edition)
    with room.deed():
        seats.stop_waiting(ana, edition, federation_id=room.world.here, now=NOW)
    assert room.seats_of(edition) == (1, 0, [("ana", "gone"), ("bea", "offered"), ("carla", "waiting")])
    with room.world.database():
        jobs.queue(NOW + timedelta(hours=47))
        assert room.seats_of(edition)[2][1] == ("bea", "offered")
        jobs.queue(LATER)
        jobs.queue(NOW)  # the clock is put back: what has passed on stays so
    assert room.seats_of(edition)[2] == [("ana", "gone"), ("bea", "passed"), ("carla", "offered")]
    with pytest.raises(SeatsTaken):
        room.enrol(bea, edition)
    assert room.enrol(carla, edition)
    assert room.seats_of(edition) == (1, 1, [("ana", "gone"), ("bea", "passed"), ("carla", "gone")])
    room.wait(bea, edition)  # at the end of the queue again
    assert room.seats_of(edition)[2] == [("ana", "gone"), ("carla", "gone"), ("bea", "waiting")]
    assert room.deeds("waiting.offer", "waiting.decline", "waiting.pass") == [
        "waiting.offer", "waiting.decline", "waiting.offer", "waiting.pass", "waiting.offer",
    ]  # fmt: skip


def test_a_seat_for_which_nobody_waits_is_free_again(room: Class, edition: UUID) -> None:
    first, ana = room.agents("first", "ana")
    room.leave(room.enrol(first, edition))
    assert room.seats_of(edition) == (0, 0, [])
    with pytest.raises(SeatFree):
        room.wait(ana, edition)
    back = room.enrol(first, edition)  # and comes back to what they did
    assert room.seats_of(edition) == (1, 1, [])
    with pytest.raises(AlreadyIn):
        room.wait(first, edition)
    with room.world.database() as session:
        assert session.get(Enrolment, back).state == "active"


def test_an_offered_seat_is_taken_even_when_the_edition_takes_nobody_else(room: Class, edition: UUID) -> None:
    first, ana = room.agents("first", "ana")
    enrolment = room.enrol(first, edition)
    room.wait(ana, edition)
    with room.deed():
        learning.set_open(edition, False, federation_id=room.world.here, by=first, now=NOW)
    room.leave(enrolment)
    assert room.enrol(ana, edition)
    assert room.seats_of(edition) == (1, 1, [("ana", "gone")])


def test_more_seats_go_to_those_who_wait(room: Class, edition: UUID) -> None:
    first, ana, bea = room.agents("first", "ana", "bea")
    room.enrol(first, edition)
    room.wait(ana, edition)
    room.wait(bea, edition)
    with room.deed():
        found = seats.hold(edition, federation_id=room.world.here)
        given: dict[str, Any] = {name: getattr(found, name) for name in operations.Arrangement.__slots__}
        operations.arrange(
            edition, operations.Arrangement(**given | {"seats": 2}), federation_id=room.world.here, by=first, now=NOW
        )
    assert room.seats_of(edition) == (2, 1, [("ana", "offered"), ("bea", "waiting")])


def _two(room: Class, one: Any, other: Any) -> list[Any]:
    def job(act: Any) -> Any:
        def run() -> Any:
            with transaction():
                return act()

        return run

    return at_once(room.world, [job(one), job(other)])


def test_of_two_who_answer_an_offer_at_once_one_is_heard(room: Class, edition: UUID) -> None:
    """In one window the seat is taken, in the other let pass: it is theirs or the next one's, and never both."""
    first, ana, bea = room.agents("first", "ana", "bea")
    here = room.world.here
    enrolment = room.enrol(first, edition)
    room.wait(ana, edition)
    room.wait(bea, edition)
    room.leave(enrolment)
    _two(
        room,
        lambda: learning.enrol(ana, edition, federation_id=here, now=NOW).id,
        lambda: seats.stop_waiting(ana, edition, federation_id=here, now=NOW),
    )
    taken, inside, queue = room.seats_of(edition)
    offered = sum(state == "offered" for _name, state in queue)
    assert taken == 1 == inside + offered


def test_leaving_and_joining_the_queue_at_once_leaves_no_seat_behind(room: Class, edition: UUID) -> None:
    first, ana = room.agents("first", "ana")
    here, enrolment = room.world.here, room.enrol(first, edition)
    _two(
        room,
        lambda: seats.leave(db.session.get_one(Enrolment, enrolment), by=first, now=NOW),
        lambda: seats.wait(ana, edition, federation_id=here, now=NOW).id,
    )
    taken, inside, queue = room.seats_of(edition)
    # Either Ana came too late to have to wait, and the seat is free; or it is offered to her.
    assert (taken, inside, queue) in [(0, 0, []), (1, 0, [("ana", "offered")])]


def test_two_workers_pass_an_offer_on_once(room: Class, edition: UUID) -> None:
    first, *others = room.agents("first", "ana", "bea", "carla")
    enrolment = room.enrol(first, edition)
    for person in others:
        room.wait(person, edition)
    room.leave(enrolment)
    counts = at_once(room.world, [lambda: seats.pass_on(LATER)] * 2)
    assert sum(counts) == 1
    assert room.seats_of(edition) == (1, 0, [("ana", "passed"), ("bea", "offered"), ("carla", "waiting")])


def test_the_last_seat_is_not_given_to_who_enrols_and_who_transfers(room: Class, edition: UUID) -> None:
    here = room.world.here
    other = room.edition(room.course(modules=1, lessons=2), seats=1)
    mover, comer = room.agents("mover", "comer")
    enrolment = room.enrol(mover, other)
    results = _two(
        room,
        lambda: seats.transfer(enrolment, edition, by=mover, federation_id=here, now=NOW),
        lambda: learning.enrol(comer, edition, federation_id=here, now=NOW).id,
    )
    assert sum(isinstance(one, Refusal) for one in results) == 1
    assert room.seats_of(edition)[:2] == (1, 1)
    assert room.seats_of(other)[:2] == ((0, 0) if results[0] is None else (1, 1))


def test_who_leaves_in_one_window_and_transfers_in_another_frees_one_seat(room: Class, edition: UUID) -> None:
    here, (ana,) = room.world.here, room.agents("ana")
    other = room.edition(room.course(modules=1, lessons=2), seats=1)
    enrolment = room.enrol(ana, edition)
    seen = threading.Barrier(2)

    def leave() -> None:
        found = db.session.get_one(Enrolment, enrolment)
        with contextlib.suppress(threading.BrokenBarrierError):
            seen.wait(timeout=2)  # where the database lets both look before either writes
        seats.leave(found, by=ana, now=NOW)

    def transfer() -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            seen.wait(timeout=2)
        seats.transfer(enrolment, other, by=ana, federation_id=here, now=NOW)

    _two(room, leave, transfer)
    for each in (edition, other):
        taken, inside, _queue = room.seats_of(each)
        assert taken == inside
