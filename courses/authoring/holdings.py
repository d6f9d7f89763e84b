"""What is held about people: who wrote which text of a course, and when."""

from courses.authoring.models import CourseDraft, DraftChange, DraftFile
from lms.people.privacy.holdings import Holding, Keep, Side

OFFICE = Keep("A course is the federation's: its texts stay, with who wrote them as an id without a name.")

HOLDINGS = [
    Holding("courses", CourseDraft, (Side("begun_by", (OFFICE,), ("slug", "begun_at")),)),
    Holding("courses", DraftFile, (Side("saved_by", (OFFICE,), ("path", "saved_at")),)),
    Holding("courses", DraftChange, (Side("by", (OFFICE,), ("path", "what", "at")),)),
]
