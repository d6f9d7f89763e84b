"""Checking the chains, so that the page and `lms doctor` can say how far they are sound."""

from contextlib import closing
from datetime import datetime, timedelta

from lms import heads, walk
from lms.db import db, transaction
from lms.people.trail.models import AuditCheck

WHOLE = timedelta(days=1)  # how often a chain is walked from its beginning


def check(now: datetime, *, whole: bool = False) -> int:
    """Walk each chain from where the last check ended, once a day from its beginning: in how many a fault was found.

    Call outside a transaction: a walk takes its time, and only its result is written.
    """
    kept = heads.kept().heads
    found = 0
    for chain in walk.chains():
        last = db.session.get(AuditCheck, chain)
        db.session.rollback()
        whole_at = None if last is None or last.fault else last.whole_at
        again = whole or last is None or whole_at is None or now - whole_at >= WHOLE
        going = walk.Walk(chain, kept.get(chain, ()))
        if last is not None and not again:
            going = walk.Walk(chain, after=(last.number, last.hash))
        with closing(going.steps()) as steps:
            fault = next(steps, None)
        found += fault is not None
        with transaction() as session:
            row = session.get(AuditCheck, chain) or AuditCheck(chain=chain)
            row.at, row.whole_at = now, now if again else row.whole_at
            if fault is None:
                row.number, row.hash, row.fault, row.fault_number = going.number, going.hash, None, None
            else:
                row.number, row.hash = going.number, going.hash
                row.fault, row.fault_number = fault.fault, fault.number
            session.add(row)
    return found
