"""What is held about people: how far they are in packages, and what packages noted about that."""

from courses.catalogue.models import Lesson
from courses.learning.models import Enrolment
from courses.packages.models import Package, PackageRecord
from lms.people.privacy.holdings import Delete, Holding, Keep, Side, nobody

HOLDINGS = [
    Holding(
        "learning",
        PackageRecord,
        (
            Side(
                "enrolment_id",
                (Delete(),),
                ("opened_at", "completion", "success", "score", "seconds", "session_seconds", "state", "updated_at"),
                through=(Enrolment, "person_id"),
            ),
        ),
        looked_up={"lesson": ("lesson_id", Lesson, "title")},
    ),
    Holding(
        "learning",
        Package,
        (Side("brought_by", (Keep("an id that names nobody any more says who brought the course"),)),),
    ),
    nobody("package_files", "package_items"),
]
