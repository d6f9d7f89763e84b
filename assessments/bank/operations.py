"""Questions enter the bank: from the questions.md of a course's modules into versions and quizzes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select

from assessments.bank.languages import mismatches
from assessments.bank.models import Question, QuestionVersion
from assessments.bank.source import MOST_BYTES, QuizSource, SourceQuestion, parse
from assessments.quizzes.models import Quiz
from courses.catalogue.models import CourseVersion, Module
from courses.catalogue.operations import ContentError
from courses.catalogue.source import Fault
from lms.audit import fingerprint
from lms.db import db
from lms.i18n import LOCALES
from lms.ids import new_id

Sides = Mapping[str, SourceQuestion]  # a question in other languages, by locale


def import_questions(version: CourseVersion, folder: Path, *, now: datetime) -> dict[str, int]:
    """Bring the bank and the quizzes of `version` to what the course folder's `*/questions.md` say,
    and their translations (`questions.en.md`).

    Importing the same again changes nothing; a new wording becomes a new question version, and what was drawn before keeps
    the old one. Returns `{"questions": new, "versions": new, "quizzes": new or changed}`.
    Raises ContentError with every fault of every file, each as `file:line: sentence`; then nothing is imported.
    """
    modules = {
        module.number: module for module in db.session.scalars(select(Module).where(Module.version_id == version.id))
    }
    sources, faults = read_questions(folder.resolve(), {number: module.slug for number, module in modules.items()})
    if faults:
        raise ContentError(faults)
    return keep_questions(version, sources, now=now)


def keep_questions(version: CourseVersion, sources: Mapping[int, QuizSource], *, now: datetime) -> dict[str, int]:
    """Bring the bank and the quizzes of `version` to what was read without a fault, by module number."""
    modules = {
        module.number: module for module in db.session.scalars(select(Module).where(Module.version_id == version.id))
    }
    questions = [sides for source in sources.values() for sides in _sides(source)]
    added, ids = _versions(version.course_id, questions, now)
    quizzes = sum(_quiz(modules[number], source, ids) for number, source in sources.items())
    db.session.flush()
    return {**added, "quizzes": quizzes}


def read_questions(folder: Path, modules: Mapping[int, str]) -> tuple[dict[int, QuizSource], list[Fault]]:
    """Module number → its quiz, for each module folder with a questions.md, and all that is wrong. `modules`: their slugs."""
    sources: dict[int, QuizSource] = {}
    faults: list[Fault] = []
    named: dict[str, str] = {}
    for path in sorted(folder.glob("*/questions.md")):
        file = f"{folder.name}/{path.relative_to(folder)}"
        number, _hyphen, slug = path.parent.name.partition("-")
        module = modules.get(int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else None
        if module is None or module != slug:
            faults.append(Fault(file, 1, _l("El curso no tiene ningún módulo «%(name)s».", name=path.parent.name)))
            continue
        source, found = _parsed(path, file)
        others, more = _translations(path, source, sound=not found)
        faults += [*found, *(replace(fault, file=f"{folder.name}/{path.parent.name}/{fault.file}") for fault in more)]
        source = replace(source, translations=others)
        for question in source.questions:
            if elsewhere := named.get(question.name):
                sentence = _l("Ya hay otra pregunta «%(name)s» en %(file)s.", name=question.name, file=elsewhere)
                faults.append(Fault(file, question.line, sentence))
        named |= {question.name: file for question in source.questions}
        sources[int(number)] = source
    for path in sorted(path for locale in LOCALES[1:] for path in folder.glob(f"*/questions.{locale}.md")):
        if not (path.parent / "questions.md").exists():
            sentence = _l("Falta questions.md: las preguntas en otro idioma van a su lado.")
            faults.append(Fault(f"{folder.name}/{path.relative_to(folder)}", 1, sentence))
    return sources, faults


def _translations(path: Path, spanish: QuizSource, *, sound: bool) -> tuple[dict[str, QuizSource], list[Fault]]:
    """The quiz at `path` in other languages, and what is wrong there; compared only if both can be read."""
    others: dict[str, QuizSource] = {}
    faults: list[Fault] = []
    for locale in LOCALES[1:]:
        beside = path.with_name(f"questions.{locale}.md")
        if beside.exists():
            others[locale], found = _parsed(beside, beside.name, locale)
            faults += found or (mismatches(spanish, others[locale], beside.name) if sound else [])
    return others, faults


def _parsed(path: Path, file: str, locale: str = "es") -> tuple[QuizSource, list[Fault]]:
    content = b"" if path.is_symlink() else path.read_bytes()[: MOST_BYTES + 1]
    try:
        return parse(content.decode("utf-8"), file, locale)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return QuizSource("", 0, 0, 0, ()), [Fault(file, line, _l("El archivo no es texto UTF-8."))]


def _sides(source: QuizSource) -> Iterator[tuple[SourceQuestion, Sides]]:
    """Each question with the same one in other languages."""
    for place, question in enumerate(source.questions):
        yield question, {locale: other.questions[place] for locale, other in source.translations.items()}


def _digest(question: SourceQuestion, others: Sides) -> str:
    choices = [[choice.text, choice.html, choice.score, choice.feedback] for choice in question.choices]
    said = _said(question, others)
    # A question that has no other language keeps the digest that it had before there were any.
    return fingerprint([question.kind, question.competency, question.stem, choices, *([said] if said else [])])


def _key(question: SourceQuestion, text: str) -> str:
    """A choice's name in the browser. It says nothing about the author's order, where the best often comes first."""
    return sha256(f"{question.name}\n{text}".encode()).hexdigest()[:10]


def _choices(question: SourceQuestion) -> list[dict[str, Any]]:
    return [
        {
            "key": _key(question, choice.text),
            "html": choice.html,
            "score": choice.score,
            "feedback": choice.feedback,
        }
        for choice in question.choices
    ]


def _said(question: SourceQuestion, others: Sides) -> dict[str, Any] | None:
    """A question's words in other languages, its choices by the keys of the Spanish ones."""
    keys = [_key(question, choice.text) for choice in question.choices]
    return {
        locale: {
            "stem": other.stem,
            "choices": {
                key: {"html": choice.html, "feedback": choice.feedback}
                for key, choice in zip(keys, other.choices, strict=True)
            },
        }
        for locale, other in others.items()
    } or None


def _versions(
    course_id: UUID, sources: Sequence[tuple[SourceQuestion, Sides]], now: datetime
) -> tuple[dict[str, int], dict[str, UUID]]:
    """Add what is new; return how much that was, and the version's id by question name."""
    known = {
        question.name: question
        for question in db.session.scalars(select(Question).where(Question.course_id == course_id))
    }
    fresh = [
        {"id": new_id(), "course_id": course_id, "name": source.name}
        for source, _others in sources
        if source.name not in known
    ]
    if fresh:
        db.session.execute(insert(Question), fresh)
    question_ids: dict[str, UUID] = {name: question.id for name, question in known.items()}
    question_ids |= {row["name"]: row["id"] for row in fresh}

    by_digest, numbers = _existing(question.id for question in known.values())
    rows, ids = [], {}
    for source, others in sources:
        question_id, digest = question_ids[source.name], _digest(source, others)
        if (question_id, digest) in by_digest:
            ids[source.name] = by_digest[question_id, digest]
            continue
        ids[source.name] = new_id()
        rows.append(
            {
                "id": ids[source.name],
                "question_id": question_id,
                "number": numbers.get(question_id, 0) + 1,
                "kind": source.kind,
                "competency": source.competency,
                "digest": digest,
                "stem": source.stem,
                "choices": _choices(source),
                "translations": _said(source, others),
                "created_at": now,
            }
        )
    if rows:
        db.session.execute(insert(QuestionVersion), rows)
    return {"questions": len(fresh), "versions": len(rows)}, ids


def _existing(question_ids: Iterable[UUID]) -> tuple[dict[tuple[UUID, str], UUID], dict[UUID, int]]:
    """Of these questions: version id by (question, digest), and the highest number of each."""
    versions = db.session.execute(
        select(QuestionVersion.id, QuestionVersion.question_id, QuestionVersion.digest, QuestionVersion.number).where(
            QuestionVersion.question_id.in_(list(question_ids))
        )
    ).all()
    numbers: dict[UUID, int] = {}
    for version in versions:
        numbers[version.question_id] = max(version.number, numbers.get(version.question_id, 0))
    return {(version.question_id, version.digest): version.id for version in versions}, numbers


def _quiz(module: Module, source: QuizSource, ids: dict[str, UUID]) -> bool:
    """Make the module's quiz, or bring it to what `source` says; whether anything changed."""
    wanted: dict[str, Any] = {
        "title": {"es": source.title, **{locale: other.title for locale, other in source.translations.items()}},
        "pass_mark": source.pass_mark,
        "attempts_allowed": source.attempts,
        "draw": source.draw,
        "question_ids": [str(ids[question.name]) for question in source.questions],
    }
    quiz = db.session.scalar(select(Quiz).where(Quiz.module_id == module.id))
    if quiz is None:
        db.session.add(Quiz(module_id=module.id, **wanted))
        return True
    changed = {name: value for name, value in wanted.items() if getattr(quiz, name) != value}
    for name, value in changed.items():
        setattr(quiz, name, value)
    return bool(changed)
