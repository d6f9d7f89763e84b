"""How far an import is, for whoever looks from another process: a small file, since its one transaction shows nothing."""

import json
import time
from uuid import UUID

from lms import storage
from lms.people.imports.rehearsal import key

EVERY = 0.3  # seconds


class Progress:
    """Call it with the number of rows done; it writes that down now and then."""

    def __init__(self, import_id: UUID) -> None:
        self._key = key(import_id, "progress")
        self._written = 0.0

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if now - self._written >= EVERY:
            self._written = now
            with storage.writing(self._key, durable=False) as file:
                file.write(json.dumps(done).encode())


def done(import_id: UUID) -> int:
    """How many rows were done when it was last written down."""
    return int(json.loads(storage.get(key(import_id, "progress")) or b"0"))
