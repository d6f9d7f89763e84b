"""What is held about people: their random name at the LRS, and the statements that have not left yet."""

from courses.statements.models import LrsLink, LrsName, Statement
from lms.people.privacy.holdings import Clear, Delete, Holding, Side

HOLDINGS = [
    Holding("learning", LrsLink, (Side("changed_by", (Clear({"changed_by": None}),)),)),
    Holding("learning", LrsName, (Side("person_id", (Delete(),), ("name", "made_at")),)),
    Holding("learning", Statement, (Side("person_id", (Delete(),), ("body", "at", "state", "fault")),)),
]
