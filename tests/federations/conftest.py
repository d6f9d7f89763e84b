"""Who administers, here and elsewhere, each in a browser."""

import pytest

from tests.world import Browser, World


@pytest.fixture
def admin(world: World) -> Browser:
    """A browser of somebody who administers `here`."""
    return world.browser(world.person("admin"))


@pytest.fixture
def other_admin(world: World) -> Browser:
    """A browser of somebody who administers `elsewhere`."""
    return world.browser(world.person("admin", federation=world.elsewhere), federation=world.elsewhere)
