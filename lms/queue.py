"""huey: carries the bell from the web process to a worker (a thread of the same process by default)."""

from collections.abc import Callable
from math import inf
from time import monotonic
from uuid import UUID

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

from lms import jobs

TOGETHER = 1.0  # seconds in which whoever asks for the same work to be gathered asks once


def connect(app: Flask, url: str) -> tuple[Callable[[UUID], None], Callable[[str], None]]:
    """A huey on SQLite (`sqlite:///file`) or Redis (`redis://…`), with the three tasks that we have: run one, gather, sweep.

    What rings for one job, and what has work gathered soon.
    """
    huey: Huey
    if url.startswith("redis"):
        huey = RedisHuey("entrepares", url=url)
    else:
        huey = SqliteHuey("entrepares", filename=url.removeprefix("sqlite:///"), results=False)

    @huey.task()
    def work(job_id: str) -> None:
        with app.app_context():
            jobs.run(UUID(job_id))

    @huey.periodic_task(crontab(minute="*"))
    def sweep() -> None:
        with app.app_context():
            jobs.minute()

    @huey.task()
    def gather(name: str) -> None:
        with app.app_context():
            jobs.gather(name)

    rung: dict[str, float] = {}

    def soon(name: str) -> None:
        """Gather after `TOGETHER`: until then whatever is committed in this process will be seen without ringing again."""
        now = monotonic()
        if now - rung.get(name, -inf) >= TOGETHER:
            rung[name] = now
            gather.schedule(args=(name,), delay=TOGETHER)

    app.extensions["lms_huey"] = huey
    return lambda job_id: work(str(job_id)) and None, soon


def start(app: Flask, workers: int = 2) -> Consumer:
    """Start a consumer on threads of this process (no signal handlers: the server owns those).

    Two workers: while one is at something long (an import, a sweep of many mails), the other does what is rung for.
    """
    consumer = Consumer(app.extensions["lms_huey"], workers=workers, periodic=True, initial_delay=0.1)
    consumer._set_signal_handlers = lambda: None
    consumer.start()
    return consumer
