"""Files that come in with a form: to disk piece by piece, under LMS_HOME, without a name; never into memory."""

from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, cast

from flask import Request as FlaskRequest
from flask import current_app


def folder() -> Path:
    """Where work that is not kept may lie."""
    found = Path(current_app.config["LMS_HOME"]) / "incoming"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


class Request(FlaskRequest):
    """A request whose uploaded files are on disk. How large they may be: lms.limits."""

    def _get_file_stream(self, *_claims: Any, **_more: Any) -> IO[bytes]:
        """What the sender claims about a file is not asked."""
        return cast(IO[bytes], TemporaryFile(dir=folder()))
