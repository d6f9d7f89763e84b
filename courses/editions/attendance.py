"""Who came to a meeting: noted from the list by whoever teaches, or by the person with the code that the room shows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import insert, select, update

from courses.editions import rules
from courses.editions.models import ATTENDANCE, Attendance, AttendanceChange
from courses.editions.refusals import (
    CodeLate,
    CodeUnknown,
    MeetingAhead,
    MeetingCancelled,
    NotEnrolledHere,
    NotOfThisEdition,
    OwnAttendance,
)
from courses.learning.models import Enrolment, Meeting
from courses.learning.refusals import EditionUnknown
from lms import audit
from lms.db import db, insert_once
from lms.ids import new_id


def note(meeting_id: UUID, marks: Mapping[UUID, str], *, federation_id: UUID, by: UUID, now: datetime) -> int:
    """Note `marks` ({enrolment id: present | absent | excused}) for a meeting, all or nothing: how many changed.

    What was noted before and is another now is a correction, kept with who and when. Raises EditionUnknown,
    MeetingCancelled, MeetingAhead, NotOfThisEdition, OwnAttendance.
    """
    meeting = _held(meeting_id, federation_id)
    if meeting.cancelled_at is not None:
        raise MeetingCancelled
    if now < meeting.starts_at - rules.BEFORE:
        raise MeetingAhead
    inside = select(Enrolment.id, Enrolment.person_id).where(
        Enrolment.edition_id == meeting.edition_id, Enrolment.state != "left"
    )
    people: dict[UUID, UUID] = {row[0]: row[1] for row in db.session.execute(inside)}
    if not set(marks) <= set(people) or not set(marks.values()) <= set(ATTENDANCE):
        raise NotOfThisEdition
    noted = select(Attendance.enrolment_id, Attendance.state).where(Attendance.meeting_id == meeting_id)
    before: dict[UUID, str] = {row[0]: row[1] for row in db.session.execute(noted)}
    changed = {id_: state for id_, state in marks.items() if before.get(id_) != state}
    if any(people[id_] == by for id_ in changed):
        raise OwnAttendance
    for id_, state in changed.items():
        _set(meeting, id_, state, before.get(id_), how="list", by=by, now=now)
    if changed:
        counts = {state: sum(one == state for one in changed.values()) for state in ATTENDANCE}
        _record("attendance.note", meeting, by, now, **counts)
    return len(changed)


def _held(meeting_id: UUID, federation_id: UUID) -> Meeting:
    """The meeting, locked: lists and codes that come at once are taken one after another."""
    wanted = (
        select(Meeting)
        .where(Meeting.id == meeting_id, Meeting.federation_id == federation_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    meeting = db.session.scalar(wanted)
    if meeting is None:
        raise EditionUnknown
    return meeting


def _set(
    meeting: Meeting, enrolment_id: UUID, state: str, before: str | None, *, how: str, by: UUID, now: datetime
) -> None:
    values: dict[str, Any] = {"state": state, "how": how, "noted_by": by, "noted_at": now}
    row = {"meeting_id": meeting.id, "enrolment_id": enrolment_id, "federation_id": meeting.federation_id}
    if before is None:
        db.session.execute(insert(Attendance).values(**row, **values))
        return
    db.session.execute(
        update(Attendance)
        .where(Attendance.meeting_id == meeting.id, Attendance.enrolment_id == enrolment_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        insert(AttendanceChange).values(
            id=new_id(), meeting_id=meeting.id, enrolment_id=enrolment_id, was=before, became=state, by=by, at=now
        )
    )
    _record("attendance.correct", meeting, by, now, enrolment=enrolment_id, was=before, became=state)


# --- The code of the room ---------------------------------------------------------------------------------------------


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="attendance")


def code(meeting_id: UUID, now: datetime) -> str:
    """The code that the room shows now."""
    return str(_signer().dumps([meeting_id.hex, rules.step(now)]))


def read(text: str) -> tuple[UUID, int]:
    """The meeting and the number of a code. Raises CodeUnknown."""
    try:
        meeting, step = _signer().loads(text[:300])
        return UUID(hex=meeting), int(step)
    except (BadSignature, ValueError, TypeError, AttributeError) as error:
        raise CodeUnknown from error


def arrive(text: str, *, person_id: UUID, federation_id: UUID, now: datetime) -> tuple[UUID, bool]:
    """Note that a person is there, with the code that they scanned: their enrolment, and whether that is new.

    What stands already stays: a code used again changes nothing, least of all a correction. Raises CodeUnknown, CodeLate,
    MeetingCancelled, NotEnrolledHere.
    """
    meeting_id, step = read(text)
    try:
        meeting = _held(meeting_id, federation_id)
    except EditionUnknown as unknown:
        raise NotEnrolledHere from unknown
    if meeting.cancelled_at is not None:
        raise MeetingCancelled
    enrolment_id = db.session.scalar(
        select(Enrolment.id).where(
            Enrolment.edition_id == meeting.edition_id, Enrolment.person_id == person_id, Enrolment.state != "left"
        )
    )
    if enrolment_id is None:
        raise NotEnrolledHere
    if not rules.door_open(meeting.starts_at, meeting.minutes, now) or not rules.code_counts(
        step, now, meeting.code_step
    ):
        raise CodeLate
    if step > meeting.code_step:
        meeting.code_step = step
        db.session.flush()
    values = {"state": "present", "how": "code", "noted_by": person_id, "noted_at": now}
    row = {"meeting_id": meeting_id, "enrolment_id": enrolment_id, "federation_id": federation_id}
    new = insert_once(Attendance, row | values)
    if new:
        _record("attendance.arrive", meeting, person_id, now, enrolment=enrolment_id)
    return enrolment_id, new


def _record(action: str, meeting: Meeting, by: UUID, now: datetime, **facts: Any) -> None:
    audit.record(
        action, f"meeting:{meeting.id}", federation_id=meeting.federation_id, actor_id=by, now=now,
        edition=meeting.edition_id, **facts,
    )  # fmt: skip
