"""A statement of xAPI 1.0.3: what somebody did, without saying who they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

VERBS = {
    "registered": "http://adlnet.gov/expapi/verbs/registered",
    "completed": "http://adlnet.gov/expapi/verbs/completed",
    "launched": "http://adlnet.gov/expapi/verbs/launched",
    "passed": "http://adlnet.gov/expapi/verbs/passed",
    "failed": "http://adlnet.gov/expapi/verbs/failed",
    "scored": "http://adlnet.gov/expapi/verbs/scored",
}
KINDS = {
    "course": "http://adlnet.gov/expapi/activities/course",
    "module": "http://adlnet.gov/expapi/activities/module",
    "lesson": "http://adlnet.gov/expapi/activities/lesson",
    "quiz": "http://adlnet.gov/expapi/activities/assessment",
}
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=1)  # between two tries


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that is done. `name`: {locale: text}, or empty."""

    kind: str
    id: UUID
    name: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """How it went. `score` in hundredths of a per cent."""

    score: int | None = None
    passed: bool | None = None
    completed: bool | None = None
    seconds: int | None = None


def statement(
    statement_id: UUID,
    verb: str,
    activity: Activity,
    *,
    base: str,
    who: UUID,
    at: datetime,
    enrolment: UUID | None = None,
    inside: Mapping[str, Activity] | None = None,
    result: Result | None = None,
) -> dict[str, Any]:
    """The statement. `base`: our address, from which ids are made; `who`: the person's random name at the LRS;
    `inside`: the activities around (`parent`, `grouping`)."""
    about: dict[str, Any] = {}
    if enrolment is not None:
        about["registration"] = str(uuid5(who, str(enrolment)))  # says nothing about the enrolment's own id
    if inside:
        about["contextActivities"] = {place: [_activity(base, one)] for place, one in inside.items()}
    made = {
        "id": str(statement_id),
        "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "actor": {"objectType": "Agent", "account": {"homePage": base, "name": str(who)}},
        "verb": {"id": VERBS[verb], "display": {"en-US": verb}},
        "object": _activity(base, activity),
    }
    if result is not None and (told := _result(result)):
        made["result"] = told
    return made | ({"context": about} if about else {})


def _activity(base: str, activity: Activity) -> dict[str, Any]:
    definition: dict[str, Any] = {"type": KINDS[activity.kind]}
    if name := {locale: text for locale, text in activity.name.items() if text}:
        definition["name"] = name
    return {"objectType": "Activity", "id": f"{base}/xapi/{activity.kind}/{activity.id}", "definition": definition}


def _result(result: Result) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if result.score is not None:
        told["score"] = {"scaled": result.score / 10_000}
    if result.passed is not None:
        told["success"] = result.passed
    if result.completed is not None:
        told["completion"] = result.completed
    if result.seconds is not None:
        told["duration"] = f"PT{max(result.seconds, 0)}S"
    return told


def wait(fails: int) -> timedelta:
    """How long to wait after so many failures in a row: a minute, then twice as long each time, at most an hour."""
    return min(SHORTEST * 2 ** min(max(fails - 1, 0), 10), LONGEST)


def judged(status: int) -> str:
    """What an answer means: `taken`, `refused` (these statements, and trying again is of no use) or `later`."""
    if status in (200, 204):
        return "taken"
    return "refused" if status in (400, 409, 413, 422) else "later"
