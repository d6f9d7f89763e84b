"""Tables: what the platform tells a person, and how."""
