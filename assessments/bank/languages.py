"""The same questions in another language: what does not match the Spanish ones, with its line."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l

from assessments.bank.source import QuizSource, SourceQuestion
from courses.catalogue.source import Fault


def mismatches(spanish: QuizSource, other: QuizSource, file: str) -> list[Fault]:
    """How the questions of `file` differ from the Spanish ones in anything but their words."""
    return [Fault(file, line, sentence) for line, sentence in _mismatches(spanish, other)]


def _mismatches(spanish: QuizSource, other: QuizSource) -> Iterator[tuple[int, Any]]:
    names, there = [one.name for one in spanish.questions], [one.name for one in other.questions]
    for question in other.questions:
        if question.name not in names:
            yield question.line, _l("En questions.md no hay ninguna pregunta «%(name)s».", name=question.name)
    for name in names:
        if name not in there:
            yield 1, _l("Falta la pregunta «%(name)s», que está en questions.md.", name=name)
    if sorted(names) != sorted(there):
        return
    for question, same in zip(other.questions, spanish.questions, strict=True):
        if question.name != same.name:  # what follows would only say this again
            sentence = _l("Las preguntas siguen el orden de questions.md: aquí va «%(name)s».", name=same.name)
            yield question.line, sentence
            return
        yield from _different(question, same)


def _different(question: SourceQuestion, same: SourceQuestion) -> Iterator[tuple[int, Any]]:
    if question.kind != same.kind:
        yield question.line, _l("En questions.md esta pregunta es de la clase «%(kind)s».", kind=same.kind)
    if question.competency != same.competency:
        code = same.competency
        yield question.line, _l("En questions.md esta pregunta es de la competencia %(code)s.", code=code)
    if (count := len(same.choices)) != len(question.choices):
        yield question.line, _l("En questions.md esta pregunta tiene %(count)s opciones.", count=count)
        return
    for choice, twin in zip(question.choices, same.choices, strict=True):
        if question.kind == same.kind and choice.score != twin.score:
            yield (
                choice.line,
                _l("En questions.md la opción de este lugar lleva %(mark)s.", mark=_mark(same, twin.score)),
            )


def _mark(question: SourceQuestion, score: int) -> str:
    if question.kind == "situation":
        return f"[{score // 100}]"
    return "[x]" if score > 0 else "[ ]"
