"""Static files: their addresses, which change with what is in them, and their texts as gzip for those who take it.

Pages are not compressed: they hold tokens beside words that somebody else may have chosen, and how well the two compress together
tells of the token (BREACH). A static file holds no secret and answers nobody's words.
"""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

TEXTS = frozenset({".css", ".js", ".svg"})
A_YEAR = 31_536_000


@lru_cache(maxsize=64)
def packed(path: Path, _changed: int) -> bytes:
    """The file's gzip. `_changed`: when the file was (ns), so that another one is made after a change."""
    return gzip.compress(path.read_bytes(), mtime=0)


def init_app(app: Flask) -> None:
    """Give templates `asset(name)`, and let `/static/` answer with gzip."""
    folder = Path(app.static_folder or "")
    marks = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:10] for path in folder.glob("*") if path.is_file()
    }
    # Long-lived, since the address changes with the content.
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = A_YEAR

    def asset(name: str) -> str:
        return f"/static/{name}?v={marks.get(name, '')}"

    app.jinja_env.globals["asset"] = asset
    plain: Any = app.view_functions["static"]

    def static(filename: str) -> Response:
        response: Response = plain(filename=filename)
        if Path(filename).suffix not in TEXTS:
            return response
        response.vary.add("Accept-Encoding")
        # Nothing is packed of what was asked in part, or is there already.
        if response.status_code != 200 or not request.accept_encodings["gzip"]:
            return response
        etag, _weak = response.get_etag()
        response.close()
        path = folder / filename  # it is one of the folder's, or Flask had not answered with it
        response.direct_passthrough = False
        response.set_data(packed(path, path.stat().st_mtime_ns))
        response.content_encoding = "gzip"
        response.set_etag(f"{etag}-gzip")
        response.make_conditional(request)
        return response

    app.view_functions["static"] = static
