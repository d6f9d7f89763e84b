"""Quizzes decided: which sheet is drawn, what an answer is worth, whether one may begin. Scores are hundredths of a per cent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random

FULL = 10_000


@dataclass(frozen=True, slots=True)
class Drawable:
    """A question version as far as drawing goes: its id, kind, and the keys of its choices as the author wrote them."""

    id: str
    kind: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A question's place on a sheet: which version, and its choices in the order shown."""

    question: str
    kind: str
    choices: tuple[str, ...]


def draw_sheet(questions: Sequence[Drawable], draw: int, seed: int) -> list[Item]:
    """`draw` of `questions` without repeats (all, if there are fewer), in an order and with choices that `seed` decides.

    Choices are shuffled, except those of a boolean question: "true" and "false" keep their places.
    """
    chance = Random(seed)
    drawn = chance.sample(list(questions), min(draw, len(questions)))
    return [Item(question.id, question.kind, _order(question, chance)) for question in drawn]


def _order(question: Drawable, chance: Random) -> tuple[str, ...]:
    if question.kind == "boolean":
        return question.keys
    return tuple(chance.sample(question.keys, len(question.keys)))


def takes_several(kind: str) -> bool:
    """Whether more than one choice may be picked."""
    return kind == "multiple"


def stray_answers(sheet: Sequence[Item], given: Mapping[int, Collection[str]]) -> list[int]:
    """The positions of `given` that the sheet does not have, or whose choices it does not offer in that number."""
    stray = []
    for position, keys in given.items():
        if not 0 <= position < len(sheet):
            stray.append(position)
            continue
        item = sheet[position]
        if (
            len(set(keys)) != len(keys)
            or not set(keys) <= set(item.choices)
            or (len(keys) > 1 and not takes_several(item.kind))
        ):
            stray.append(position)
    return sorted(stray)


def clashing(
    seen: Mapping[int, Collection[str]], there: Mapping[int, Collection[str]], given: Mapping[int, Collection[str]]
) -> list[int]:
    """The positions of `given` at which something else was picked elsewhere since the page that gives it had `seen` it.

    What is `there` may be replaced by whoever has seen it; where both picked the same there is nothing to ask.
    """

    def picked(answers: Mapping[int, Collection[str]], position: int) -> frozenset[str]:
        return frozenset(answers.get(position, ()))

    return sorted(
        position
        for position, keys in given.items()
        if picked(there, position) not in (picked(seen, position), frozenset(keys))
    )


def score(kind: str, scores: Mapping[str, int], chosen: Collection[str]) -> int:
    """What picking `chosen` is worth, 0 to 10000. `scores`: each choice's own, by key (negative: a wrong one of several).

    One pick: its score. Several: the right ones share the whole, each wrong one takes back what a right one gives.
    """
    picked = [scores[key] for key in set(chosen)]
    if takes_several(kind):
        right = sum(value > 0 for value in scores.values())
        net = sum(1 if value > 0 else -1 for value in picked)
        return _rounded(FULL * max(net, 0), right) if right else 0
    return min(max(picked[0], 0), FULL) if len(picked) == 1 else 0


def total(scores: Sequence[int]) -> int:
    """The mean, rounded half up: every question weighs the same. 0 for an empty sheet."""
    return _rounded(sum(scores), len(scores)) if scores else 0


def _rounded(dividend: int, divisor: int) -> int:
    return (2 * dividend + divisor) // (2 * divisor)


def passed(score: int, pass_mark: int) -> bool:
    """Whether a score reaches the mark."""
    return score >= pass_mark


def may_start(used: int, allowed: int, passed: bool, open: bool) -> bool:
    """Whether a new attempt may begin: none is open, none has passed, and some are left. `used` counts the submitted ones."""
    return not open and not passed and used < allowed


def best_keys(kind: str, scores: Mapping[str, int]) -> frozenset[str]:
    """The choice with the highest score; of several, all the right ones."""
    if takes_several(kind):
        return frozenset(key for key, value in scores.items() if value > 0)
    top = max(scores.values(), default=0)
    return frozenset(key for key, value in scores.items() if value == top)
