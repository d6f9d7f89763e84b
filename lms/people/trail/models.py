"""Tables: the audit trail, for those who answer for it."""
