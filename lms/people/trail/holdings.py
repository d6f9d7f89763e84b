"""What is held about people: nothing; how far each chain was checked."""

from lms.people.privacy.holdings import nobody

HOLDINGS = [nobody("audit_checks")]
