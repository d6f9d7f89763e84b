"""What is held about people: what they were told, and how they want to be told."""

from lms.people.messages.models import Digest, Discretion, Message, Wish
from lms.people.models import Federation
from lms.people.privacy.holdings import Aged, Delete, Holding, Side

HOLDINGS = [
    Holding(
        "messages",
        Message,
        (Side("person_id", (Delete(),), ("kind", "facts", "at", "read_at", "mail", "mailed_at")),),
        looked_up={"federation": ("federation_id", Federation, "name")},
        aged=(Aged("messages", lambda before: Message.at < before, Message.federation_id),),
    ),
    Holding("messages", Digest, (Side("person_id", (Delete(),), ("day", "sent_at")),)),
    Holding("messages", Wish, (Side("person_id", (Delete(),), ("kind_group", "way")),)),
    Holding("messages", Discretion, (Side("person_id", (Delete(),), ("level",)),)),
]
