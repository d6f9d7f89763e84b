"""What a person sees of a sheet: while it is open, nothing that tells right from wrong; once submitted, what was what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.bank.models import QuestionVersion
from assessments.quizzes import rules
from assessments.quizzes.rules import Item


@dataclass(frozen=True, slots=True)
class OpenChoice:
    """A choice of an open sheet: its key, its HTML, whether it is picked now. Neither score nor feedback."""

    key: str
    html: str
    picked: bool


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question of an open sheet."""

    position: int
    stem: str
    several: bool
    choices: list[OpenChoice]

    @property
    def answered(self) -> bool:
        """Whether something is picked."""
        return any(choice.picked for choice in self.choices)


@dataclass(frozen=True, slots=True)
class JudgedChoice:
    """A choice of a submitted sheet. `feedback` only where it was picked; `tone` as the component `choice` takes it."""

    key: str
    html: str
    picked: bool
    best: bool
    tone: str | None  # ok | warn | stop; None: neither picked nor best
    feedback: str | None


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question of a submitted sheet, with its score in hundredths of a per cent."""

    position: int
    stem: str
    several: bool
    choices: list[JudgedChoice]
    score: int
    answered: bool


def _by_key(version: QuestionVersion) -> dict[str, dict[str, Any]]:
    return {choice["key"]: choice for choice in version.choices}


def open_sheet(
    items: Sequence[Item], versions: Mapping[str, QuestionVersion], answers: Mapping[int, Sequence[str]]
) -> list[OpenQuestion]:
    """The questions of an open attempt in their order."""
    sheet = []
    for position, item in enumerate(items):
        choices, picked = _by_key(versions[item.question]), answers.get(position, ())
        shown = [OpenChoice(key, choices[key]["html"], key in picked) for key in item.choices]
        sheet.append(OpenQuestion(position, versions[item.question].stem, rules.takes_several(item.kind), shown))
    return sheet


def judged_sheet(
    items: Sequence[Item], versions: Mapping[str, QuestionVersion], answers: Mapping[int, Sequence[str]]
) -> list[JudgedQuestion]:
    """The questions of a submitted attempt, each with what was picked, what it was worth, and which was best."""
    sheet = []
    for position, item in enumerate(items):
        choices, picked = _by_key(versions[item.question]), answers.get(position, ())
        scores = {key: choice["score"] for key, choice in choices.items()}
        best = rules.best_keys(item.kind, scores)
        shown = [
            JudgedChoice(
                key,
                choices[key]["html"],
                key in picked,
                key in best,
                _tone(scores[key], key in picked, key in best),
                choices[key]["feedback"] if key in picked else None,
            )
            for key in item.choices
        ]
        score = rules.score(item.kind, scores, picked)
        stem = versions[item.question].stem
        sheet.append(JudgedQuestion(position, stem, rules.takes_several(item.kind), shown, score, bool(picked)))
    return sheet


def _tone(score: int, picked: bool, best: bool) -> str | None:
    if best:
        return "ok"
    if not picked:
        return None
    return "warn" if score > 0 else "stop"
