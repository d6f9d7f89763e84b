"""A package that is published, an edition of it, and somebody enrolled."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from courses.learning import operations as learning
from courses.packages import operations, origin
from courses.packages.models import Package, PackageRecord
from lms.db import db, transaction
from tests.packages.building import scorm_12
from tests.world import NOW, Browser, World


def bring(world: World, archive: bytes, **more: Any) -> Package:
    """Publish a package in the federation."""
    given: dict[str, Any] = {"by": None, "now": NOW, "audience": "agent", "language": "es", "minutes": 30}
    with world.database():
        return operations.bring(io.BytesIO(archive), world.here, **(given | more))


@dataclass
class Shelf:
    """Where a package stands, and the person who does it."""

    world: World
    package: Package
    edition: UUID
    person: UUID
    enrolment: UUID
    browser: Browser

    @property
    def address(self) -> str:
        """The page of the package's first part."""
        return f"/learn/{self.enrolment}/paquete/parte-1/package"

    @property
    def host(self) -> str:
        """The host on which packages run."""
        return self.world.app.config["PACKAGES_URL"].removeprefix("http://")

    def open(self) -> str:
        """Open a window; the address of its frame, without the host."""
        answer = self.browser.post(self.address)
        page = self.browser.get(answer.location)
        assert page.status_code == 200
        source = page.text.partition(' src="http')[2].partition('"')[0]
        return source.partition(self.host)[2]

    def there(self, method: str, path: str, **more: Any) -> Any:
        """Ask something on the packages' own origin, where nobody is signed in."""
        return self.world.app.test_client().open(path, method=method, headers={"Host": self.host}, **more)

    def save(self, frame: str, **report: Any) -> Any:
        """Send what a package tells."""
        return self.there("POST", f"{frame}save", json={"sequence": 1, "state": {}} | report)

    def record(self) -> PackageRecord:
        """How far the person is in the part that was opened."""
        with self.world.database():
            found = db.session.scalars(select(PackageRecord)).one()
            db.session.expunge(found)
            return found


@pytest.fixture
def shelf(world: World) -> Shelf:
    """A package of SCORM 1.2 that an agent is enrolled in."""
    return put(world, scorm_12())


def put(world: World, archive: bytes) -> Shelf:
    """Publish a package, open an edition of it, and enrol an agent."""
    package, person = bring(world, archive), world.person("agent")
    today = datetime.now(UTC).date()
    with world.database(), transaction():
        edition = learning.open_edition(
            world.here, package.version_id, "Otoño", begins_on=today, ends_on=today + timedelta(days=300), seats=5, by=None,
            now=datetime.now(UTC),
        )  # fmt: skip
        enrolment = learning.enrol(person, edition.id, federation_id=world.here, now=NOW)
    return Shelf(world, package, edition.id, person, enrolment.id, world.browser(person))


__all__ = ["Shelf", "bring", "origin", "put", "shelf"]
