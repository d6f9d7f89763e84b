"""What a scheme asks for, held against what a person has: one answer serves the page and the guard.

A requirement is a dict `{"kind": …, "title": {locale: text}, …}`:

    document    document: kind of text, acknowledged in its current version
    course      course: slug, modules: [number] | "all-open" – every lesson of them done
    quiz        course: slug, modules: [number] – each one's quiz passed
    hours       minimum: minutes in all (of `counts`, by default mentoring), minima: {kind: minutes}, mentors: how many
    competency  areas and/or codes, level (1–4), sources, at_least: how many of them (default all);
                an area counts with `per_area` (default 1) of its competencies at the level
    all-of, any-of, n-of   of: [requirement], n

`certificates.accreditation.requirements` says whether such a list can be stored; here it is taken to be sound.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from certificates.accreditation.requirements import MENTORING

Requirement = dict[str, Any]
Whose = Literal["me", "mentor", "assessor", "federation"]
EARNED = ("course", "quiz", "hours", "competency")  # what a recognised certificate stands for
APPROVALS = REFUSALS = 2  # a decision takes two members who agree
REASONS = (20, 4000)  # characters
NAME_LENGTH = 120
BIDI = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A text that the person accepted."""

    version: int
    current: bool
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """Another federation, which this one recognises. The id is text."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate of the same scheme, in force, of a federation whose certificates this one recognises."""

    origin: Origin
    serial: str
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Studied:
    """A module of a course that the person is enrolled in; with an `origin`, in another federation."""

    lessons: int
    done: int
    slug: str = ""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Quizzed:
    """The best result in a module's quiz. `score` in hundredths of a per cent."""

    score: int
    passed: bool
    attempts: int
    at: datetime | None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    """The level (0–4) last given for a competency."""

    level: int
    by: str
    at: datetime
    source: str = "assessor"


@dataclass(frozen=True, slots=True)
class Record:
    """What a person has, as evidence. Ids are text, so that it can be frozen as JSON."""

    documents: Mapping[str, Acknowledged] = field(default_factory=dict)
    modules: Mapping[tuple[str, int], Studied] = field(default_factory=dict)
    enrolments: Mapping[str, str] = field(default_factory=dict)  # course → enrolment
    quizzes: Mapping[tuple[str, int], Quizzed] = field(default_factory=dict)
    minutes: Mapping[str, int] = field(default_factory=dict)
    mentors: frozenset[str] = frozenset()  # those who signed some of the minutes
    waiting_minutes: int = 0  # logged, and the mentor has still to sign or return
    waiting_sessions: int = 0
    waiting_since: datetime | None = None
    waiting_for: frozenset[str] = frozenset()  # the mentors who have to
    levels: Mapping[str, Rated] = field(default_factory=dict)
    certified: Certified | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a requirement is met, how far it is, and whose turn it is. `facts` are JSON."""

    requirement: Requirement
    met: bool
    done: int
    total: int
    unit: str  # document | lesson | quiz | minute | area | part
    whose: Whose | None = "me"  # None once met
    waiting_since: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    parts: tuple["Answer", ...] = ()

    def frozen(self) -> dict[str, Any]:
        """The answer as JSON, for a dossier."""
        return {
            "kind": self.requirement["kind"],
            "title": self.requirement["title"],
            "requirement": self.requirement,
            "met": self.met,
            "have": self.done,
            "need": self.total,
            "unit": self.unit,
            "facts": self.facts,
            "parts": [part.frozen() for part in self.parts],
        }


def thawed(frozen: dict[str, Any]) -> Answer:
    """An answer as a dossier keeps it. Nobody's turn: it is the past."""
    parts = tuple(thawed(part) for part in frozen["parts"])
    return Answer(
        frozen["requirement"],
        frozen["met"],
        frozen["have"],
        frozen["need"],
        frozen["unit"],
        whose=None,
        facts=frozen["facts"],
        parts=parts,
    )


def evaluate(requirements: Sequence[Requirement], record: Record) -> list[Answer]:
    """One answer for each requirement, in their order."""
    answers = (EVALUATORS[requirement["kind"]](requirement, record) for requirement in requirements)
    return [_recognised(answer, record.certified) for answer in answers]


def _recognised(answer: Answer, certified: Certified | None) -> Answer:
    """A certificate that this federation recognises stands for what was studied, practised and observed to earn it.

    The federation's own texts are accepted here all the same; what was done here is still counted.
    """
    if certified is None or answer.met or answer.requirement["kind"] not in EARNED:
        return answer
    until = certified.valid_until.isoformat()
    facts = {"from": asdict(certified.origin), "serial": certified.serial, "valid_until": until}
    return replace(answer, met=True, whose=None, waiting_since=None, facts=answer.facts | {"certificate": facts})


def unmet(answers: Iterable[Answer]) -> list[Answer]:
    """The answers that say no."""
    return [answer for answer in answers if not answer.met]


def title(texts: Mapping[str, str], locale: str) -> str:
    """A text of the data in a language, or in Spanish."""
    return texts.get(locale) or texts["es"]


def outcome(verdicts: Iterable[str]) -> Literal["approved", "refused"] | None:
    """What the verdicts given so far decide: two that agree; None while they do not."""
    verdicts = list(verdicts)
    if verdicts.count("approve") >= APPROVALS:
        return "approved"
    if verdicts.count("refuse") >= REFUSALS:
        return "refused"
    return None


def conflict(member: str, person: str, parties: Iterable[str]) -> Literal["self", "party"] | None:
    """Why a member may not decide on a person: it is them, or they mentored or assessed them."""
    if member == person:
        return "self"
    return "party" if member in set(parties) else None


def usable_name(text: str) -> str | None:
    """The name as the certificate will show it (any script), or None if it cannot be printed.

    1 to 120 characters with at least one letter; no line breaks, control characters or marks that turn the direction.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not 0 < len(name) <= NAME_LENGTH or not any(unicodedata.category(c).startswith("L") for c in name):
        return None
    if any(c in BIDI or unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") for c in name):
        return None
    return name


def _answer(requirement: Requirement, met: bool, done: int, total: int, unit: str, **more: Any) -> Answer:
    if met:
        more |= {"whose": None, "waiting_since": None}
    return Answer(requirement, met, done, total, unit, **more)


def _document(requirement: Requirement, record: Record) -> Answer:
    found = record.documents.get(requirement["document"])
    met = found is not None and found.current
    facts = {"version": found.version, "given_at": found.given_at.isoformat()} if found else {}
    return _answer(requirement, met, int(met), 1, "document", facts=facts)


def _from(origin: Origin | None) -> dict[str, Any]:
    return {"from": asdict(origin)} if origin else {}


def _course(requirement: Requirement, record: Record) -> Answer:
    course, wanted = requirement["course"], requirement["modules"]
    if wanted == "all-open":
        wanted = sorted(number for (slug, number), found in record.modules.items() if slug == course and found.lessons)
    rows = []
    for number in wanted:
        found = record.modules.get((course, number), Studied(0, 0))
        row = {"module": number, "done": min(found.done, found.lessons), "lessons": found.lessons}
        rows.append(row | _from(found.origin))
    # A module without lessons is still to come: it cannot be done.
    met = bool(rows) and all(row["lessons"] and row["done"] >= row["lessons"] for row in rows)
    enrolment = record.enrolments.get(course)
    to_come = enrolment is not None and all(row["done"] >= row["lessons"] for row in rows)
    facts = {"course": course, "modules": rows, "enrolment": enrolment}
    done, total = sum(row["done"] for row in rows), sum(row["lessons"] for row in rows)
    return _answer(requirement, met, done, total, "lesson", whose="federation" if to_come else "me", facts=facts)


def _quiz(requirement: Requirement, record: Record) -> Answer:
    course, rows = requirement["course"], []
    for number in requirement["modules"]:
        found = record.quizzes.get((course, number))
        rows.append(
            {
                "module": number,
                "slug": record.modules[course, number].slug if (course, number) in record.modules else None,
                "score": found.score if found else None,
                "passed": found is not None and found.passed,
                "at": found.at.isoformat() if found and found.at else None,
            }
            | _from(found.origin if found else None)
        )
    done = sum(row["passed"] for row in rows)
    facts = {"course": course, "modules": rows, "enrolment": record.enrolments.get(course)}
    return _answer(requirement, done == len(rows), done, len(rows), "quiz", facts=facts)


def _hours(requirement: Requirement, record: Record) -> Answer:
    minima, mentors = requirement.get("minima", {}), requirement.get("mentors", 0)
    kinds = [{"kind": kind, "done": record.minutes.get(kind, 0), "asked": asked} for kind, asked in minima.items()]
    counts = requirement.get("counts", MENTORING)
    total = requirement.get("minimum", 0)
    if total:
        done = sum(record.minutes.get(kind, 0) for kind in counts)
    else:
        total, done = sum(minima.values()), sum(min(row["done"], row["asked"]) for row in kinds)
    met = done >= total and all(row["done"] >= row["asked"] for row in kinds) and len(record.mentors) >= mentors
    facts = {
        "kinds": kinds,
        "mentors": {"done": len(record.mentors), "asked": mentors, "who": sorted(record.mentors)},
        "waiting": record.waiting_sessions,
        "waiting_minutes": record.waiting_minutes,
        "waiting_for": sorted(record.waiting_for),
    }
    whose = "mentor" if record.waiting_sessions else "me"
    return _answer(
        requirement, met, done, total, "minute", whose=whose, waiting_since=record.waiting_since, facts=facts
    )


def _competency(requirement: Requirement, record: Record) -> Answer:
    level, sources = requirement["level"], requirement["sources"]
    areas, codes, per_area = requirement.get("areas", []), requirement.get("codes", []), requirement.get("per_area", 1)
    rated = {code: found for code, found in record.levels.items() if found.source in sources}
    reached = [code for code, found in rated.items() if found.level >= level]
    rows = [{"code": area, "met": sum(code.split(".")[0] == area for code in reached) >= per_area} for area in areas]
    rows += [{"code": code, "met": code in reached} for code in codes]
    done = sum(row["met"] for row in rows)
    facts = {
        "level": level,
        "wanted": rows,
        "ratings": [
            {"code": code, "level": found.level, "by": found.by, "at": found.at.isoformat()}
            for code, found in sorted(rated.items())
            if code in codes or code.split(".")[0] in areas
        ],
    }
    total = requirement.get("at_least", len(rows))
    return _answer(requirement, done >= total, min(done, total), total, "area", whose="assessor", facts=facts)


def _combined(requirement: Requirement, record: Record) -> Answer:
    parts = evaluate(requirement["of"], record)
    total = {"all-of": len(parts), "any-of": 1}.get(requirement["kind"]) or requirement["n"]
    met_parts = sum(part.met for part in parts)
    missing = unmet(parts)
    turn = next((part for part in missing if part.whose == "me"), missing[0] if missing else None)
    return _answer(
        requirement,
        met_parts >= total,
        min(met_parts, total),
        total,
        "part",
        whose=turn.whose if turn else None,
        waiting_since=turn.waiting_since if turn else None,
        parts=tuple(parts),
    )


EVALUATORS: dict[str, Callable[[Requirement, Record], Answer]] = {
    "document": _document,
    "course": _course,
    "quiz": _quiz,
    "hours": _hours,
    "competency": _competency,
    "all-of": _combined,
    "any-of": _combined,
    "n-of": _combined,
}
