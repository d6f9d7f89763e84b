"""What comes next for a person: one step, chosen from where they stand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a trainee stands, in numbers and yes or no."""

    enrolled: bool
    lessons_left: bool  # a lesson of a module that has begun or could
    quiz_left: bool  # lessons done, the check of learning not passed
    returned: int  # sessions that a mentor sent back
    paired: bool
    document_left: bool
    hours_left: bool
    may_apply: bool
    dossier: str | None  # one that stands: open | approved | issued
    waiting: int  # sessions that wait for a mentor


def next_step(standing: Standing) -> str:
    """The one thing to do now, by name; `wait` when it is everybody else's turn.

    A session that was sent back comes first: a person is waiting for it. Then studying, then hours, then the rest.
    """
    if standing.dossier == "issued":
        return "certificate"
    if standing.dossier in ("open", "approved"):
        return "decision"
    if standing.may_apply:
        return "apply"
    if standing.returned:
        return "returned"
    if not standing.enrolled:
        return "enrol"
    for left, step in (
        (standing.lessons_left, "lesson"),
        (standing.quiz_left, "quiz"),
        (standing.document_left, "document"),
        (standing.hours_left and standing.paired, "hours"),
        (standing.hours_left, "pairing"),
    ):
        if left:
            return step
    return "wait"
