"""The shape of a scheme's requirements, and what is wrong with one that could never be met."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

HOURS = ("individual", "group", "observation", "practice")
MENTORING = ("individual", "group", "observation")  # what a total of mentoring counts; practice is asked for apart
SOURCES = ("assessor",)  # whose ratings the platform can show today
COMBINED = ("all-of", "any-of", "n-of")
KEYS: dict[str, set[str]] = {
    "document": {"document"},
    "course": {"course", "modules"},
    "quiz": {"course", "modules"},
    "hours": {"minimum", "minima", "mentors", "counts"},
    "competency": {"areas", "codes", "level", "sources", "at_least", "per_area"},
    "all-of": {"of"},
    "any-of": {"of"},
    "n-of": {"of", "n"},
}
MAX_MINUTES = 600_000
MAX_DEPTH, MAX_COUNT = 3, 60
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a requirement: `code` empty | unknown | impossible, `place` such as "2.of.1", `detail` for people."""

    code: str
    place: str
    detail: str


def faults(
    requirements: Any, *, areas: Collection[str] | None = None, codes: Collection[str] | None = None
) -> list[Fault]:
    """Everything that is wrong with `requirements`; empty when they can be stored.

    `areas` and `codes` are those of the competency framework, where they are to be held against it.
    """
    if not isinstance(requirements, list) or not requirements:
        return [Fault("empty", "", "requirements")]
    found = list(_faults(requirements, "", 1))
    if not found and sum(1 for _ in leaves(requirements)) > MAX_COUNT:
        found.append(Fault("impossible", "", f"> {MAX_COUNT}"))
    if not found:
        for leaf in leaves(requirements):
            for key, known in (("areas", areas), ("codes", codes)):
                unknown = [code for code in leaf.get(key, []) if known is not None and code not in known]
                found += [Fault("unknown", key, code) for code in unknown]
    return found


def leaves(requirements: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The requirements that are not combinations, at any depth."""
    for requirement in requirements:
        if requirement["kind"] in COMBINED:
            yield from leaves(requirement["of"])
        else:
            yield requirement


def _faults(requirements: list[Any], place: str, depth: int) -> Iterator[Fault]:
    for position, requirement in enumerate(requirements, 1):
        here = f"{place}{position}"
        kind = requirement.get("kind") if isinstance(requirement, dict) else None
        if not isinstance(kind, str) or kind not in KEYS:
            yield Fault("unknown", here, str(kind)[:40])
            continue
        strange = sorted(str(key)[:40] for key in requirement.keys() - KEYS[kind] - {"kind", "title"})
        if strange:
            yield Fault("unknown", here, ", ".join(strange))
            continue
        if not _is_title(requirement.get("title")):
            yield Fault("impossible", here, "title")
        if kind in COMBINED:
            yield from _combination(requirement, here, depth)
        else:
            for detail in CHECKS[kind](requirement):
                yield Fault("impossible", here, detail)


def _combination(requirement: dict[str, Any], here: str, depth: int) -> Iterator[Fault]:
    parts = requirement.get("of")
    if not isinstance(parts, list) or not parts:
        yield Fault("empty", here, "of")
        return
    if requirement["kind"] == "n-of" and not _whole(requirement.get("n"), 1, len(parts)):
        yield Fault("impossible", here, "n")
    if depth >= MAX_DEPTH:
        yield Fault("impossible", here, "of")
        return
    yield from _faults(parts, f"{here}.of.", depth + 1)


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_title(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and bool(value.get("es"))
        and all(isinstance(text, str) and len(text) <= 200 for text in value.values())
    )


def _is_slug(value: Any) -> bool:
    return isinstance(value, str) and SLUG.fullmatch(value) is not None


def _are_numbers(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(_whole(number, 1, 99) for number in value)
        and len(set(value)) == len(value)
    )


def _document(requirement: dict[str, Any]) -> Iterator[str]:
    if not _is_slug(requirement.get("document")):
        yield "document"


def _course(requirement: dict[str, Any]) -> Iterator[str]:
    if not _is_slug(requirement.get("course")):
        yield "course"
    if requirement.get("modules") != "all-open" and not _are_numbers(requirement.get("modules")):
        yield "modules"


def _quiz(requirement: dict[str, Any]) -> Iterator[str]:
    if not _is_slug(requirement.get("course")):
        yield "course"
    if not _are_numbers(requirement.get("modules")):
        yield "modules"


def _hours(requirement: dict[str, Any]) -> Iterator[str]:
    minimum, minima = requirement.get("minimum"), requirement.get("minima", {})
    counts = requirement.get("counts", list(MENTORING))
    if minimum is None and not minima:
        yield "minimum"
    if minimum is not None and not _whole(minimum, 1, MAX_MINUTES):
        yield "minimum"
    if not isinstance(minima, dict):
        yield "minima"
        return
    for kind, minutes in minima.items():
        if kind not in HOURS or not _whole(minutes, 1, MAX_MINUTES):
            yield f"minima.{str(kind)[:40]}"
    if not isinstance(counts, list) or not counts or not all(isinstance(k, str) and k in HOURS for k in counts):
        yield "counts"
    if not _whole(requirement.get("mentors", 0), 0, 20):
        yield "mentors"


def _competency(requirement: dict[str, Any]) -> Iterator[str]:
    areas, codes = requirement.get("areas", []), requirement.get("codes", [])
    if not all(isinstance(x, list) and all(isinstance(code, str) for code in x) for x in (areas, codes)):
        yield "areas"
        return
    wanted = [*areas, *codes]
    if not wanted or len(set(wanted)) != len(wanted):
        yield "areas"
    if not _whole(requirement.get("level"), 1, 4):
        yield "level"
    if not _whole(requirement.get("at_least", max(1, len(wanted))), 1, max(1, len(wanted))):
        yield "at_least"
    if not _whole(requirement.get("per_area", 1), 1, 20):
        yield "per_area"
    sources = requirement.get("sources")
    if not isinstance(sources, list) or not sources or not all(source in SOURCES for source in sources):
        yield "sources"


CHECKS = {"document": _document, "course": _course, "quiz": _quiz, "hours": _hours, "competency": _competency}
