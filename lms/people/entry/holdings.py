"""What is held about people: the accounts with which they sign in, the devices that are known."""

from lms.people.entry.models import Device, Identity, OpenRequest
from lms.people.models import Invitation
from lms.people.privacy.holdings import Delete, Holding, Side

HOLDINGS = [
    Holding("sign-ins", Identity, (Side("person_id", (Delete(),), ("issuer", "subject", "connected_at")),)),
    Holding("sign-ins", Device, (Side("person_id", (Delete(),), ("known_since", "last_used_at")),)),
    Holding("account", OpenRequest, (Side("invitation_id", (Delete(),), through=(Invitation, "accepted_by")),)),
]
