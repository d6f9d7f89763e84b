"""What is held about people: the key of their phones, and which deeds arrived from them."""

from courses.offline.models import Deed, PhoneKey
from lms.people.privacy.holdings import Delete, Holding, Side

HOLDINGS = [
    Holding("learning", PhoneKey, (Side("person_id", (Delete(),), ("made_at",)),)),
    Holding("learning", Deed, (Side("person_id", (Delete(),), ("kind", "at")),)),
]
