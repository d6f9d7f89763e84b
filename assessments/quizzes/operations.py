"""Attempts begin, take answers and are submitted. What was drawn and what was judged never changes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from assessments.quizzes import queries, rules
from assessments.quizzes.models import Answer, Attempt, Quiz
from courses.learning.models import Enrolment
from lms import audit
from lms.db import db, insert_once
from lms.errors import Refusal
from lms.ids import new_id


class NoAttemptsLeft(Refusal):
    """All attempts allowed were used."""

    code = "no-attempts-left"
    sentence = _l(
        "Ya has usado los intentos de esta prueba. Habla con quien coordina tu edición para acordar el siguiente paso."
    )


class AlreadyPassed(Refusal):
    """An earlier attempt has passed; the result stands."""

    code = "already-passed"
    sentence = _l("Ya has superado esta prueba. Tu resultado queda guardado y no hace falta repetirla.")


class AttemptUnknown(Refusal):
    """There is no such attempt of this person."""

    code = "attempt-unknown"
    sentence = _l("Ese intento no existe. Vuelve al módulo y entra desde ahí.")


class AttemptSubmitted(Refusal):
    """The attempt was submitted before: it takes no more answers and is scored once."""

    code = "attempt-submitted"
    sentence = _l("Este intento ya está entregado. Lo que contestaste y su resultado no han cambiado.")


class NotOnSheet(Refusal):
    """An answer names a question or a choice that the sheet does not have."""

    code = "answer-not-on-sheet"
    sentence = _l("Esa respuesta no es de esta prueba. Vuelve a cargar la página y elige de nuevo.")


def start(quiz_id: UUID, enrolment: Enrolment, *, now: datetime, seed: int) -> Attempt:
    """The open attempt of this enrolment at the quiz: the one there is, or a new one on a freshly drawn, frozen sheet.

    `seed` (0 to 2³¹−1) decides the draw. Two starts at once give the same attempt.
    Raises AlreadyPassed, NoAttemptsLeft.
    """
    quiz = db.session.get_one(Quiz, quiz_id)
    earlier = queries.attempts(quiz_id, enrolment.id)
    if found := _open(earlier):
        return found
    _may_start(quiz, earlier)
    attempt_id = new_id()
    began = insert_once(
        Attempt,
        {
            "id": attempt_id,
            "federation_id": enrolment.federation_id,
            "quiz_id": quiz_id,
            "enrolment_id": enrolment.id,
            "person_id": enrolment.person_id,
            "number": len(earlier) + 1,
            "seed": seed,
            "pass_mark": quiz.pass_mark,
            "sheet": _sheet(quiz, seed),
            "state": "open",
            "began_at": now,
        },
    )
    if began:
        return db.session.get_one(Attempt, attempt_id)
    earlier = queries.attempts(quiz_id, enrolment.id)  # somebody else's start was quicker
    if found := _open(earlier):
        return found
    _may_start(quiz, earlier)
    raise AttemptSubmitted


def _open(attempts: Sequence[Attempt]) -> Attempt | None:
    return next((attempt for attempt in attempts if attempt.state == "open"), None)


def _may_start(quiz: Quiz, earlier: Sequence[Attempt]) -> None:
    passed = any(attempt.passed for attempt in earlier)
    if not rules.may_start(len(earlier), quiz.attempts_allowed, passed, open=False):
        raise AlreadyPassed if passed else NoAttemptsLeft


def _sheet(quiz: Quiz, seed: int) -> list[dict[str, Any]]:
    versions = queries.versions(quiz.question_ids)
    drawable = [
        rules.Drawable(id_, versions[id_].kind, tuple(choice["key"] for choice in versions[id_].choices))
        for id_ in quiz.question_ids
    ]
    return [
        {"question": item.question, "kind": item.kind, "choices": list(item.choices)}
        for item in rules.draw_sheet(drawable, quiz.draw, seed)
    ]


def save_answers(attempt_id: UUID, person_id: UUID, given: Mapping[int, Sequence[str]], *, now: datetime) -> Attempt:
    """Keep what was chosen, by position on the sheet (from 0; no keys: the answer is taken back).

    Raises AttemptUnknown, AttemptSubmitted, NotOnSheet; then nothing of `given` is kept.
    """
    attempt = queries.attempt(attempt_id, lock=True)
    if attempt is None or attempt.person_id != person_id:
        raise AttemptUnknown
    write_answers(attempt, given, now=now)
    return attempt


def write_answers(attempt: Attempt, given: Mapping[int, Sequence[str]], *, now: datetime) -> None:
    """As `save_answers`, for an attempt that was loaded with its lock in this transaction."""
    if attempt.state != "open":
        raise AttemptSubmitted
    if rules.stray_answers(queries.items(attempt.sheet), given):
        raise NotOnSheet
    if not given:
        return
    dialect = db.session().get_bind().dialect.name
    statement = (postgresql_insert if dialect == "postgresql" else sqlite_insert)(Answer).values(
        [
            {"attempt_id": attempt.id, "position": position, "chosen": list(given[position]), "saved_at": now}
            for position in sorted(given)
        ]
    )
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["attempt_id", "position"],
            set_={"chosen": statement.excluded.chosen, "saved_at": statement.excluded.saved_at},
        )
    )


def submit(attempt_id: UUID, person_id: UUID, *, now: datetime) -> Attempt:
    """Close the attempt and score it, once: of several submissions the first counts.

    Raises AttemptSubmitted for the others, AttemptUnknown.
    """
    # Score and verdict are placeholders until the end of this transaction: the table wants them with the state.
    claimed = db.session.execute(
        update(Attempt)
        .where(Attempt.id == attempt_id, Attempt.person_id == person_id, Attempt.state == "open")
        .values(state="submitted", submitted_at=now, score=0, passed=False)
        .execution_options(synchronize_session=False)
        .returning(Attempt.quiz_id, Attempt.federation_id, Attempt.number, Attempt.sheet, Attempt.pass_mark)
    ).one_or_none()
    if claimed is None:
        found = queries.attempt(attempt_id)
        raise AttemptUnknown if found is None or found.person_id != person_id else AttemptSubmitted
    scores = _judge(attempt_id, claimed.sheet)
    score = rules.total(scores)
    passed = rules.passed(score, claimed.pass_mark)
    db.session.execute(
        update(Answer)
        .where(Answer.attempt_id == attempt_id)
        .values(score=case(dict(enumerate(scores)), value=Answer.position))
        .execution_options(synchronize_session=False)
    )
    attempt = db.session.scalars(
        update(Attempt)
        .where(Attempt.id == attempt_id)
        .values(score=score, passed=passed)
        .returning(Attempt)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one()
    audit.record(
        "attempt.submit",
        f"attempt:{attempt_id}",
        federation_id=claimed.federation_id,
        actor_id=person_id,
        now=now,
        quiz=claimed.quiz_id,
        number=claimed.number,
        score=score,
        passed=passed,
    )
    return attempt


def _judge(attempt_id: UUID, sheet: Sequence[dict[str, Any]]) -> list[int]:
    """The score of each question of the sheet, in hundredths of a per cent."""
    versions = queries.versions(item["question"] for item in sheet)
    chosen = queries.answers(attempt_id)
    return [
        rules.score(
            item["kind"],
            {choice["key"]: choice["score"] for choice in versions[item["question"]].choices},
            chosen.get(position, []),
        )
        for position, item in enumerate(sheet)
    ]
