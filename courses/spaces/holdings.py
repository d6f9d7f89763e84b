"""What is held about people: what they said, and which conversations they follow."""

from datetime import datetime
from typing import Any

from courses.learning.models import Edition
from courses.spaces.models import Flag, Follow, Post, Thread
from lms.people.privacy.holdings import Aged, Asked, Clear, Delete, Holding, Keep, Side

OFFICE = Keep("Who took a text away belongs to the record of whoever wrote it.")
LAST = Keep("Whose turn it is; an id without a name.")


def _silent(before: datetime) -> Any:
    return Thread.last_at < before


def _gone(_asked: Asked, now: Any) -> datetime:
    return now


HOLDINGS = [
    Holding(
        "talk",
        Thread,
        (
            Side("author_id", (Clear({"title": ""}, lambda: Thread.title != ""),), ("title", "kind", "begun_at")),
            Side("last_by", (LAST,)),
        ),
        looked_up={"edition": ("edition_id", Edition, "name")},
        aged=(Aged("talk", _silent, Thread.federation_id),),
    ),
    Holding(
        "talk",
        Post,
        (
            Side(
                "author_id",
                (Clear({"text": "", "notice": "", "removed_at": _gone}, lambda: Post.removed_at.is_(None)),),
                ("text", "notice", "at", "edited_at", "removed_at"),
            ),
            Side("removed_by", (OFFICE,)),
        ),
    ),
    Holding("talk", Follow, (Side("person_id", (Delete(),), ("thread_id",)),)),
    Holding("talk", Flag, (Side("person_id", (Delete(),), ("at",)),)),
]
