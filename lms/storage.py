"""Files that the platform makes or keeps, under keys that it chooses itself; never under a name that a user gave."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from flask import current_app

KEY = re.compile(r"[a-z0-9][a-z0-9/.-]{0,150}")


def _path(key: str) -> Path:
    if not KEY.fullmatch(key) or ".." in key:
        raise ValueError("not a storage key")
    return Path(urlsplit(current_app.config["STORAGE_URL"]).path) / key


def put(key: str, content: bytes) -> None:
    """Store `content`, whole or not at all, and flushed to disk."""
    with writing(key) as file:
        file.write(content)


@contextmanager
def writing(key: str, *, durable: bool = True) -> Iterator[BinaryIO]:
    """A file to write piece by piece; it is stored, whole and (if `durable`) flushed to disk, when the block ends well."""
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with fresh.open("xb") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


@contextmanager
def scratch() -> Iterator[BinaryIO]:
    """A file without a name, for what is too large for memory; it is gone when the block ends, however that comes about."""
    folder = _path("scratch")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=folder) as file:
        yield cast("BinaryIO", file)


@contextmanager
def reading(key: str) -> Iterator[BinaryIO]:
    """A stored file to read piece by piece. Raises FileNotFoundError."""
    with _path(key).open("rb") as file:
        yield file


def get(key: str) -> bytes | None:
    """The bytes stored under `key`, or None."""
    try:
        return _path(key).read_bytes()
    except FileNotFoundError:
        return None


def remove(key: str) -> None:
    """Forget what is stored under `key`, if anything is."""
    _path(key).unlink(missing_ok=True)
