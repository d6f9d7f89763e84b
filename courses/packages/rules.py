"""What a package tells, held to what can be true: its report becomes a standing."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

LONGEST_DAY = 86_400  # seconds that one window can have lasted
SLACK = 60  # seconds by which a package's clock may run ahead of ours
WHOLE = 10_000  # hundredths of a percent
LARGEST_STATE = 300_000  # bytes of JSON; the standards let suspend_data have 64,000 signs


@dataclass(frozen=True, slots=True)
class Standing:
    """How far somebody is, as a package tells it."""

    completion: str = "unknown"
    success: str = "unknown"
    score: int | None = None  # hundredths of a percent
    seconds: int = 0

    @property
    def done(self) -> bool:
        """Whether the lesson counts as done: completed or passed, and not failed."""
        return self.success != "failed" and (self.completion == "completed" or self.success == "passed")


def standing(report: dict[str, Any], *, open_for: int) -> Standing:
    """The standing in a report of scorm-again; `open_for`: seconds since the window opened.

    What is missing or absurd in it counts as not said: a package is not believed beyond what it can know.
    """
    completion, success = report.get("completionStatus"), report.get("successStatus")
    return Standing(
        completion=completion if completion in ("incomplete", "completed") else "unknown",
        success=success if success in ("passed", "failed") else "unknown",
        score=scored(report.get("score")),
        seconds=min(_seconds(report.get("sessionSeconds")), open_for + SLACK, LONGEST_DAY),
    )


def scored(score: Any) -> int | None:
    """A score as hundredths of a percent: scaled where the package scales it, else raw between its bounds (0 to 100)."""
    if not isinstance(score, dict):
        return None
    if (scaled := _number(score.get("scaled"))) is not None:
        return round(min(max(scaled, 0.0), 1.0) * WHOLE)
    raw, low, high = (_number(score.get(name)) for name in ("raw", "min", "max"))
    if raw is None:
        return None
    low, high = low or 0.0, 100.0 if high is None else high
    if high <= low:
        return None
    return round(min(max((raw - low) / (high - low), 0.0), 1.0) * WHOLE)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None or value == "":
        return None
    try:
        found = float(str(value)[:20])
    except ValueError:
        return None
    return found if isfinite(found) else None


def _seconds(value: Any) -> int:
    found = _number(value)
    return int(found) if found is not None and found > 0 else 0


def sequence(report: dict[str, Any]) -> int:
    """The how-manieth report of its window it is."""
    found = report.get("sequence")
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 < found < 2**31 else 0


def given_back(
    standard: str, state: dict[str, Any], data: dict[str, Any], *, who: str, name: str, seconds: int
) -> dict[str, Any]:
    """What the run-time begins with: what the package noted, with what only the platform may say of it."""
    return (
        _given_back_1_2(state, data, who, name, seconds)
        if standard == "1.2"
        else _given_back_2004(state, data, who, name, seconds)
    )


def _given_back_1_2(state: dict[str, Any], data: dict[str, Any], who: str, name: str, seconds: int) -> dict[str, Any]:
    core = {
        key: value
        for key, value in _part(state, "core").items()
        if key in ("lesson_location", "lesson_status", "score")
    }
    status = core.get("lesson_status") or "not attempted"
    core |= {
        "student_id": who,
        "student_name": name,
        "credit": "credit",
        "lesson_mode": "normal",
        "lesson_status": status,
        "entry": "resume" if state else "ab-initio",
        "total_time": f"{seconds // 3600:04}:{seconds // 60 % 60:02}:{seconds % 60:02}",
    }
    limits = ("mastery_score", "max_time_allowed", "time_limit_action")
    return {
        **{key: state[key] for key in ("suspend_data", "comments", "objectives") if state.get(key)},
        "core": core,
        "launch_data": data.get("launch_data", ""),
        "student_data": {key: data[key] for key in limits if key in data},
        "student_preference": _part(state, "student_preference"),
    }


KEPT_2004 = (
    "location", "suspend_data", "completion_status", "success_status", "progress_measure", "score", "objectives",
    "interactions", "learner_preference", "comments_from_learner",
)  # fmt: skip


def _given_back_2004(state: dict[str, Any], data: dict[str, Any], who: str, name: str, seconds: int) -> dict[str, Any]:
    found = {key: state[key] for key in KEPT_2004 if state.get(key)}
    found |= {
        "learner_id": who,
        "learner_name": name,
        "credit": "credit",
        "mode": "normal",
        "entry": "resume" if state else "ab-initio",
        "total_time": f"PT{seconds // 3600}H{seconds // 60 % 60}M{seconds % 60}S",
    }
    return found | {key: data[key] for key in ("launch_data", "scaled_passing_score") if key in data}


def _part(state: dict[str, Any], name: str) -> dict[str, Any]:
    found = state.get(name)
    return found if isinstance(found, dict) else {}
