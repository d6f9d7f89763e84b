"""What is held about people: who accompanies them, the sessions that they wrote, the hours that were signed."""

from typing import Any

from courses.mentoring.models import HoursEntry, MentoringSession, Pairing
from lms.people.models import Federation
from lms.people.privacy.holdings import Asked, Clear, Delete, Holding, Keep, Side

HERE = {"federation": ("federation_id", Federation, "name")}
THEIRS = Keep("The hours are the other's: they stand, with the mentor as an id without a name.")
SIGNED = Keep("Signed minutes are what an award rests on; the line says no more than kind and minutes.")
SESSION = ("starts_at", "minutes", "kind", "format", "state", "signed_at")


def _present(_asked: Asked, now: Any) -> Any:
    return now


HOLDINGS = [
    Holding(
        "mentoring",
        Pairing,
        (
            Side(
                "person_id",
                (Clear({"until": _present}, lambda: Pairing.until.is_(None)), SIGNED),
                ("since", "until"),
                ("mentor_id",),
            ),
            Side(
                "mentor_id", (Clear({"until": _present}, lambda: Pairing.until.is_(None)), THEIRS), ("since", "until")
            ),
            Side("made_by", (THEIRS,)),
        ),
        looked_up=HERE,
    ),
    Holding(
        "mentoring",
        MentoringSession,
        (
            Side(
                "person_id",
                (
                    Delete(lambda: MentoringSession.state.in_(("waiting", "returned"))),
                    Clear({"note": "", "competencies": [], "returned_reason": None, "returned_at": None}),
                    SIGNED,
                ),
                (*SESSION, "competencies", "note", "written_at", "returned_reason", "returned_at"),
                ("mentor_id",),
            ),
            # What the person accompanied wrote stays out of the mentor's copy.
            Side("mentor_id", (THEIRS,), SESSION),
            Side("author_id", (Keep("The author is one of the two above."),)),
            Side("signed_by", (THEIRS,)),
        ),
        looked_up=HERE,
    ),
    Holding(
        "mentoring",
        HoursEntry,
        (
            Side(
                "person_id",
                (Clear({"reason": ""}, lambda: HoursEntry.reason != ""), SIGNED),
                ("at", "kind", "minutes", "reason"),
                ("mentor_id",),
            ),
            Side("mentor_id", (THEIRS,), ("at", "kind", "minutes")),
            Side("signed_by", (THEIRS,)),
        ),
        looked_up=HERE,
    ),
]
