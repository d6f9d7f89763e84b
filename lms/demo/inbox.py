"""What was told while the demonstration was made: it stands in the inboxes, older things as read, and no mail leaves."""

from datetime import datetime, timedelta

from sqlalchemy import update

from lms.db import db
from lms.people.messages.models import Message

UNREAD = timedelta(days=4)


def settle(now: datetime) -> None:
    """Call at the end of the transaction that told it."""
    db.session.flush()
    db.session.execute(update(Message).values(mail="none"))
    db.session.execute(update(Message).where(Message.at < now - UNREAD).values(read_at=Message.at))
