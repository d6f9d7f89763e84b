"""Threads that start together."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import text

from lms.db import db
from lms.errors import Refusal
from tests.world import World


def at_once(world: World, jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all jobs in threads that start together; each one's result, or the exception that it met."""
    barrier, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        with world.database():
            db.session.execute(text("SELECT 1"))  # connect first: connecting takes longer than the work
            db.session.rollback()
            barrier.wait(timeout=20)
            try:
                results[place] = job()
            except Refusal as refusal:
                results[place] = refusal

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
