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
        file = cast(IO[bytes], TemporaryFile(dir=folder()))  # noqa: SIM115 (closed with the request)
        self.__dict__.setdefault("opened", []).append(file)
        return file

    def close(self) -> None:
        """Also what was being written when the body turned out to be too large."""
        super().close()
        for file in self.__dict__.get("opened", ()):
            file.close()
