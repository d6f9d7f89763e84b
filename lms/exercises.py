"""Blocks of a lesson with which one does something: a scenario with branches, a check of one's own, cards to sort.

They are HTML that works without script: choices are `<details>` that open, ways of a scenario are links to its steps. The page's
script shows one step at a time. docs/content.md describes how each is written.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import escape

KINDS = ("scenario", "check", "sort")
MOST_STEPS, MOST_CHOICES = 20, 12
Convert = Callable[[str], str]
Note = Callable[[int, Any], None]

_STEP = re.compile(r"---\s*([a-z0-9]+(?:-[a-z0-9]+)*)\s*")
_WAY = re.compile(r"-\s+(.+?)\s*(?:→|->)\s*([a-z0-9]+(?:-[a-z0-9]+)*)\s*")
_NEARLY = re.compile(r"---\s*\S|-\s.*(?:→|->)\s*\S+\s*$")  # meant as a step, or as a way to one
_CHOICE = re.compile(r"-\s+\[([ x])\]\s+(.+)")
_PILE = re.compile(r"=\s+(.+)")
_CARD = re.compile(r"-\s+(.+)")
_WHY = re.compile(r"\s+>\s+(.+)")
RIGHT = {"es": "Sí.", "en": "Yes."}
WRONG = {"es": "No del todo.", "en": "Not quite."}
PILES = {"es": "Montones", "en": "Piles"}


@dataclass(slots=True)
class _Way:
    """A choice: its words, where it leads or whether it fits, and what is said of it."""

    line: int
    words: str
    mark: str
    why: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Step:
    """A step of a scenario: its text and the ways out of it."""

    line: int
    name: str
    text: list[str] = field(default_factory=list)
    ways: list[_Way] = field(default_factory=list)


def render(kind: str, number: int, lines: list[str], locale: str, convert: Convert, note: Note) -> str:
    """The HTML of a block: the `number`-th of its text. `note(line, sentence)` takes what is wrong, lines from 0."""
    make = {"scenario": _scenario, "check": _check, "sort": _sort}[kind]
    return make(number, lines, locale, convert, note)


def _scenario(number: int, lines: list[str], _locale: str, convert: Convert, note: Note) -> str:
    steps = list(_steps(lines, note))
    names = [step.name for step in steps]
    if not 2 <= len(steps) <= MOST_STEPS:
        note(0, _l("Un escenario tiene entre 2 y %(most)s pasos: líneas «--- nombre».", most=MOST_STEPS))
    reached = {names[0]} if names else set()
    for step in steps:
        if names.count(step.name) > 1:
            note(step.line, _l("Otro paso del escenario se llama también «%(name)s».", name=step.name))
        for way in step.ways:
            reached.add(way.mark)
            if way.mark not in names:
                note(way.line, _l("Ningún paso del escenario se llama «%(name)s».", name=way.mark))
    for step in steps:
        if step.name not in reached:
            note(step.line, _l("A este paso del escenario no lleva ninguna opción."))
    return "".join(
        f'<section class="scenario-step" id="s{number}-{step.name}">{convert(chr(10).join(step.text))}{_ways(number, step)}</section>'
        for step in steps
    )


def _ways(number: int, step: _Step) -> str:
    links = "".join(f'<li><a href="#s{number}-{way.mark}">{escape(way.words)}</a></li>' for way in step.ways)
    return f'<ul class="ways">{links}</ul>' if links else ""


def _steps(lines: list[str], note: Note) -> Iterator[_Step]:
    step: _Step | None = None
    for line_number, line in enumerate(lines):
        if found := _STEP.fullmatch(line):
            if step is not None:
                yield step
            step = _Step(line_number, found[1])
        elif step is None:
            if line.strip():
                note(line_number, _l("El escenario empieza con el nombre de su primer paso: --- inicio"))
                return
        elif found := _WAY.fullmatch(line):
            step.ways.append(_Way(line_number, found[1], found[2]))
        elif _NEARLY.match(line):
            note(
                line_number, _l("El nombre de un paso lleva solo minúsculas sin acentos, cifras y guiones: --- inicio")
            )
        else:
            step.text.append(line)
    if step is not None:
        yield step


def _check(_number: int, lines: list[str], locale: str, convert: Convert, note: Note) -> str:
    stem: list[str] = []
    choices: list[_Way] = []
    _gather(lines, _CHOICE, choices, stem, note)
    if not 2 <= len(choices) <= MOST_CHOICES or not any(choice.mark == "x" for choice in choices):
        note(0, _l("Hacen falta entre 2 y %(most)s opciones, y al menos una con [x].", most=MOST_CHOICES))
    said = {"x": RIGHT, " ": WRONG}
    return convert("\n".join(stem)) + "".join(
        _opening(choice, f"**{said[choice.mark].get(locale, said[choice.mark]['es'])}** ", convert)
        for choice in choices
    )


def _sort(_number: int, lines: list[str], locale: str, convert: Convert, note: Note) -> str:
    stem: list[str] = []
    piles: list[str] = []
    cards: list[_Way] = []
    for line_number, line in enumerate(lines):
        if found := _PILE.fullmatch(line):
            piles.append(found[1].strip())
        elif (found := _CARD.fullmatch(line)) and piles:
            cards.append(_Way(line_number, found[1], piles[-1]))
        elif (found := _WHY.fullmatch(line)) and cards:
            cards[-1].why.append(found[1])
        elif not piles:
            stem.append(line)
        elif line.strip():
            note(
                line_number,
                _l("Esta línea no es un montón (= Nombre), una tarjeta (- Texto) ni su porqué (  > Texto)."),
            )
    if not 2 <= len(piles) <= MOST_CHOICES or not 2 <= len(cards) <= 2 * MOST_CHOICES:
        note(0, _l("Hacen falta al menos dos montones (= Nombre) y dos tarjetas (- Texto)."))
    # In an order of its own, the same for everybody: by their words, so that piles do not lie together.
    cards.sort(key=lambda card: card.words[::-1])
    names = " · ".join(f"**{pile}**" for pile in piles)
    head = convert("\n".join(stem)) + convert(f"{PILES.get(locale, PILES['es'])}: {names}")
    return head + "".join(_opening(card, f"**{card.mark}.** ", convert) for card in cards)


def _gather(lines: list[str], shape: re.Pattern[str], choices: list[_Way], stem: list[str], note: Note) -> None:
    for line_number, line in enumerate(lines):
        if found := shape.fullmatch(line):
            choices.append(_Way(line_number, found[2], found[1]))
        elif (found := _WHY.fullmatch(line)) and choices:
            choices[-1].why.append(found[1])
        elif not choices:
            stem.append(line)
        elif line.strip():
            note(line_number, _l("Esta línea no es una opción (- [ ] Texto) ni lo que se dice de ella (  > Texto)."))
    for choice in choices:
        if not choice.why:
            note(choice.line, _l("A esta opción le falta lo que se dice a quien la elige: una línea «  > Texto»."))


def _opening(way: _Way, before: str, convert: Convert) -> str:
    inner = convert(before + " ".join(way.why))
    return f'<details class="way"><summary>{escape(way.words)}</summary>{inner}</details>'
