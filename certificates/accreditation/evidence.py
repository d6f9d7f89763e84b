"""A person's record, put together from what the other topics know: few statements, whatever there is."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from assessments.competencies import queries as competencies
from assessments.quizzes import queries as quizzes
from certificates.accreditation.requirements import leaves
from certificates.accreditation.rules import Acknowledged, Quizzed, Rated, Record, Studied
from courses.learning import queries as learning
from courses.mentoring import queries as mentoring
from lms.people import queries as people


def kinds(requirements: list[dict[str, Any]]) -> frozenset[str]:
    """The kinds of evidence that a list of requirements asks for."""
    return frozenset(leaf["kind"] for leaf in leaves(requirements))


def gather(person_id: UUID, federation_id: UUID, wanted: Collection[str]) -> Record:
    """What the person has in this federation, of the `wanted` kinds of evidence only."""
    facts: dict[str, Any] = {}
    if "document" in wanted:
        facts["documents"] = {
            kind: Acknowledged(found.version, found.current, found.given_at)
            for kind, found in people.acknowledged(person_id, federation_id).items()
        }
    if "course" in wanted or "quiz" in wanted:
        facts |= _studies(person_id, federation_id)
    if "quiz" in wanted:
        facts["quizzes"] = {
            place: Quizzed(best.score, best.passed, best.attempts, best.at)
            for place, best in quizzes.best_scores(person_id, federation_id).items()
        }
    if "hours" in wanted:
        facts |= _hours(person_id, federation_id)
    if "competency" in wanted:
        facts["levels"] = {
            code: Rated(found.level, str(found.assessor_id), found.observed_at)
            for code, found in competencies.levels(person_id, federation_id).items()
        }
    return Record(**facts)


def parties(person_id: UUID, federation_id: UUID) -> frozenset[str]:
    """Who stands behind the person's evidence as it is now: mentors who signed hours, and assessors."""
    return parties_of(gather(person_id, federation_id, ("hours", "competency")))


def parties_of(record: Record) -> frozenset[str]:
    """The mentors and assessors of a record."""
    return record.mentors | {found.by for found in record.levels.values()}


def _studies(person_id: UUID, federation_id: UUID) -> dict[str, Any]:
    """Lessons done per module. In several editions of one course, the one in which a module is further along counts."""
    modules: dict[tuple[str, int], Studied] = {}
    enrolments: dict[str, str] = {}
    for course in learning.progress(person_id, federation_id):
        enrolments[course.course_slug] = str(course.enrolment_id)
        for module in course.modules:
            place, found = (course.course_slug, module.number), Studied(module.lessons, module.done)
            if place not in modules or _ahead(found, modules[place]):
                modules[place] = found
    return {"modules": modules, "enrolments": enrolments}


def _ahead(one: Studied, other: Studied) -> bool:
    return one.done * max(other.lessons, 1) > other.done * max(one.lessons, 1)


def _hours(person_id: UUID, federation_id: UUID) -> dict[str, Any]:
    balance = mentoring.balance(person_id, federation_id)
    # What a mentor wrote waits for nobody but the mentor either: only a senior agent signs.
    waiting = [session for session in mentoring.waiting_of(person_id, federation_id) if session.state == "waiting"]
    return {
        "minutes": dict(balance.minutes),
        "mentors": frozenset(str(mentor) for mentor in balance.mentors),
        "waiting_sessions": len(waiting),
        "waiting_minutes": sum(session.minutes for session in waiting),
        "waiting_since": min((session.written_at for session in waiting), default=None),
        "waiting_for": frozenset(str(session.mentor_id) for session in waiting),
    }
