"""Files that the platform makes or keeps, under keys that it chooses itself; never under a name that a user gave."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

KEY = re.compile(r"[a-z0-9][a-z0-9/.-]{0,150}")


def _path(key: str) -> Path:
    if not KEY.fullmatch(key) or ".." in key:
        raise ValueError("not a storage key")
    return Path(urlsplit(current_app.config["STORAGE_URL"]).path) / key


def put(key: str, content: bytes) -> None:
    """Store `content`, whole or not at all, and flushed to disk."""
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    with fresh.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def get(key: str) -> bytes | None:
    """The bytes stored under `key`, or None."""
    try:
        return _path(key).read_bytes()
    except FileNotFoundError:
        return None
