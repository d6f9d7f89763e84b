"""A person's record, put together from what the other topics know: a fixed number of statements, whatever there is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from assessments.competencies import queries as competencies
from assessments.competencies.queries import Level
from assessments.quizzes import queries as quizzes
from assessments.quizzes.queries import Best
from certificates.accreditation.requirements import leaves
from certificates.accreditation.rules import Acknowledged, Origin, Quizzed, Rated, Record, Studied
from courses.learning import queries as learning
from courses.learning.queries import CourseProgress
from courses.mentoring import queries as mentoring
from courses.mentoring.queries import Balance, Standing
from courses.mentoring.rules import WAITING
from lms.people import queries as people

EVERYTHING = frozenset({"document", "course", "quiz", "hours", "competency"})


@dataclass(frozen=True, slots=True)
class Sources:
    """What the other topics say of a person, as they say it: for the rules (`record`) and for a desk."""

    documents: Mapping[str, people.Acknowledged] = field(default_factory=dict)
    courses: list[CourseProgress] = field(default_factory=list)  # the latest enrolment first
    recognised: list[CourseProgress] = field(default_factory=list)  # completed in federations that this one recognises
    federations: Mapping[UUID, str] = field(default_factory=dict)  # the names of those
    quizzes: Mapping[tuple[str, int], Best] = field(default_factory=dict)
    hours: Standing = field(default_factory=lambda: Standing(Balance({}, frozenset(), {}), [], {}))
    levels: Mapping[str, Level] = field(default_factory=dict)


def kinds(requirements: list[dict[str, Any]]) -> frozenset[str]:
    """The kinds of evidence that a list of requirements asks for."""
    return frozenset(leaf["kind"] for leaf in leaves(requirements))


def collect(person_id: UUID, federation_id: UUID, wanted: Collection[str], *, now: datetime) -> Sources:
    """What there is about the person in this federation, of the `wanted` kinds of evidence only.

    Courses, and their quizzes, also from federations whose courses it recognises at `now`, if they were completed there.
    """
    who = (person_id, federation_id)
    found: dict[str, Any] = {}
    if "document" in wanted:
        found["documents"] = people.acknowledged(*who)
    if "course" in wanted or "quiz" in wanted:
        courses = learning.progress(*who, recognised_at=now)
        found["courses"] = [one for one in courses if one.federation_id == federation_id]
        found["recognised"] = [one for one in courses if one.federation_id != federation_id and one.complete]
        if found["recognised"]:
            found["federations"] = people.federation_names({one.federation_id for one in found["recognised"]})
    if "quiz" in wanted:
        found["quizzes"] = quizzes.best_scores(*who, also=[one.enrolment_id for one in found["recognised"]])
    if "hours" in wanted:
        found["hours"] = mentoring.standing(*who)
    if "competency" in wanted:
        found["levels"] = competencies.levels(*who)
    return Sources(**found)


def record(sources: Sources) -> Record:
    """The sources as the rules take them."""
    waiting = [session for session in sources.hours.sessions if session.state == WAITING]
    return Record(
        documents={
            kind: Acknowledged(found.version, found.current, found.given_at)
            for kind, found in sources.documents.items()
        },
        modules=_studied([*sources.courses, *sources.recognised], sources.federations),
        enrolments={course.course_slug: str(course.enrolment_id) for course in reversed(sources.courses)},
        quizzes={
            place: Quizzed(
                best.score, best.passed, best.attempts, best.at, _origin(best.federation_id, sources.federations)
            )
            for place, best in sources.quizzes.items()
        },
        minutes=dict(sources.hours.balance.minutes),
        mentors=frozenset(str(mentor) for mentor in sources.hours.balance.mentors),
        waiting_sessions=len(waiting),
        waiting_minutes=sum(session.minutes for session in waiting),
        waiting_since=min((session.written_at for session in waiting), default=None),
        waiting_for=frozenset(str(session.mentor_id) for session in waiting),
        levels={
            code: Rated(found.level, str(found.assessor_id), found.observed_at)
            for code, found in sources.levels.items()
        },
    )


def gather(person_id: UUID, federation_id: UUID, wanted: Collection[str], *, now: datetime) -> Record:
    """The person's record in this federation, of the `wanted` kinds of evidence."""
    return record(collect(person_id, federation_id, wanted, now=now))


def parties(person_id: UUID) -> frozenset[str]:
    """Whoever has accompanied or assessed the person up to now, whether it counts as evidence or not."""
    return frozenset(map(str, mentoring.mentors_ever(person_id) | competencies.assessors_ever(person_id)))


def parties_of(found: Record) -> frozenset[str]:
    """The mentors and assessors of a record."""
    return found.mentors | {rated.by for rated in found.levels.values()}


def _origin(federation_id: UUID | None, federations: Mapping[UUID, str]) -> Origin | None:
    """The other federation, if it is one of these."""
    if federation_id is None or federation_id not in federations:
        return None
    return Origin(str(federation_id), federations[federation_id])


def _studied(courses: list[CourseProgress], federations: Mapping[UUID, str]) -> dict[tuple[str, int], Studied]:
    """By module; in several editions of one course, the one in which the module is further along counts."""
    modules: dict[tuple[str, int], Studied] = {}
    for course in courses:
        origin = _origin(course.federation_id, federations)
        for module in course.modules:
            place = (course.course_slug, module.number)
            found = Studied(module.lessons, module.done, module.slug, origin)
            if place not in modules or _ahead(found, modules[place]):
                modules[place] = found
    return modules


def _ahead(one: Studied, other: Studied) -> bool:
    return one.done * max(other.lessons, 1) > other.done * max(one.lessons, 1)
