"""What arrives together: the same package twice, and the reports of one window out of order."""

import io
from typing import Any

from sqlalchemy import func, select

from courses.catalogue.models import Course
from courses.packages import operations
from courses.packages.models import Package, PackageRecord
from lms.db import db, transaction
from tests.learning.together import at_once
from tests.packages.building import scorm_12
from tests.packages.conftest import Shelf
from tests.world import NOW, World


def test_the_same_package_brought_twice_at_once_is_one_course(world: World) -> None:
    archive = scorm_12()

    def bring() -> Any:
        given: dict[str, Any] = {"audience": "agent", "language": "es", "minutes": 30}
        return operations.bring(io.BytesIO(archive), world.here, by=None, now=NOW, **given).id

    found = at_once(world, [bring] * 4)
    assert len(set(found)) == 1, found
    with world.database():
        assert db.session.scalar(select(func.count()).select_from(Package)) == 1
        assert db.session.scalar(select(func.count()).select_from(Course)) == 1


def test_of_reports_that_arrive_together_the_last_that_was_sent_stays(shelf: Shelf) -> None:
    shelf.open()
    record = shelf.record()

    def save(number: int) -> Any:
        report = {"sequence": number, "state": {"suspend_data": str(number)}, "completionStatus": "completed"}
        with transaction():
            return operations.save(
                record.enrolment_id, record.lesson_id, record.window_id, report, now=record.opened_at
            )

    results = at_once(shelf.world, [lambda number=number: save(number) for number in (3, 1, 8, 5, 2, 7, 4, 6)])
    assert all(isinstance(one, operations.Standing) for one in results), results
    assert shelf.record().state == {"suspend_data": "8"}
    with shelf.world.database():
        assert db.session.scalar(select(func.count()).select_from(PackageRecord)) == 1
