"""Meetings, lists and codes."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from courses.editions import attendance, operations, queries
from courses.editions.models import Attendance, AttendanceChange
from courses.editions.operations import Plan
from courses.editions.refusals import (
    AttendanceNoted,
    CodeLate,
    CodeUnknown,
    MeetingAhead,
    MeetingCancelled,
    NotEnrolledHere,
    NotOfThisEdition,
    NoTrainer,
    OutsideTheEdition,
    OwnAttendance,
    TeachesThis,
)
from courses.learning.models import Meeting
from lms.db import transaction
from tests.editions.conftest import Class
from tests.learning.together import at_once
from tests.world import NOW

STARTS = NOW + timedelta(days=1)


@pytest.fixture
def wide(room: Class) -> UUID:
    """An edition with seats for everybody."""
    return room.edition(room.course(modules=1, lessons=1), seats=9)


def noted(room: Class, meeting: UUID) -> dict[UUID, str]:
    with room.world.database() as session:
        rows = session.execute(
            select(Attendance.enrolment_id, Attendance.state).where(Attendance.meeting_id == meeting)
        )
        return {row[0]: row[1] for row in rows}


def note(room: Class, meeting: UUID, marks: dict[UUID, str], by: UUID, now: datetime = STARTS) -> int:
    with room.deed():
        return attendance.note(meeting, marks, federation_id=room.world.here, by=by, now=now)


def scan(room: Class, code: str, person: UUID, now: datetime, federation: UUID | None = None) -> bool:
    with room.deed():
        return attendance.arrive(code, person_id=person, federation_id=federation or room.world.here, now=now)[1]


def code_at(room: Class, meeting: UUID, now: datetime) -> str:
    with room.world.database():
        return attendance.code(meeting, now)


def test_a_list_is_noted_and_corrected_with_who_and_when(room: Class, wide: UUID) -> None:
    ana, bea = room.agents("ana", "bea")
    teacher, other = room.teacher(wide), UUID(int=7)
    meeting, one, two = room.meeting(wide), room.enrol(ana, wide), room.enrol(bea, wide)
    assert note(room, meeting, {one: "present", two: "absent"}, teacher) == 2
    assert note(room, meeting, {one: "present", two: "excused"}, other, STARTS + timedelta(days=2)) == 1
    assert noted(room, meeting) == {one: "present", two: "excused"}
    with room.world.database() as session:
        change = session.scalars(select(AttendanceChange)).one()
        assert (change.enrolment_id, change.was, change.became, change.by) == (two, "absent", "excused", other)
        assert change.at == STARTS + timedelta(days=2)
    assert room.deeds("attendance.note", "attendance.correct") == [
        "attendance.note", "attendance.correct", "attendance.note",
    ]  # fmt: skip


def test_a_list_with_somebody_who_is_not_there_notes_nobody(room: Class, wide: UUID) -> None:
    ana, bea = room.agents("ana", "bea")
    teacher, meeting, one = room.teacher(wide), room.meeting(wide), room.enrol(ana, wide)
    elsewhere = room.enrol(bea, room.edition(room.course(modules=1, lessons=1)))
    gone = room.enrol(bea, wide)
    room.leave(gone)
    for marks in ({one: "present", elsewhere: "present"}, {one: "present", gone: "absent"}, {one: "ill"}):
        with pytest.raises(NotOfThisEdition):
            note(room, meeting, marks, teacher)
    with pytest.raises(OwnAttendance):
        note(room, meeting, {one: "present"}, ana)
    with pytest.raises(MeetingAhead):
        note(room, meeting, {one: "present"}, teacher, NOW)
    assert noted(room, meeting) == {}


def test_a_code_is_good_for_a_moment_in_its_own_room(room: Class, wide: UUID) -> None:
    ana, bea, carla = room.agents("ana", "bea", "carla")
    meeting, enrolment = room.meeting(wide), room.enrol(ana, wide)
    room.enrol(carla, wide)
    code = code_at(room, meeting, STARTS)
    with pytest.raises(NotEnrolledHere):
        scan(room, code, bea, STARTS)  # of no edition, or of another
    with pytest.raises(NotEnrolledHere):
        scan(room, code, ana, STARTS, federation=room.world.elsewhere)
    with pytest.raises(CodeUnknown):
        scan(room, code[:-2] + "xx", ana, STARTS)
    yesterday = code_at(room, meeting, STARTS - timedelta(days=1))
    for late in (code, yesterday):
        with pytest.raises(CodeLate):
            scan(room, late, ana, STARTS + timedelta(minutes=3))
    assert scan(room, code, ana, STARTS + timedelta(seconds=40))
    # Used again it changes nothing: least of all what a teacher has corrected since.
    note(room, meeting, {enrolment: "absent"}, UUID(int=9))
    assert not scan(room, code, ana, STARTS + timedelta(seconds=60))
    assert noted(room, meeting) == {enrolment: "absent"}
    # A newer code was used; then the clock is put back to when the old one was shown.
    scan(room, code_at(room, meeting, STARTS + timedelta(minutes=9)), ana, STARTS + timedelta(minutes=9))
    with pytest.raises(CodeLate):
        scan(room, code, carla, STARTS)


def test_the_same_person_in_four_browsers_arrives_once(room: Class, wide: UUID) -> None:
    (ana,) = room.agents("ana")
    meeting, enrolment, code = room.meeting(wide), room.enrol(ana, wide), ""
    code = code_at(room, meeting, STARTS)

    def job() -> bool:
        with transaction():
            return attendance.arrive(code, person_id=ana, federation_id=room.world.here, now=STARTS)[1]

    assert sorted(at_once(room.world, [job] * 4)) == [False, False, False, True]
    assert noted(room, meeting) == {enrolment: "present"}
    assert room.deeds("attendance.arrive") == ["attendance.arrive"]


def test_absence_counts_in_time_and_what_is_excused_or_cancelled_does_not(room: Class, wide: UUID) -> None:
    ana, bea = room.agents("ana", "bea")
    teacher, one, two = room.teacher(wide), room.enrol(ana, wide), room.enrol(bea, wide)
    long, short, dropped = room.meeting(wide, minutes=540), room.meeting(wide, days=2, minutes=60), room.meeting(wide)
    for enrolment in (one, two):
        room.study(enrolment)
    later = NOW + timedelta(days=3)
    with room.deed():
        assert operations.cancel(dropped, federation_id=room.world.here, by=teacher, now=NOW)
        assert not operations.cancel(dropped, federation_id=room.world.here, by=teacher, now=NOW)
    note(room, long, {one: "present", two: "absent"}, teacher, later)
    note(room, short, {one: "absent", two: "present"}, teacher, later)
    with room.world.database():
        assert queries.completed([one, two]) == {one}  # a tenth of the time was missed, and no more
    note(room, long, {two: "excused"}, teacher, later)
    with room.world.database():
        assert queries.completed([one, two]) == {one, two}
        found = queries.standings([one, two])
        assert [found[each].answers[-1].need for each in (one, two)] == [540, 54]  # who is excused is excused alone
    with pytest.raises(MeetingCancelled):
        note(room, dropped, {one: "present"}, teacher, later)
    with pytest.raises(AttendanceNoted), room.deed():
        operations.cancel(long, federation_id=room.world.here, by=teacher, now=later)


def test_a_meeting_lies_within_its_edition_and_those_inside_hear_when_it_moves(room: Class, wide: UUID) -> None:
    ana, bea = room.agents("ana", "bea")
    room.enrol(ana, wide)
    meeting, here = room.meeting(wide), room.world.here
    outside = datetime(2025, 12, 31, 18, tzinfo=NOW.tzinfo)
    for starts_at, refused in ((outside, True), (STARTS + timedelta(days=3), False)):
        plan = Plan("Otro", starts_at.date(), starts_at, 60, "in-person", "Sala 2", "")
        if refused:
            with pytest.raises(OutsideTheEdition), room.deed():
                operations.change(meeting, plan, federation_id=here, by=bea, now=NOW)
        else:
            with room.deed():
                operations.change(meeting, plan, federation_id=here, by=bea, now=NOW)
    with room.world.database() as session:
        found = session.get(Meeting, meeting)
        assert (found.what, found.place, found.revision) == ("Otro", "Sala 2", 1)
    assert "meeting-moved" in room.told(ana)
    with room.deed():
        operations.cancel(meeting, federation_id=here, by=bea, now=NOW)
    assert "meeting-cancelled" in room.told(ana)


def test_nobody_teaches_and_learns_in_one_edition(room: Class, wide: UUID) -> None:
    here, by = room.world.here, room.world.person("registrar")
    both = room.world.person("agent", "trainer")
    other = room.edition(room.course(modules=1, lessons=1))
    room.enrol(both, other)
    with pytest.raises(NoTrainer), room.deed():
        operations.give_trainer(other, both, federation_id=here, by=by, now=NOW)
    with pytest.raises(NoTrainer), room.deed():
        operations.give_trainer(wide, by, federation_id=here, by=by, now=NOW)
    with room.deed():
        assert operations.give_trainer(wide, both, federation_id=here, by=by, now=NOW)
    with pytest.raises(TeachesThis):
        room.enrol(both, wide)
    with room.deed():
        assert operations.take_trainer(wide, both, federation_id=here, by=by, now=NOW)
    assert room.enrol(both, wide)
