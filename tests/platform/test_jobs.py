from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms import clock, jobs, queue
from lms.db import db, transaction
from lms.jobs import Job

DONE: list[str] = []
FAULTS: list[Exception] = []


@pytest.fixture
def work(app: Flask) -> Iterator[None]:
    DONE.clear()
    FAULTS.clear()

    def do(payload: dict[str, str]) -> None:
        if FAULTS:
            raise FAULTS.pop()
        DONE.append(payload["what"])

    jobs.HANDLERS["test"] = do
    with app.app_context():
        yield
        db.session.rollback()
    del jobs.HANDLERS["test"]


def only_job() -> Job:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Job)).one()


def make_due() -> None:
    with transaction():
        db.session.execute(update(Job).values(due_at=clock.now() - timedelta(seconds=1)))


@pytest.mark.usefixtures("work")
class TestAJob:
    def test_runs_after_the_commit(self) -> None:
        with transaction():
            jobs.add("test", clock.now(), what="mail")
            assert DONE == []
        assert DONE == ["mail"]
        assert only_job().state == "done"

    def test_of_a_rolled_back_deed_never_runs(self) -> None:
        with pytest.raises(RuntimeError), transaction():
            jobs.add("test", clock.now(), what="mail")
            raise RuntimeError
        assert (DONE, jobs.sweep()) == ([], 0)

    def test_that_fails_is_tried_again_later(self) -> None:
        FAULTS.append(OSError("refused"))
        with transaction():
            jobs.add("test", clock.now(), what="mail")
        assert (only_job().state, only_job().fault, DONE) == ("due", "OSError", [])
        assert jobs.sweep() == 0  # not yet
        make_due()
        assert jobs.sweep() == 1
        assert DONE == ["mail"]

    def test_that_keeps_failing_is_given_up_and_reported(self) -> None:
        with transaction():
            FAULTS.append(OSError())
            jobs.add("test", clock.now(), what="mail")
        for _ in range(len(jobs.RETRY)):
            FAULTS.append(OSError())
            make_due()
            jobs.sweep()
        assert only_job().state == "failed"

    def test_is_done_once_by_two_workers(self, app: Flask) -> None:
        app.extensions["lms_bell"] = lambda _job: None
        with transaction():
            jobs.add("test", clock.now(), what="mail")
        job_id = only_job().id
        assert [jobs.run(job_id), jobs.run(job_id)] == [True, False]
        assert DONE == ["mail"]

    def test_left_running_by_a_worker_that_died_is_done_by_another(self, app: Flask) -> None:
        app.extensions["lms_bell"] = lambda _job: None
        with transaction():
            jobs.add("test", clock.now(), what="mail")
            db.session.execute(update(Job).values(state="running", due_at=clock.now() + jobs.CLAIM))
        assert jobs.sweep() == 0
        make_due()
        assert jobs.sweep() == 1
        assert DONE == ["mail"]


def test_whoever_asks_within_a_second_for_the_same_to_be_gathered_asks_once(app: Flask, tmp_path: Path) -> None:
    _ring, soon = queue.connect(app, f"sqlite:///{tmp_path}/queue.db")
    for _each in range(3):
        soon("mail")
    assert len(app.extensions["lms_huey"].pending()) == 1
