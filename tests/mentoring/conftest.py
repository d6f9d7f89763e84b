"""A trainee and a mentor for every test of this folder."""

from datetime import timedelta

import pytest

from lms import clock
from tests.mentoring.place import Place
from tests.world import World


@pytest.fixture
def place(world: World) -> Place:
    """Paired since tests.world.NOW."""
    return Place(world)


@pytest.fixture
def recent(world: World) -> Place:
    """Paired since ten o'clock (UTC) ten days ago: for pages, which ask the real clock."""
    return Place(world, clock.now().replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=10))
