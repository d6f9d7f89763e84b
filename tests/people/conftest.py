"""Each test begins with an empty outbox."""

import pytest
from flask import Flask


@pytest.fixture(autouse=True)
def _empty_outbox(request: pytest.FixtureRequest) -> None:
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        app.extensions["mailman"].outbox = []
        app.url_build_error_handlers.clear()  # TEMP
