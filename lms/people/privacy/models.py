"""Tables: what is held about a person: consent, copy, correction, erasure, who looked."""
