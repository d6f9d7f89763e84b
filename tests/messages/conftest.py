"""Each test begins with an empty outbox, and may use a kind of message of its own."""

from collections.abc import Iterator

import pytest
from flask import Flask

from lms.people.messages import kinds
from lms.people.messages.kinds import Facts, Kind, Words
from lms.texts import gettext as _


def words(facts: Facts) -> Words:
    """What the kind of these tests says."""
    return Words(f"{_('Mensajes')}: {facts['who']}", (str(facts["what"]),), _("Ver"), "/road")


@pytest.fixture(autouse=True)
def _test_kind(request: pytest.FixtureRequest) -> Iterator[None]:
    kinds.register(Kind("test", "mentoring", words, people=("who",)))
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        app.extensions["mailman"].outbox = []
    yield
    del kinds.KINDS["test"]
