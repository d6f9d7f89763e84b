"""Work on imports that outlasts a request: reading a large file, carrying it out, forgetting it after a day."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from lms import clock, jobs
from lms.people.imports import operations
from lms.people.imports.refusals import ImportChanged, ImportNotWaiting


@jobs.handler("import.read")
def read(payload: dict[str, Any]) -> None:
    """Judge a large file."""
    operations.read(UUID(payload["import"]), now=clock.now())


@jobs.handler("import.carry-out")
def carry_out(payload: dict[str, Any]) -> None:
    """Invite everybody, or nobody."""
    with suppress(ImportChanged, ImportNotWaiting):  # noted with the import, and shown on its page
        operations.carry_out(UUID(payload["import"]), now=clock.now())


@jobs.handler("import.forget")
def forget(payload: dict[str, Any]) -> None:
    """Remove what was not used."""
    operations.forget(UUID(payload["import"]), now=clock.now())
