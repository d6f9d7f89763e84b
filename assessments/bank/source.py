"""Reads questions.md and questions.en.md (docs/content.md): text in, values out, with file and line of whatever is wrong."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from assessments.competencies.framework import framework
from courses.catalogue.front_matter import Head, split
from courses.catalogue.source import Fault
from lms import markup

KINDS = ("situation", "single", "multiple", "boolean")
FULL = 10_000  # a whole score, in hundredths of a per cent
MOST_BYTES = 250_000
MOST_QUESTIONS = 500
MOST_CHOICES = 12
MOST_FAULTS = 200

_HEADING = re.compile(r"##\s+(\S+)\s+·\s+(\S+)\s*")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COMPETENCY = re.compile(r"competency:\s*(\d{1,2}\.\d{1,2})\s*")
_CHOICE = re.compile(r"- \[([^\]]{0,8})\]\s*(.*)")


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """A choice, with its texts as HTML. `score`, in hundredths of a per cent: graded, full or 0, or ± a share of several."""

    text: str  # as written: it gives the choice its key
    html: str
    score: int
    feedback: str
    line: int


@dataclass(frozen=True, slots=True)
class SourceQuestion:
    """A question; `stem` is HTML."""

    name: str
    kind: str
    competency: str
    stem: str
    choices: tuple[SourceChoice, ...]
    line: int


@dataclass(frozen=True, slots=True)
class QuizSource:
    """A whole questions.md. `pass_mark` in hundredths of a per cent.

    `translations`: the same questions in other languages, by locale; a translation has no rules of its own.
    """

    title: str
    pass_mark: int
    attempts: int
    draw: int
    questions: tuple[SourceQuestion, ...]
    translations: Mapping[str, "QuizSource"] = field(default_factory=dict)


def parse(text: str, file: str = "questions.md", locale: str = "es") -> tuple[QuizSource, list[Fault]]:
    """The quiz that `text` describes and all that is wrong with it; it may be used only if nothing is."""
    if len(text.encode()) > MOST_BYTES:
        too_big = _l("El archivo ocupa demasiado (%(most)s bytes como mucho).", most=MOST_BYTES)
        return QuizSource("", 0, 0, 0, ()), [Fault(file, 1, too_big)]
    reader = _Reader(file, locale)
    if any(ord(sign) < 32 and sign not in "\r\n\t" for sign in text):
        reader.fault(1, _l("El archivo tiene caracteres de control que no se pueden guardar."))
    quiz = reader.quiz(text)
    return quiz, sorted(reader.faults, key=lambda fault: fault.line)[:MOST_FAULTS]


@dataclass
class _Choice:
    mark: str
    line: int
    text: list[str]
    feedback: list[str] = field(default_factory=list)
    feedback_line: int = 0


@dataclass
class _Block:
    name: str
    kind: str
    line: int
    competency: str = ""
    stem: list[str] = field(default_factory=list)
    stem_line: int = 0
    choices: list[_Choice] = field(default_factory=list)

    def take(self, number: int, line: str, fault: Callable[[int, Any], None]) -> None:
        """Put a line where it belongs."""
        text = line.strip()
        if not self.competency and not self.stem and (found := _COMPETENCY.fullmatch(line)):
            self.competency = found[1]
        elif found := _CHOICE.fullmatch(line):
            self.choices.append(_Choice(found[1].strip(), number, [found[2].strip()]))
        elif not self.choices:
            if text or self.stem:
                self.stem.append(line)
                self.stem_line = self.stem_line or number
        elif text.startswith(">"):
            self.choices[-1].feedback.append(text[1:].strip())
            self.choices[-1].feedback_line = self.choices[-1].feedback_line or number
        elif text and line.startswith("  ") and not self.choices[-1].feedback:
            self.choices[-1].text.append(text)
        elif text:
            fault(number, _l("Después de una opción va su comentario («  > …»), otra opción u otra pregunta."))


class _Reader:
    """Reads one file, gathering faults."""

    def __init__(self, file: str, locale: str) -> None:
        self.file = file
        self.locale = locale
        self.faults: list[Fault] = []

    def fault(self, line: int, sentence: Any) -> None:
        self.faults.append(Fault(self.file, line, sentence))

    def quiz(self, text: str) -> QuizSource:
        head, faults = split(Path(self.file), text)
        for line, sentence in faults:
            self.fault(line, sentence)
        if not head.text("title"):
            self.fault(head.line("title"), _l("Falta «%(key)s».", key="title"))
        pass_mark, attempts, draw = self._rules(head)
        blocks = self._blocks(head)
        first: dict[str, int] = {}
        for block in blocks:
            if block.name in first:
                self.fault(block.line, _l("Ya hay otra pregunta «%(name)s» en la línea %(line)s.", name=block.name, line=first[block.name]))  # fmt: skip
            first.setdefault(block.name, block.line)
        if draw > len(blocks) and not self.faults:
            self.fault(
                head.line("draw"), _l("«draw» pide %(draw)s preguntas y hay %(count)s.", draw=draw, count=len(blocks))
            )
        questions = tuple(self._question(block) for block in blocks)
        return QuizSource(head.text("title"), pass_mark, attempts, draw, questions)

    def _rules(self, head: Head) -> tuple[int, int, int]:
        """Pass mark, attempts and how many are drawn: said once, in Spanish, for all languages."""
        if self.locale == "es":
            return (
                self._whole(head, "pass", 1, 100) * 100,
                self._whole(head, "attempts", 1, 20),
                self._whole(head, "draw", 1, MOST_QUESTIONS),
            )
        for key in head.values.keys() & {"pass", "attempts", "draw"}:
            self.fault(
                head.line(key), _l("«%(key)s» vale para todos los idiomas y se escribe solo en questions.md.", key=key)
            )
        return 0, 0, 0

    def _whole(self, head: Head, key: str, low: int, high: int) -> int:
        text = head.text(key)
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
        if not low <= value <= high:
            self.fault(
                head.line(key), _l("«%(key)s» es un número entero de %(low)s a %(high)s.", key=key, low=low, high=high)
            )
            return 0
        return value

    def _blocks(self, head: Head) -> list[_Block]:
        """The questions, roughly: what belongs to which."""
        blocks: list[_Block] = []
        skipping = False
        for number, line in enumerate(head.body.splitlines(), head.body_line):
            if line.startswith("## "):
                heading = _HEADING.fullmatch(line)
                skipping = heading is None or len(blocks) >= MOST_QUESTIONS
                if heading is None:
                    self.fault(number, _l("Una pregunta empieza con «## nombre · clase»."))
                elif skipping:
                    self.fault(number, _l("Una prueba tiene como mucho %(most)s preguntas.", most=MOST_QUESTIONS))
                    break
                else:
                    blocks.append(_Block(heading[1], heading[2], number))
            elif not skipping and blocks:
                blocks[-1].take(number, line, self.fault)
            elif not skipping and line.strip():
                self.fault(
                    number, _l("Este texto no es de ninguna pregunta: está antes del primer «## nombre · clase».")
                )
        if not blocks and not self.faults:
            self.fault(head.body_line, _l("No hay ninguna pregunta."))
        return blocks

    def _question(self, block: _Block) -> SourceQuestion:
        if not _NAME.fullmatch(block.name) or len(block.name) > 80:
            self.fault(block.line, _l("El nombre de una pregunta solo lleva minúsculas sin acentos, cifras y guiones."))
        if block.kind not in KINDS:
            words = ", ".join(KINDS)
            self.fault(
                block.line,
                _l("No hay preguntas de la clase «%(kind)s». Usa %(words)s.", kind=block.kind[:40], words=words),
            )
        if not block.competency:
            self.fault(block.line, _l("Falta la línea «competency: 1.2»."))
        elif block.competency not in framework().by_code:
            self.fault(
                block.line, _l("La competencia %(code)s no está en el marco de competencias.", code=block.competency)
            )
        if not block.stem:
            self.fault(block.line, _l("La pregunta no tiene texto."))
        if not 2 <= len(block.choices) <= MOST_CHOICES:
            self.fault(block.line, _l("Una pregunta tiene de 2 a %(most)s opciones.", most=MOST_CHOICES))
        scores = self._graded(block) if block.kind == "situation" else self._marked(block)
        seen: set[str] = set()
        choices = tuple(self._choice(one, score, seen) for one, score in zip(block.choices, scores, strict=True))
        stem = self._html("\n".join(block.stem), block.stem_line)
        return SourceQuestion(block.name, block.kind, block.competency, stem, choices, block.line)

    def _choice(self, choice: _Choice, score: int, seen: set[str]) -> SourceChoice:
        text, feedback = " ".join(choice.text).strip(), " ".join(choice.feedback).strip()
        if not text:
            self.fault(choice.line, _l("La opción no tiene texto."))
        elif text in seen:
            self.fault(choice.line, _l("Hay dos opciones iguales en esta pregunta."))
        seen.add(text)
        if not feedback:
            self.fault(choice.line, _l("A la opción le falta su comentario («  > …»)."))
        html = self._phrase(text, choice.line)
        comment = self._phrase(feedback, choice.feedback_line or choice.line)
        return SourceChoice(text, html, score, comment, choice.line)

    def _graded(self, block: _Block) -> list[int]:
        scores = []
        for choice in block.choices:
            sound = choice.mark.isascii() and choice.mark.isdigit() and int(choice.mark) <= 100
            if not sound:
                self.fault(choice.line, _l("La opción de una situación lleva su valor, de [0] a [100]."))
            scores.append(int(choice.mark) * 100 if sound else 0)
        if scores.count(FULL) != 1:
            self.fault(block.line, _l("En una situación hay exactamente una opción que vale 100."))
        return scores

    def _marked(self, block: _Block) -> list[int]:
        for choice in block.choices:
            if choice.mark not in ("x", ""):
                self.fault(choice.line, _l("Una opción se marca con [x] si es correcta y con [ ] si no lo es."))
        right = sum(choice.mark == "x" for choice in block.choices)
        if block.kind == "multiple":
            if right < 2:
                self.fault(block.line, _l("En una pregunta «multiple» hay al menos dos opciones correctas."))
            share = round(FULL / max(right, 1))
            return [share if choice.mark == "x" else -share for choice in block.choices]
        if right != 1:
            self.fault(block.line, _l("En esta clase de pregunta hay exactamente una opción correcta."))
        if block.kind == "boolean" and len(block.choices) != 2:
            self.fault(block.line, _l("En una pregunta «boolean» hay exactamente dos opciones."))
        return [FULL if choice.mark == "x" else 0 for choice in block.choices]

    def _html(self, text: str, line: int) -> str:
        converted = markup.convert(text, locale=self.locale, first_line=max(line, 1))
        for fault in converted.faults:
            self.fault(fault.line, fault.sentence)
        return converted.html

    def _phrase(self, text: str, line: int) -> str:
        """The HTML of one paragraph without its <p>, so that it fits into a label."""
        html = self._html(text, line).strip()
        if text and (html.count("<p>"), html[:3], html[-4:]) != (1, "<p>", "</p>"):
            self.fault(
                line, _l("Una opción y su comentario son una sola frase o párrafo, sin listas, títulos ni citas.")
            )
        return html.removeprefix("<p>").removesuffix("</p>")
