"""huey: carries the bell from the web process to a worker (a thread of the same process by default)."""

from collections.abc import Callable
from uuid import UUID

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

from lms import jobs


def connect(app: Flask, url: str) -> Callable[[UUID], None]:
    """A huey on SQLite (`sqlite:///file`) or Redis (`redis://…`), with the two tasks that we have: run one, sweep all."""
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

    app.extensions["lms_huey"] = huey
    return lambda job_id: work(str(job_id)) and None


def start(app: Flask, workers: int = 2) -> Consumer:
    """Start a consumer on threads of this process (no signal handlers: the server owns those).

    Two workers: while one is at something long (an import, a sweep of many mails), the other does what is rung for.
    """
    consumer = Consumer(app.extensions["lms_huey"], workers=workers, periodic=True, initial_delay=0.1)
    consumer._set_signal_handlers = lambda: None
    consumer.start()
    return consumer
