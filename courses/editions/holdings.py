"""What is held about people: the editions that they teach, the meetings that they came to, and their calendar."""

from courses.editions.models import Attendance, AttendanceChange, CalendarFeed, CompletionRule, EditionTrainer, Reminder
from courses.learning.models import Edition, Enrolment, Meeting
from lms.people.privacy.holdings import Delete, Holding, Keep, Side, nobody

OF_ENROLMENT = (Enrolment, "person_id")
MEETING = {"meeting": ("meeting_id", Meeting, "what")}
THEIRS = Keep("The note is about the other's attendance: it stands, with who made it as an id without a name.")

HOLDINGS = [
    Holding(
        "learning",
        EditionTrainer,
        (
            Side("person_id", (Delete(),), ("since",)),
            Side("given_by", (Keep("Who was a trainer stands, with who made them one as an id without a name."),)),
        ),
        looked_up={"edition": ("edition_id", Edition, "name")},
    ),
    Holding(
        "learning",
        Attendance,
        (
            Side("enrolment_id", (Delete(),), ("state", "how", "noted_at"), through=OF_ENROLMENT),
            Side("noted_by", (THEIRS,)),
        ),
        looked_up=MEETING,
    ),
    Holding(
        "learning",
        AttendanceChange,
        (
            Side("enrolment_id", (Delete(),), ("was", "became", "at"), through=OF_ENROLMENT),
            Side("by", (THEIRS,)),
        ),
        looked_up=MEETING,
    ),
    Holding(
        "learning",
        CompletionRule,
        (
            Side(
                "made_by", (Keep("The rule is the federation's: it stands, with who made it as an id without a name."),)
            ),
        ),
    ),
    Holding("learning", CalendarFeed, (Side("person_id", (Delete(),), ("made_at",)),)),
    Holding("learning", Reminder, (Side("enrolment_id", (Delete(),), ("about", "at"), through=OF_ENROLMENT),)),
    nobody("edition_rules", "prerequisites"),
]
