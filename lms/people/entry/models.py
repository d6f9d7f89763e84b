"""Tables: ways in beside an invitation: another provider's account, open enrolment."""
