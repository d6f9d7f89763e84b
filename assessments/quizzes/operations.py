"""Attempts begin, take answers and are submitted. What was drawn and what was judged never changes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from assessments.bank.queries import wordings
from assessments.quizzes import queries, rules
from assessments.quizzes.models import Answer, Attempt
from assessments.quizzes.queries import Paper, Place, Standing
from courses.learning.happenings import Happening, tell
from courses.learning.models import Enrolment
from lms import audit
from lms.db import Base, db
from lms.errors import Refusal
from lms.ids import new_id

# Statements are built once, for each database: building them took longer than running them.
_attempts, _answers = (Base.metadata.tables[model.__tablename__] for model in (Attempt, Answer))


def _begin(insert: Any) -> Any:
    return insert(_attempts).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def _keep(insert: Any) -> Any:
    keep = insert(_answers)
    changed = {name: keep.excluded[name] for name in ("chosen", "saved_at", "score")}
    return keep.on_conflict_do_update(index_elements=["attempt_id", "position"], set_=changed)


_INSERTS = {"postgresql": postgresql_insert, "sqlite": sqlite_insert}
BEGIN = {dialect: _begin(insert) for dialect, insert in _INSERTS.items()}
KEEP = {dialect: _keep(insert) for dialect, insert in _INSERTS.items()}
JUDGE = update(_answers).where(_answers.c.attempt_id == bindparam("attempt"), _answers.c.position == bindparam("place"))
CLOSE = update(_attempts).where(_attempts.c.id == bindparam("attempt"), _attempts.c.state == "open")


def _dialect() -> str:
    return db.session().get_bind().dialect.name


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
    db.session.flush()  # of an enrolment that has just been made
    standing = queries.standing_at(quiz_id, enrolment.id)
    if standing is None:
        raise LookupError("the quiz is not of the enrolment's course")
    return db.session.get_one(Attempt, begin(standing, now=now, seed=seed))


def begin(standing: Standing, *, now: datetime, seed: int) -> UUID:
    """As `start`, for a standing that was loaded in this transaction: the id of the open attempt."""
    if standing.open:
        return standing.open.id
    _may_begin(standing)
    attempt_id, place = new_id(), standing.place
    began: Any = db.session.execute(
        BEGIN[_dialect()],
        {
            "id": attempt_id,
            "federation_id": place.federation_id,
            "quiz_id": place.quiz_id,
            "enrolment_id": place.enrolment_id,
            "person_id": place.person_id,
            "number": len(standing.attempts) + 1,
            "seed": seed,
            "pass_mark": place.pass_mark,
            "sheet": _sheet(place, seed),
            "state": "open",
            "began_at": now,
        },
    )
    if began.rowcount == 1:
        return attempt_id
    again = queries.standing_at(place.quiz_id, place.enrolment_id)  # somebody else's start was quicker
    if again and again.open:
        return again.open.id
    _may_begin(again or standing)
    raise AttemptSubmitted


def _may_begin(standing: Standing) -> None:
    allowed = standing.place.attempts_allowed
    if not rules.may_start(len(standing.attempts), allowed, standing.passed, open=False):
        raise AlreadyPassed if standing.passed else NoAttemptsLeft


def _sheet(place: Place, seed: int) -> list[dict[str, Any]]:
    words = wordings(place.question_ids)
    drawable = [rules.Drawable(id_, words[id_].kind, tuple(words[id_].choices)) for id_ in place.question_ids]
    return [
        {"question": item.question, "kind": item.kind, "choices": list(item.choices)}
        for item in rules.draw_sheet(drawable, place.draw, seed)
    ]


def save_answers(attempt_id: UUID, person_id: UUID, given: Mapping[int, Sequence[str]], *, now: datetime) -> None:
    """Keep what was chosen, by position on the sheet (from 0; no keys: the answer is taken back).

    Raises AttemptUnknown, AttemptSubmitted, NotOnSheet; then nothing of `given` is kept.
    """
    write_answers(_own(attempt_id, person_id), given, now=now)


def write_answers(attempt: Paper, given: Mapping[int, Sequence[str]], *, now: datetime) -> None:
    """As `save_answers`, for an attempt that was loaded with its lock in this transaction."""
    _may_answer(attempt, given)
    _write(attempt, given, {}, now)


def submit(attempt_id: UUID, person_id: UUID, *, now: datetime) -> Attempt:
    """Close the attempt and score it, once: of several submissions the first counts.

    Raises AttemptSubmitted for the others, AttemptUnknown.
    """
    hand_in(_own(attempt_id, person_id), {}, gaps=True, now=now)
    return db.session.get_one(Attempt, attempt_id, populate_existing=True)


def hand_in(attempt: Paper, given: Mapping[int, Sequence[str]], *, gaps: bool, now: datetime) -> bool:
    """Keep `given` and, unless an answer is missing and `gaps` are not meant, submit: whether it was submitted.

    For an attempt that was loaded with its lock in this transaction. Raises AttemptSubmitted, NotOnSheet.
    """
    _may_answer(attempt, given)
    earlier = {} if len(given) == len(attempt.sheet) else queries.answers(attempt.id)
    chosen = {**earlier, **given}
    if not gaps and sum(bool(keys) for keys in chosen.values()) < len(attempt.sheet):
        _write(attempt, given, {}, now)
        return False
    scores = _scores(attempt, chosen)
    _write(attempt, given, scores, now)
    if untouched := [
        {"attempt": attempt.id, "place": position, "score": scores[position]}
        for position in earlier.keys() - given.keys()
    ]:
        db.session.execute(JUDGE, untouched)
    _close(attempt, rules.total(list(scores.values())), now)
    return True


def _own(attempt_id: UUID, person_id: UUID) -> Paper:
    attempt = queries.attempt(attempt_id, lock=True)
    if attempt is None or attempt.person_id != person_id:
        raise AttemptUnknown
    return attempt


def _may_answer(attempt: Paper, given: Mapping[int, Sequence[str]]) -> None:
    if attempt.state != "open":
        raise AttemptSubmitted
    if rules.stray_answers(queries.items(attempt.sheet), given):
        raise NotOnSheet


def _write(attempt: Paper, given: Mapping[int, Sequence[str]], scores: Mapping[int, int], now: datetime) -> None:
    rows = [
        {
            "attempt_id": attempt.id,
            "position": position,
            "chosen": list(given[position]),
            "saved_at": now,
            "score": scores.get(position),
        }
        for position in sorted(given)
    ]
    if rows:
        db.session.execute(KEEP[_dialect()], rows)


def _scores(attempt: Paper, chosen: Mapping[int, Sequence[str]]) -> dict[int, int]:
    """The score of each question of the sheet by position, in hundredths of a per cent."""
    words = wordings(item["question"] for item in attempt.sheet)
    return {
        position: rules.score(item["kind"], words[item["question"]].scores(), chosen.get(position, []))
        for position, item in enumerate(attempt.sheet)
    }


def _close(attempt: Paper, score: int, now: datetime) -> None:
    passed = rules.passed(score, attempt.pass_mark)
    closed: Any = db.session.execute(
        CLOSE,
        {"attempt": attempt.id, "state": "submitted", "submitted_at": now, "score": score, "passed": passed},
    )
    if closed.rowcount != 1:
        raise AttemptSubmitted
    audit.record(
        "attempt.submit",
        f"attempt:{attempt.id}",
        federation_id=attempt.federation_id,
        actor_id=attempt.person_id,
        now=now,
        quiz=attempt.quiz_id,
        number=attempt.number,
        score=score,
        passed=passed,
    )
    who = (attempt.person_id, attempt.federation_id)
    tell(Happening("quiz-handed-in", *who, now, quiz_id=attempt.quiz_id, score=score, passed=passed))
