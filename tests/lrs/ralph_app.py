"""Ralph as it is, run with its own Python (var/ralph): a folder instead of a database behind it.

That backend of its refuses every batch after the first unless it is told to append.
"""

from ralph.backends.data.base import BaseOperationType
from ralph.backends.lrs.fs import FSLRSBackend

FSLRSBackend.default_operation_type = BaseOperationType.APPEND

from ralph.api import app  # noqa: E402

__all__ = ["app"]
