"""What is held about people: what somebody is writing for a text of the federation, and who made an agreement."""

from lms.people.federations.models import Draft, Recognition
from lms.people.models import Federation
from lms.people.privacy.holdings import Delete, Holding, Keep, Side, nobody

OFFICE = Keep("The agreement is the federation's: it stands, with who made it as an id without a name.")

HOLDINGS = [
    Holding(
        "federation",
        Draft,
        (Side("person_id", (Delete(),), ("kind", "title", "markdown", "saved_at")),),
        looked_up={"federation": ("federation_id", Federation, "name")},
    ),
    Holding(
        "federation",
        Recognition,
        (Side("proposed_by", (OFFICE,)), Side("accepted_by", (OFFICE,)), Side("ended_by", (OFFICE,))),
    ),
    nobody("associations"),
]
