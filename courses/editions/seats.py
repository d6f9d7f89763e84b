"""The queue for a full edition, and what people do with their seat: pause, come back, leave, change to another edition.

Whoever frees a seat or joins the queue holds the edition's row until the commit: a seat is taken, offered or free, and never two.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select, update

import courses.editions.messages  # noqa: F401 (registers what is told here)
from courses.catalogue.models import CourseVersion
from courses.editions import admission, rules
from courses.editions.refusals import (
    AlreadyIn,
    BeenThere,
    DayFar,
    DayPast,
    EditionShut,
    NoSeatThere,
    NotWaiting,
    OtherCourse,
    SameEdition,
    SeatFree,
)
from courses.learning import operations as learning
from courses.learning import rules as learning_rules
from courses.learning.models import Edition, Enrolment, WaitingPlace
from courses.learning.refusals import EditionClosed, EditionEnded, EditionUnknown, SeatsTaken, WrongAudience
from lms import audit
from lms.db import db, transaction
from lms.i18n import day as in_words
from lms.ids import new_id
from lms.people import queries as people
from lms.people.messages.operations import tell

_QUIETLY = {"synchronize_session": False}
_WAITING = {"audience": WrongAudience, "closed": EditionClosed, "ended": EditionEnded}
MOST_AT_ONCE = 100  # offers that a sweep passes on


def _held(*edition_ids: UUID, federation_id: UUID | None = None) -> dict[UUID, Edition]:
    """The editions, locked until the commit, always in the same order. Raises EditionUnknown when one is not there."""
    wanted = select(Edition).where(Edition.id.in_(edition_ids)).order_by(Edition.id).with_for_update(key_share=True)
    if federation_id is not None:
        wanted = wanted.where(Edition.federation_id == federation_id)
    found = {one.id: one for one in db.session.scalars(wanted.execution_options(populate_existing=True))}
    if set(found) != set(edition_ids):
        raise EditionUnknown
    return found


def hold(edition_id: UUID, *, federation_id: UUID) -> Edition:
    """An edition of the federation, locked until the commit. Raises EditionUnknown."""
    return _held(edition_id, federation_id=federation_id)[edition_id]


# --- The queue --------------------------------------------------------------------------------------------------------


def wait(person_id: UUID, edition_id: UUID, *, federation_id: UUID, now: datetime) -> WaitingPlace:
    """Join the end of the queue; whoever stands in it keeps their place.

    Raises EditionUnknown, AlreadyIn, SeatFree, TeachesThis, BeforeThis, WrongAudience, EditionClosed, EditionEnded.
    """
    edition = hold(edition_id, federation_id=federation_id)
    mine = (WaitingPlace.edition_id == edition_id, WaitingPlace.person_id == person_id)
    place = db.session.scalar(select(WaitingPlace).where(*mine))
    if place is not None and place.state in ("waiting", "offered"):
        return place
    inside = select(Enrolment.id).where(
        Enrolment.edition_id == edition_id, Enrolment.person_id == person_id, Enrolment.state != "left"
    )
    if db.session.scalar(inside) is not None:
        raise AlreadyIn
    roles = people.roles_of(person_id, federation_id, now)
    audience = admission.audience_of(edition.version_id)
    if reason := learning_rules.why_not_enrol(
        audience, roles, open=edition.open, ends_on=edition.ends_on, today=now.date()
    ):
        raise _WAITING[reason]
    admission.look(person_id, edition_id, federation_id=federation_id, now=now)
    in_order = select(func.coalesce(func.max(WaitingPlace.number), 0)).where(WaitingPlace.edition_id == edition_id)
    ahead = select(WaitingPlace.id).where(WaitingPlace.edition_id == edition_id, WaitingPlace.state == "waiting")
    if edition.seats_taken < edition.seats and db.session.scalar(ahead.limit(1)) is None:
        raise SeatFree
    number = (db.session.scalar(in_order) or 0) + 1
    if place is None:
        place = WaitingPlace(id=new_id(), federation_id=federation_id, edition_id=edition_id, person_id=person_id)
        db.session.add(place)
    place.number, place.state, place.asked_at, place.expires_at = number, "waiting", now, None
    db.session.flush()
    _record("waiting.join", edition_id, federation_id, person_id, now, number=number)
    return place


def stop_waiting(person_id: UUID, edition_id: UUID, *, federation_id: UUID, now: datetime) -> None:
    """Leave the queue, or let an offered seat pass to the next. Raises EditionUnknown, NotWaiting."""
    edition = hold(edition_id, federation_id=federation_id)
    place = db.session.scalar(
        select(WaitingPlace).where(WaitingPlace.edition_id == edition_id, WaitingPlace.person_id == person_id)
    )
    if place is None or place.state not in ("waiting", "offered"):
        raise NotWaiting
    offered = place.state == "offered"
    place.state, place.expires_at = "gone", None
    db.session.flush()
    _record("waiting.decline" if offered else "waiting.leave", edition_id, federation_id, person_id, now)
    if offered:
        hand_on(edition, now=now)


def hand_on(edition: Edition, *, now: datetime) -> None:
    """A taken seat of this edition, which the transaction holds, is free: offer it to the next in the queue, or give it back."""
    following = db.session.scalar(
        select(WaitingPlace)
        .where(WaitingPlace.edition_id == edition.id, WaitingPlace.state == "waiting")
        .order_by(WaitingPlace.number)
        .limit(1)
    )
    if following is None or edition.ends_on < now.date():
        edition.seats_taken -= 1
        db.session.flush()
        return
    until = now + timedelta(hours=edition.offer_hours)
    following.state, following.expires_at = "offered", until
    db.session.flush()
    _record("waiting.offer", edition.id, edition.federation_id, None, now, person=following.person_id)
    tell(
        following.person_id, "seat-offered", federation_id=edition.federation_id, now=now, edition=edition.name,
        edition_id=edition.id, until=until.isoformat(),
    )  # fmt: skip


def fill(edition: Edition, *, now: datetime) -> None:
    """Offer every free seat of this edition, which the transaction holds, to those who wait."""
    waiting = select(func.count()).where(WaitingPlace.edition_id == edition.id, WaitingPlace.state == "waiting")
    free = min(edition.seats - edition.seats_taken, db.session.scalar(waiting) or 0)
    if edition.ends_on < now.date():
        return
    for _seat in range(free):
        edition.seats_taken += 1
        hand_on(edition, now=now)


def pass_on(now: datetime) -> int:
    """Offers that nobody took go to the next, each in its own transaction: how many. The state decides, so that a clock that
    is put back revives none; until then the seat is theirs."""
    due = db.session.execute(
        select(WaitingPlace.id, WaitingPlace.edition_id)
        .where(WaitingPlace.state == "offered", WaitingPlace.expires_at <= now)
        .order_by(WaitingPlace.expires_at)
        .limit(MOST_AT_ONCE)
    ).all()
    passed = 0
    for place_id, edition_id in due:
        with transaction():
            edition = _held(edition_id)[edition_id]
            lapsed = (
                update(WaitingPlace)
                .where(WaitingPlace.id == place_id, WaitingPlace.state == "offered", WaitingPlace.expires_at <= now)
                .values(state="passed", expires_at=None)
                .returning(WaitingPlace.person_id)
                .execution_options(**_QUIETLY)
            )
            person_id = db.session.scalar(lapsed)
            if person_id is not None:
                _record("waiting.pass", edition_id, edition.federation_id, None, now, person=person_id)
                tell(
                    person_id, "seat-passed", federation_id=edition.federation_id, now=now, edition=edition.name,
                    edition_id=edition_id,
                )  # fmt: skip
                hand_on(edition, now=now)
                passed += 1
    return passed


def offer_free(now: datetime) -> None:
    """Seats that became free without anybody handing them on (an erasure) are offered."""
    loose = (
        select(WaitingPlace.edition_id)
        .join(Edition, Edition.id == WaitingPlace.edition_id)
        .where(WaitingPlace.state == "waiting", Edition.seats_taken < Edition.seats, Edition.ends_on >= now.date())
        .distinct()
        .limit(MOST_AT_ONCE)
    )
    for edition_id in db.session.scalars(loose).all():
        with transaction():
            fill(_held(edition_id)[edition_id], now=now)


# --- One's seat -------------------------------------------------------------------------------------------------------


def _moved(enrolment: Enrolment, before: tuple[str, ...], after: str) -> bool:
    """Whether it was so, in the edition in which it was seen: a transfer at the same time takes the seat with it."""
    changed: Any = db.session.execute(
        update(Enrolment)
        .where(Enrolment.id == enrolment.id, Enrolment.edition_id == enrolment.edition_id, Enrolment.state.in_(before))
        .values(state=after)
        .execution_options(**_QUIETLY)
    )
    return changed.rowcount == 1


def pause(enrolment: Enrolment, *, by: UUID, now: datetime) -> bool:
    """Pause: nothing is lost, the seat stays, nobody reminds. False if it was so already."""
    if moved := _moved(enrolment, ("active",), "paused"):
        _enrolment("enrolment.pause", enrolment, by, now)
    return moved


def resume(enrolment: Enrolment, *, by: UUID, now: datetime) -> bool:
    """Come back from a pause. False if there was none."""
    if moved := _moved(enrolment, ("paused",), "active"):
        _enrolment("enrolment.resume", enrolment, by, now)
    return moved


def leave(enrolment: Enrolment, *, by: UUID, now: datetime) -> bool:
    """Leave the edition: the seat goes to the next, and what was done stays for whoever comes back. False if they had left."""
    edition = _held(enrolment.edition_id)[enrolment.edition_id]
    if moved := _moved(enrolment, ("active", "paused"), "left"):
        _enrolment("enrolment.leave", enrolment, by, now)
        hand_on(edition, now=now)
    return moved


def set_deadline(enrolment: Enrolment, day: date | None, *, ends_on: date, by: UUID, now: datetime) -> None:
    """The day by which somebody wants to be done, theirs to choose; None: the edition's last. Raises DayPast, DayFar."""
    if day is not None and (wrong := rules.wrong_day(day, ends_on, now.date())):
        raise DayPast if wrong == "past" else DayFar(latest=in_words(max(ends_on, now.date()) + rules.LATEST))
    db.session.execute(
        update(Enrolment).where(Enrolment.id == enrolment.id).values(due_on=day).execution_options(**_QUIETLY)
    )
    _enrolment("enrolment.deadline", enrolment, by, now)


def transfer(enrolment_id: UUID, to_id: UUID, *, by: UUID, federation_id: UUID, now: datetime) -> None:
    """Change to another edition of the same course: progress, texts and the right to a seat go along, in one step or not at all.

    Raises EditionUnknown, SameEdition, OtherCourse, BeenThere, AlreadyIn, EditionShut, NoSeatThere, TeachesThis.
    """
    enrolment = db.session.scalar(
        select(Enrolment).where(Enrolment.id == enrolment_id, Enrolment.federation_id == federation_id)
    )
    if enrolment is None:
        raise EditionUnknown
    if enrolment.edition_id == to_id:
        raise SameEdition
    from_id, person_id = enrolment.edition_id, enrolment.person_id
    editions = _held(from_id, to_id, federation_id=federation_id)
    left, there = editions[from_id], editions[to_id]
    versions = {left.version_id, there.version_id}
    courses = select(CourseVersion.course_id).where(CourseVersion.id.in_(versions)).distinct()
    if len(db.session.scalars(courses).all()) != 1:
        raise OtherCourse
    twin = select(Enrolment.state).where(Enrolment.edition_id == to_id, Enrolment.person_id == person_id)
    if (other := db.session.scalar(twin)) is not None:
        raise BeenThere if other == "left" else AlreadyIn
    offer = select(WaitingPlace.id).where(
        WaitingPlace.edition_id == to_id, WaitingPlace.person_id == person_id, WaitingPlace.state == "offered"
    )
    if there.ends_on < now.date() or not (there.open or db.session.scalar(offer)):
        raise EditionShut
    admission.teaches_not(person_id, to_id)
    moving: Any = db.session.execute(
        update(Enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.edition_id == from_id, Enrolment.state != "left")
        .values(edition_id=to_id, state="active", due_on=None)
        .execution_options(**_QUIETLY)
    )
    if moving.rowcount != 1:  # they left meanwhile, or another window was quicker
        raise SameEdition
    try:
        name = learning.claim_seat(to_id, person_id)
    except SeatsTaken as taken:
        raise NoSeatThere from taken
    hand_on(left, now=now)
    if left.version_id != there.version_id:
        current_app.extensions["lms_follow"](to_id)  # what they did in one version belongs to the other's lessons
    admission.pin_rule(to_id, now=now)
    audit.record(
        "enrolment.transfer", f"enrolment:{enrolment_id}", federation_id=federation_id, actor_id=by, now=now,
        person=person_id, since=from_id, until=to_id,
    )  # fmt: skip
    tell(person_id, "edition-changed", federation_id=federation_id, now=now, edition=name, enrolment=enrolment_id)


def _enrolment(action: str, enrolment: Enrolment, by: UUID, now: datetime) -> None:
    audit.record(
        action, f"enrolment:{enrolment.id}", federation_id=enrolment.federation_id, actor_id=by, now=now,
        person=enrolment.person_id,
    )  # fmt: skip


def _record(action: str, edition_id: UUID, federation_id: UUID, by: UUID | None, now: datetime, **facts: Any) -> None:
    audit.record(action, f"edition:{edition_id}", federation_id=federation_id, actor_id=by, now=now, **facts)
