"""Editions are opened and closed; seats are claimed."""

import contextlib
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from courses.learning import lesson_queries, operations, queries
from courses.learning.models import Edition, Enrolment
from courses.learning.refusals import (
    CourseUnknown,
    DatesReversed,
    EditionClosed,
    EditionEnded,
    EditionOver,
    EditionUnknown,
    SeatsOdd,
    SeatsTaken,
    WrongAudience,
)
from lms.audit import AuditEntry
from lms.db import db, transaction
from lms.errors import Refusal
from lms.ids import new_id
from lms.people import queries as people
from tests.learning.conftest import School
from tests.learning.together import at_once
from tests.world import NOW, World


def taken(world: World, edition: UUID) -> tuple[int, int]:
    """Seats taken, and enrolments."""
    with world.database():
        seats = db.session.scalar(select(Edition.seats_taken).where(Edition.id == edition))
        count = db.session.scalar(select(func.count()).select_from(Enrolment).where(Enrolment.edition_id == edition))
        return int(seats or 0), int(count or 0)


def enrolling(person: UUID, edition: UUID, federation: UUID) -> Any:
    def job() -> UUID:
        with transaction():
            return operations.enrol(person, edition, federation_id=federation, now=NOW).id

    return job


@pytest.fixture
def all_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody writes before everybody has looked (where the database lets them look together)."""
    barrier, member = threading.Barrier(4), people.member

    def waiting(*arguments: Any) -> Any:
        found = member(*arguments)
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=2)
        return found

    monkeypatch.setattr(people, "member", waiting)


def test_who_enrols_twice_is_enrolled_once(school: School, edition: UUID) -> None:
    person = school.world.person("agent")
    assert school.enrol(person, edition) == school.enrol(person, edition)
    assert taken(school.world, edition) == (1, 1)
    with school.world.database():
        entries = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action == "edition.enrol")).all()
        assert len(entries) == 1


@pytest.mark.usefixtures("all_looked")
def test_the_last_seat_goes_to_one_of_those_who_want_it_at_once(school: School) -> None:
    edition = school.edition(school.course(), seats=1)
    people = [school.world.person("agent") for _ in range(4)]
    results = at_once(school.world, [enrolling(person, edition, school.world.here) for person in people])
    assert sum(isinstance(result, UUID) for result in results) == 1
    assert sum(isinstance(result, SeatsTaken) for result in results) == 3
    assert taken(school.world, edition) == (1, 1)


@pytest.mark.usefixtures("all_looked")
def test_one_person_in_four_browsers_takes_one_seat(school: School, edition: UUID) -> None:
    person = school.world.person("agent")
    results = at_once(school.world, [enrolling(person, edition, school.world.here)] * 4)
    assert len(set(results)) == 1
    assert isinstance(results[0], UUID)
    assert taken(school.world, edition) == (1, 1)


@pytest.mark.parametrize(
    ("audience", "role", "fits"),
    [("agent", "agent", True), ("agent", "professional", False), ("professional", "agent", False)],
)
def test_a_course_takes_those_whom_it_is_for(school: School, audience: str, role: str, fits: bool) -> None:
    edition, person = school.edition(school.course(audience=audience)), school.world.person(role)
    if fits:
        assert school.enrol(person, edition)
    else:
        with pytest.raises(WrongAudience):
            school.enrol(person, edition)
        assert taken(school.world, edition) == (0, 0)


def test_a_closed_edition_takes_nobody_and_keeps_those_inside(school: School, edition: UUID) -> None:
    inside, outside = school.world.person("agent"), school.world.person("agent")
    enrolment = school.enrol(inside, edition)
    with school.world.database(), transaction():
        assert operations.set_open(edition, False, federation_id=school.world.here, by=inside, now=NOW)
        assert not operations.set_open(edition, False, federation_id=school.world.here, by=inside, now=NOW)
    with pytest.raises(EditionClosed):
        school.enrol(outside, edition)
    assert school.enrol(inside, edition) == enrolment


def test_an_ended_edition_takes_nobody(school: School, edition: UUID) -> None:
    person = school.world.person("agent")
    with school.world.database(), pytest.raises(EditionEnded), transaction():
        operations.enrol(person, edition, federation_id=school.world.here, now=NOW + timedelta(days=3_000))


def test_a_full_edition_says_so(school: School) -> None:
    edition = school.edition(school.course(), seats=1)
    school.enrol(school.world.person("agent"), edition)
    with pytest.raises(SeatsTaken):
        school.enrol(school.world.person("agent"), edition)


def test_an_edition_elsewhere_is_none(school: School, edition: UUID) -> None:
    stranger = school.world.person("agent", federation=school.world.elsewhere)
    with pytest.raises(EditionUnknown):
        school.enrol(stranger, edition, federation=school.world.elsewhere)
    with pytest.raises(WrongAudience):  # no role in this federation
        school.enrol(stranger, edition, federation=school.world.here)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"ends_on": NOW.date() - timedelta(days=400)}, DatesReversed),
        ({"begins_on": NOW.date() - timedelta(days=9), "ends_on": NOW.date() - timedelta(days=1)}, EditionOver),
        ({"seats": 0}, SeatsOdd),
        ({"seats": 1_000_000}, SeatsOdd),
    ],
)
def test_an_odd_edition_is_refused(school: School, changes: dict[str, Any], refusal: type[Refusal]) -> None:
    version = school.course()
    with pytest.raises(refusal):
        school.edition(version, **changes)


def test_an_edition_needs_a_published_course(school: School) -> None:
    with pytest.raises(CourseUnknown):
        school.edition(new_id())


def test_an_edition_keeps_the_version_that_it_began_with(school: School) -> None:
    old = school.course(lessons=2)
    enrolment = school.enrol(school.world.person("agent"), school.edition(old))
    school.course(lessons=3)
    with school.world.database():
        course = queries.enrolment_progress(enrolment)
        assert course is not None
        assert course.version_id == old
        assert course.lessons == 4


def test_progress_counts_lessons_by_module(school: School, edition: UUID) -> None:
    person = school.world.person("agent")
    enrolment_id = school.enrol(person, edition)
    with school.world.database(), transaction():
        enrolment = queries.enrolment(enrolment_id)
        page = lesson_queries.lesson_page(enrolment_id, "modulo-1", "leccion-1")
        assert enrolment is not None
        assert page is not None
        for _again in range(2):
            operations.mark_done(enrolment, page.lesson.id, now=NOW)
    with school.world.database():
        (course,) = queries.progress(person, school.world.here)
        assert [(module.number, module.done, module.lessons) for module in course.modules] == [(1, 1, 3), (2, 0, 3)]
        assert course.last_lesson is not None
        assert (course.last_lesson.module_number, course.last_lesson.lesson_number) == (1, 2)
        assert queries.progress(person, school.world.elsewhere) == []
