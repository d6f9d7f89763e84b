"""The master keys: 32 random bytes each, outside the database. The first seals; all open.

They come from the setting MASTER_KEY, or lie in LMS_HOME/keys/master, a line each: the key, and when it was made.
The file is read again when it has changed, so that a server that runs sees a rotation at once.
"""

import hashlib
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from flask import current_app

LENGTH = 32
MARK = 8  # bytes of a key's mark


class UnreadableKey(RuntimeError):
    """MASTER_KEY, or the file of keys, holds something that is no key."""


@dataclass(frozen=True, slots=True)
class Key:
    """A master key. `mark` names it without telling anything about it: sealed texts begin with it."""

    secret: bytes
    mark: bytes
    made_at: datetime | None = None  # unknown for a key from the setting

    def __repr__(self) -> str:  # a key never stands in a log or a trace
        return f"Key({self.mark.hex()})"


def _key(word: str, made_at: str = "") -> Key:
    try:
        secret = urlsafe_b64decode(word + "=" * (-len(word) % 4))
        moment = datetime.fromisoformat(made_at) if made_at else None
    except (NotBase64, ValueError) as error:
        raise UnreadableKey from error
    if len(secret) != LENGTH:
        raise UnreadableKey
    return Key(secret, hashlib.sha256(b"entrepares master key" + secret).digest()[:MARK], moment)


def fresh() -> str:
    """A new key, as it is written in the setting."""
    return urlsafe_b64encode(secrets.token_bytes(LENGTH)).decode().rstrip("=")


def from_setting() -> bool:
    """Whether the keys are given by MASTER_KEY, and so not ours to change."""
    return bool(current_app.config["MASTER_KEY"])


def path() -> Path:
    """Where the keys lie when no setting gives them."""
    return _where(current_app.config["LMS_HOME"])


def present() -> tuple[Key, ...]:
    """The keys there are now, the one that seals first; none before the first use. Raises UnreadableKey."""
    if from_setting():
        return _parsed(str(current_app.config["MASTER_KEY"]).replace(",", "\n"))
    where = _where(current_app.config["LMS_HOME"])
    try:
        found = os.stat(where)
    except FileNotFoundError:
        return ()
    return _read(where, found.st_mtime_ns, found.st_ino, found.st_size)


@lru_cache(maxsize=64)
def _where(home: str | Path) -> Path:
    return Path(home) / "keys" / "master"


@lru_cache(maxsize=64)
def _read(where: Path, _changed: int, _inode: int, _size: int) -> tuple[Key, ...]:
    return _parsed(where.read_text())


@lru_cache(maxsize=8)
def _parsed(text: str) -> tuple[Key, ...]:
    return tuple(_key(*line.split()[:2]) for line in text.splitlines() if line.strip())


def sealing(now: datetime) -> Key:
    """The key that seals; made now if there is none yet. Raises UnreadableKey."""
    keys = present()
    if not keys:
        _write([_line(fresh(), now)], first=True)
        keys = present()
    return keys[0]


def add(now: datetime) -> Key:
    """A new key in front of those there are: from now on it seals. Not for keys that the setting gives."""
    lines = path().read_text().splitlines() if path().exists() else []
    _write([_line(fresh(), now), *lines])
    return present()[0]


def drop(marks: set[bytes]) -> None:
    """Forget keys for good: what they sealed opens no more. Not for keys that the setting gives."""
    _write(
        [line for line in path().read_text().splitlines() if line.strip() and _key(line.split()[0]).mark not in marks]
    )


def _line(word: str, now: datetime) -> str:
    return f"{word} {now.isoformat(timespec='seconds')}"


def _write(lines: list[str], *, first: bool = False) -> None:
    """All or nothing, and on the disk before anything is sealed with it. `first`: only if there is no file yet."""
    where = path()
    where.parent.mkdir(mode=0o700, exist_ok=True)
    draft = where.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    if first:
        with suppress(FileExistsError):
            os.link(draft, where)  # atomic: of two processes that seal first, one key wins
        draft.unlink()
    else:
        draft.replace(where)
    folder = os.open(where.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
