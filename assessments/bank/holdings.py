"""What is held about people: nothing, questions are texts."""

from lms.people.privacy.holdings import nobody

HOLDINGS = [nobody("questions", "question_versions")]
