"""A phone of somebody who learns, as the server meets it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.cast import Cast, gather
from tests.world import Browser, World

FETCH = {"X-Requested-With": "fetch"}


@dataclass
class Phone:
    """Sends what was done without a connection."""

    browser: Browser
    cast: Cast
    sent: list[str] = field(default_factory=list)

    @property
    def lesson(self) -> str:
        """The address of the lesson's form."""
        ids = self.cast.ids
        return f"/learn/{ids['enrolment_id']}/{ids['module']}/{ids['lesson']}"

    def sheet(self, what: str) -> str:
        """The address to which the open sheet is sent: `answers` or `submit`."""
        return f"/attempts/{self.cast.ids['attempt_id']}/{what}"

    def send(self, address: str, fields: dict[str, Any], *, key: str | None = None, whole: bool = False) -> Any:
        """A deed, with a key of its own unless one is given."""
        about = {"deed": key or str(uuid4()), "deed_for": address, "once": ""} | ({"deed_whole": "1"} if whole else {})
        return self.browser.post("/offline/deeds", fields | about, headers=FETCH)

    def write(
        self, text: str, *, key: str | None = None, page: str = "telefono", sequence: int = 1, base: int = 0
    ) -> Any:
        """A reflection."""
        place = {"page": page, "sequence": str(sequence), "base": str(base)}
        return self.send(self.lesson, place | {"text": text}, key=key)


@pytest.fixture
def phone(world: World) -> Phone:
    """The phone of whoever owns the enrolment and the open attempt."""
    cast = gather(world)
    return Phone(world.browser(cast.people["owner"]), cast)


@pytest.fixture
def another(world: World, phone: Phone) -> Phone:
    """A phone of somebody else."""
    return Phone(world.browser(phone.cast.people["agent"]), phone.cast)


def owner(phone: Phone) -> UUID:
    """Whose phone it is."""
    return phone.cast.people["owner"]
