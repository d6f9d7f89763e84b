"""What a person sees of a sheet: while it is open, nothing that tells right from wrong; once submitted, what was what."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assessments.bank.queries import Wording
from assessments.quizzes import rules
from assessments.quizzes.rules import Item


class OpenChoice(NamedTuple):
    """A choice of an open sheet: its id on the page, its key, its HTML, whether it is picked now. Neither score nor feedback."""

    id: str
    key: str
    html: str
    picked: bool


class OpenQuestion(NamedTuple):
    """A question of an open sheet, in the language `locale`."""

    position: int
    locale: str
    stem: str
    several: bool
    choices: list[OpenChoice]


class JudgedChoice(NamedTuple):
    """A choice of a submitted sheet. `feedback` only where it was picked."""

    id: str
    key: str
    html: str
    picked: bool
    verdict: str | None  # best | part | wrong: it was picked and is that; missed: it is best; None: neither
    feedback: str | None


class JudgedQuestion(NamedTuple):
    """A question of a submitted sheet, in the language `locale`, with its score in hundredths of a per cent."""

    position: int
    locale: str
    stem: str
    several: bool
    choices: list[JudgedChoice]
    score: int
    answered: bool


def open_sheet(
    items: Sequence[Item], wordings: Mapping[str, Wording], answers: Mapping[int, Sequence[str]], locale: str
) -> list[OpenQuestion]:
    """The questions of an open attempt in their order, in the reader's language where they have it."""
    sheet = []
    for position, item in enumerate(items):
        wording, picked = wordings[item.question].said_in(locale), answers.get(position, ())
        shown = [OpenChoice(_id(position, key), key, wording.choices[key].html, key in picked) for key in item.choices]
        sheet.append(OpenQuestion(position, wording.locale, wording.stem, rules.takes_several(item.kind), shown))
    return sheet


def judged_sheet(
    items: Sequence[Item], wordings: Mapping[str, Wording], answers: Mapping[int, Sequence[str]], locale: str
) -> list[JudgedQuestion]:
    """The questions of a submitted attempt, each with what was picked, what it was worth, and which was best."""
    sheet = []
    for position, item in enumerate(items):
        wording, picked = wordings[item.question].said_in(locale), answers.get(position, ())
        scores = wording.scores()
        best = rules.best_keys(item.kind, scores)
        shown = []
        for key in item.choices:
            choice, is_picked = wording.choices[key], key in picked
            verdict = _verdict(choice.score, is_picked, key in best)
            feedback = choice.feedback if is_picked else None
            shown.append(JudgedChoice(_id(position, key), key, choice.html, is_picked, verdict, feedback))
        score, several = rules.score(item.kind, scores, picked), rules.takes_several(item.kind)
        sheet.append(JudgedQuestion(position, wording.locale, wording.stem, several, shown, score, bool(picked)))
    return sheet


def _id(position: int, key: str) -> str:
    return f"q{position}-{key}"


def _verdict(score: int, picked: bool, best: bool) -> str | None:
    if best:
        return "best" if picked else "missed"
    if not picked:
        return None
    return "part" if score > 0 else "wrong"
