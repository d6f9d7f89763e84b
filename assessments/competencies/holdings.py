"""What is held about people: what assessors saw them do."""

from assessments.competencies.models import Observation, Rating
from lms.people.models import Federation
from lms.people.privacy.holdings import Delete, Holding, Keep, Side

THEIRS = Keep("The observation is about the other: it stands, with the assessor as an id without a name.")

HOLDINGS = [
    Holding(
        "competencies",
        Observation,
        (
            Side("person_id", (Delete(),), ("setting", "observed_at", "recorded_at", "framework"), ("assessor_id",)),
            Side("assessor_id", (THEIRS,), ("setting", "observed_at")),
        ),
        looked_up={"federation": ("federation_id", Federation, "name")},
    ),
    Holding(
        "competencies",
        Rating,
        (
            Side(
                "observation_id",
                (Delete(),),
                ("competency", "level", "words", "indicators"),
                through=(Observation, "person_id"),
            ),
        ),
        looked_up={"observed_at": ("observation_id", Observation, "observed_at")},
    ),
]
