"""A seat of one's own: pause, day, transfer; and what comes before a course."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from assessments.quizzes.models import Attempt, Quiz
from courses.catalogue.models import CourseVersion, Module
from courses.editions import completion, queries, seats
from courses.editions.refusals import (
    BeenThere,
    BeforeThis,
    DayFar,
    DayPast,
    EditionShut,
    NoSeatThere,
    OtherCourse,
    PrerequisiteLoop,
    SameEdition,
)
from courses.learning import operations as learning
from courses.learning import queries as learning_queries
from courses.learning.models import Enrolment, LessonDone, Reflection
from courses.learning.refusals import SeatsTaken
from lms.errors import Refusal
from lms.ids import new_id
from lms.people.privacy.erasures import erase
from lms.people.privacy.holdings import Asked
from tests.editions.conftest import Class
from tests.learning.together import at_once
from tests.world import NOW


def course_of(room: Class, version: UUID) -> UUID:
    with room.world.database() as session:
        return session.scalar(select(CourseVersion.course_id).where(CourseVersion.id == version))


def test_a_pause_keeps_seat_and_progress_and_ends_when_one_comes_back(room: Class, edition: UUID) -> None:
    (ana,) = room.agents("ana")
    enrolment = room.enrol(ana, edition)
    room.study(enrolment, 0.5)
    with room.deed() as session:
        found = session.get(Enrolment, enrolment)
        assert seats.pause(found, by=ana, now=NOW)
        assert not seats.pause(found, by=ana, now=NOW)
    assert room.seats_of(edition)[:2] == (1, 1)
    with room.deed() as session:
        assert seats.resume(session.get(Enrolment, enrolment), by=ana, now=NOW)
    with room.world.database():
        course = learning_queries.enrolment_progress(enrolment)
        assert course is not None
        assert (course.done, course.state) == (1, "active")


def test_a_day_is_moved_without_a_reason_within_a_year(room: Class, edition: UUID) -> None:
    (ana,) = room.agents("ana")
    enrolment, end = room.enrol(ana, edition), date(2026, 6, 1)

    def choose(day: date | None) -> None:
        with room.deed() as session:
            seats.set_deadline(session.get(Enrolment, enrolment), day, ends_on=end, by=ana, now=NOW)

    choose(end + timedelta(days=366))
    choose(None)
    choose(NOW.date())
    for day, refusal in ((NOW.date() - timedelta(days=1), DayPast), (end + timedelta(days=367), DayFar)):
        with pytest.raises(refusal):
            choose(day)
    with room.world.database() as session:
        assert session.get(Enrolment, enrolment).due_on == NOW.date()


def test_a_transfer_takes_everything_along_and_moves_the_seat(room: Class, edition: UUID) -> None:
    ana, bea = room.agents("ana", "bea")
    enrolment = room.enrol(ana, edition)
    room.study(enrolment)
    room.wait(bea, edition)
    with room.deed() as session:
        lesson = session.scalars(select(LessonDone.lesson_id)).first()
        found = session.get(Enrolment, enrolment)
        learning.save_reflection(found, lesson, "Mío", used_alternative=False, now=NOW)
    newer = room.course(modules=1, lessons=3)  # a lesson more: the others are the same by their names
    other = room.edition(newer, seats=1)
    with room.deed():
        seats.transfer(enrolment, other, by=ana, federation_id=room.world.here, now=NOW)
    assert room.seats_of(other)[:2] == (1, 1)
    assert room.seats_of(edition) == (1, 0, [("bea", "offered")])
    with room.world.database() as session:
        course = learning_queries.enrolment_progress(enrolment)
        assert course is not None
        assert (course.done, course.lessons, course.version_id) == (2, 3, newer)
        assert session.scalars(select(Reflection.text)).all() == ["Mío"]
    assert room.deeds("enrolment.transfer") == ["enrolment.transfer"]
    assert "edition-changed" in room.told(ana)


def test_who_may_not_transfer_stays_where_they_are(room: Class, edition: UUID) -> None:
    ana, bea, carla = room.agents("ana", "bea", "carla")
    version = room.course(modules=1, lessons=2)
    full, shut = room.edition(version, seats=1), room.edition(version, seats=3)
    alien = room.edition(room.course("otro-curso", modules=1, lessons=1))
    enrolment = room.enrol(ana, edition)
    room.enrol(bea, full)
    room.enrol(carla, shut)
    back = room.edition(version, seats=3)
    room.leave(room.enrol(ana, back))
    with room.deed():
        learning.set_open(shut, False, federation_id=room.world.here, by=ana, now=NOW)
    before = room.seats_of(edition)
    for to, refusal in (
        (full, NoSeatThere), (shut, EditionShut), (alien, OtherCourse), (edition, SameEdition), (back, BeenThere),
    ):  # fmt: skip
        with pytest.raises(refusal), room.deed():
            seats.transfer(enrolment, to, by=ana, federation_id=room.world.here, now=NOW)
    assert room.seats_of(edition) == before
    assert room.seats_of(full)[:2] == (1, 1)


def test_whoever_is_erased_leaves_their_seat_and_their_offer_to_the_next(room: Class, edition: UUID) -> None:
    ana, bea, carla = room.agents("ana", "bea", "carla")
    room.enrol(ana, edition)
    room.wait(bea, edition)
    room.wait(carla, edition)
    with room.deed():
        erase(Asked(ana, "a@demo.test"), now=NOW)
    (quick,) = room.agents("quick")
    with pytest.raises(SeatsTaken):  # free for a moment, but not for who has not waited
        room.enrol(quick, edition)
    with room.world.database():
        seats.offer_free(NOW)
    assert room.seats_of(edition) == (1, 0, [("bea", "offered"), ("carla", "waiting")])
    with room.deed():
        erase(Asked(bea, "b@demo.test"), now=NOW)
    with room.world.database():
        seats.offer_free(NOW)
    assert room.seats_of(edition) == (1, 0, [("carla", "offered")])


# --- What comes before ------------------------------------------------------------------------------------------------


def test_a_course_waits_for_another_and_for_an_accreditation(room: Class, edition: UUID) -> None:
    ana, bea = room.agents("ana", "bea")
    here, second = room.world.here, room.course("segundo", modules=1, lessons=1)
    first = course_of(room, room.course(modules=1, lessons=2))
    later, course = room.edition(second, seats=3), course_of(room, second)
    with room.deed():
        assert completion.require(course, first, federation_id=here, by=ana, now=NOW)
        assert not completion.require(course, first, federation_id=here, by=ana, now=NOW)
    enrolment = room.enrol(ana, edition)
    with pytest.raises(BeforeThis) as refused:
        room.enrol(ana, later)
    assert "«Un curso»" in str(refused.value)
    room.study(enrolment)
    assert room.enrol(ana, later)
    with room.deed():
        completion.require(course, None, federation_id=here, by=ana, now=NOW)
    with pytest.raises(BeforeThis) as refused:
        room.enrol(bea, later)
    assert "acreditación" in str(refused.value)
    assert room.seats_of(later)[:2] == (1, 1)


def test_two_who_close_a_loop_at_once_are_refused_one_of_them(room: Class) -> None:
    by, here = room.world.person("registrar"), room.world.here
    one, other = (course_of(room, room.course(slug, modules=1, lessons=1)) for slug in ("uno", "otro"))

    def asks(course: UUID, needs: UUID) -> object:
        def job() -> bool:
            with room.deed():
                return completion.require(course, needs, federation_id=here, by=by, now=NOW)

        return job

    results = at_once(room.world, [asks(one, other), asks(other, one)])
    assert sorted(isinstance(result, PrerequisiteLoop) for result in results) == [False, True]
    with pytest.raises(PrerequisiteLoop):
        asks(one, one)()


# --- What completes it ------------------------------------------------------------------------------------------------


def test_an_edition_keeps_the_rule_that_held_when_its_first_learner_came(room: Class, edition: UUID) -> None:
    ana, bea = room.agents("ana", "bea")
    by, here = room.world.person("registrar"), room.world.here
    enrolment = room.enrol(ana, edition)
    other = room.edition(room.course(modules=1, lessons=2), seats=2)
    with room.deed():
        shares = {"lessons": 50, "quizzes": 0, "attendance": 0}
        assert completion.set_rule(other, shares, usual=True, federation_id=here, by=by, now=NOW)
        assert not completion.set_rule(other, shares, usual=True, federation_id=here, by=by, now=NOW)
    easy = room.enrol(bea, other)
    for each in (enrolment, easy):
        room.study(each, 0.5)
    with room.world.database():
        found = queries.standings([enrolment, easy])
        assert (found[enrolment].rule, found[easy].rule) == (1, 2)
        assert queries.completed([enrolment, easy]) == {easy}
    with pytest.raises(Refusal), room.deed():
        completion.set_rule(other, {"lessons": 10}, usual=False, federation_id=here, by=by, now=NOW)


def test_a_check_that_was_passed_counts_in_any_version_of_its_course(room: Class, edition: UUID) -> None:
    """Who passed it in one edition has passed it in the next, where its module keeps its name."""
    ana, bea = room.agents("ana", "bea")
    enrolments = [room.enrol(ana, edition), room.enrol(bea, room.edition(room.course(modules=1, lessons=2)))]
    newer = room.edition(room.course(modules=1, lessons=3))
    with room.deed() as session:
        modules = session.scalars(select(Module.id).order_by(Module.id)).all()
        quizzes = [
            Quiz(id=new_id(), module_id=id_, title={}, pass_mark=1, attempts_allowed=1, draw=1, question_ids=[])
            for id_ in modules
        ]
        session.add_all(quizzes)
        session.flush()
        session.add(
            Attempt(
                federation_id=room.world.here, quiz_id=quizzes[0].id, enrolment_id=enrolments[0], person_id=ana, number=1,
                seed=1, pass_mark=1, sheet=[], state="submitted", began_at=NOW, submitted_at=NOW, score=9, passed=True,
            )
        )  # fmt: skip
    enrolments.append(room.enrol(ana, newer))
    with room.world.database():
        found = queries.standings(enrolments)
        checks = [next(one for one in found[id_].answers if one.kind == "quizzes") for id_ in enrolments]
        assert [(one.have, one.need) for one in checks] == [(1, 1), (0, 1), (1, 1)]
