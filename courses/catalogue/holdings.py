"""What is held about people: nothing, courses are texts."""

from lms.people.privacy.holdings import nobody

HOLDINGS = [nobody("courses", "course_files", "course_versions", "modules", "lessons")]
