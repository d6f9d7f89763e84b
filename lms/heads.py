"""The heads of all audit chains, signed each hour and kept outside the database.

Whoever owns the database can cut or rewrite the end of a chain and its head with it. They cannot do that to a line that was
signed and kept before. Lines lie in LMS_HOME/heads/YYYY-MM.jsonl and, if HEADS_URL names a second place, there as well. Each
covers the hash of the line before; and the trail itself notes the hash of each line, so that a cut file shows too.

Keys (Ed25519) lie in LMS_HOME/keys/heads: the newest private one signs, and of those before it only the public part is left.
A new key is introduced by a line that the one before it signed.
"""

import fcntl
import hashlib
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app
from sqlalchemy import Text, cast, select

from lms import audit
from lms.audit import GENESIS, INSTALL, AuditEntry, AuditHead
from lms.db import db, transaction
from lms.walk import Head

ACTION, ROTATION = "heads.keep", "heads.rotate"
PURPOSE = b"entrepares audit heads 1\n"  # what is signed begins with it: the signature is good for nothing else
EACH = timedelta(hours=1)


def folder() -> Path:
    """Where the lines are kept."""
    return Path(current_app.config["LMS_HOME"]) / "heads"


def second_place() -> Path | None:
    """Where a copy is kept, if a setting names a place."""
    url = str(current_app.config["HEADS_URL"])
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "file" or not parts.path.startswith("/"):
        raise SystemExit("HEADS_URL is a folder, as in file:///mnt/elsewhere/heads.")
    return Path(parts.path)


# Keys.


def _key_folder() -> Path:
    return Path(current_app.config["LMS_HOME"]) / "keys" / "heads"


def mark_of(public: Ed25519PublicKey) -> str:
    """What names a key: the beginning of its SHA-256."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def _private() -> Ed25519PrivateKey | None:
    found = sorted(_key_folder().glob("*.pem"))
    if not found:
        return None
    key = serialization.load_pem_private_key(found[-1].read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def _signing(now: datetime) -> Ed25519PrivateKey:
    return _private() or _make_key(now)


def _make_key(now: datetime) -> Ed25519PrivateKey:
    key, where = Ed25519PrivateKey.generate(), _key_folder()
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{now.astimezone(UTC):%Y%m%dT%H%M%S}-{mark_of(key.public_key())}"
    _write(where / f"{name}.pub", _pem(key.public_key()), 0o644)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(where / f"{name}.pem", private, 0o600)
    return key


def _pem(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _write(path: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _flush_folder(path.parent)


def _flush_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def public_keys() -> dict[str, Ed25519PublicKey]:
    """The public keys of this install by their marks, oldest first."""
    return read_keys(path.read_bytes() for path in sorted(_key_folder().glob("*.pub")))


def read_keys(pems: Iterable[bytes]) -> dict[str, Ed25519PublicKey]:
    """Public keys from PEM by their marks. Raises ValueError for what is none."""
    found: dict[str, Ed25519PublicKey] = {}
    for pem in pems:
        key = serialization.load_pem_public_key(pem)
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("not an Ed25519 key")
        found[mark_of(key)] = key
    return found


def public_pems() -> list[str]:
    """The same as PEM, to give away."""
    return [_pem(key).decode() for key in public_keys().values()]


# Lines.


def _canonical(line: dict[str, Any]) -> bytes:
    return json.dumps(line, sort_keys=True, separators=(",", ":")).encode()


def _signed(line: dict[str, Any], key: Ed25519PrivateKey) -> bytes:
    line |= {"key": mark_of(key.public_key())}
    return _canonical(line | {"signature": b64encode(key.sign(PURPOSE + _canonical(line))).decode()})


def _present() -> list[list[Any]]:
    rows = db.session.execute(select(AuditHead.chain, AuditHead.number, AuditHead.hash).order_by(AuditHead.chain))
    return [[str(chain), number, digest] for chain, number, digest in rows]


def statement(now: datetime) -> str:
    """The present heads as a signed line that stands by itself: to print, or to give to somebody."""
    return _signed({"at": now.astimezone(UTC).isoformat(), "heads": _present()}, _signing(now)).decode()


def keep(now: datetime, *, every: timedelta = EACH) -> bool:
    """Write and sign the heads, unless that was done in this hour: of several workers at once, one does it.

    The line is on the disk before the trail notes it. If the commit fails, a line is kept of which the trail does not know:
    it is true all the same.
    """
    if _kept_since(now, every):
        return False
    with transaction() as session:
        audit.lock_head(session, INSTALL)  # the others wait here, and then find the entry
        if _kept_since(now, every):
            return False
        heads = _present()
        digest = _append({"at": now.astimezone(UTC).isoformat(), "heads": heads}, now)
        audit.record(
            ACTION, f"heads:{now.astimezone(UTC):%Y-%m}", federation_id=None, actor_id=None, now=now,
            line=digest, chains=len(heads),
        )  # fmt: skip
    copy()
    return True


def last_kept() -> datetime | None:
    """When heads were kept last, as far as the trail knows."""
    return db.session.scalar(
        select(AuditEntry.at)
        .where(AuditEntry.chain == INSTALL, AuditEntry.action == ACTION)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )


def _kept_since(now: datetime, every: timedelta) -> bool:
    """Whether it was done in the span of time (an hour, by the clock) in which `now` lies."""
    last, span = last_kept(), every.total_seconds()
    return bool(last and span and last.timestamp() // span == now.timestamp() // span)


def rotate_key(now: datetime) -> str:
    """A new key signs from now on, introduced by the one before it, whose private part is destroyed: the new mark."""
    with transaction() as session:
        audit.lock_head(session, INSTALL)
        _signing(now)
        before = sorted(_key_folder().glob("*.pem"))
        old = _private()
        new = _make_key(max(now, _moment_of(before[-1]) + timedelta(seconds=1)))
        assert old is not None
        mark, pem = mark_of(new.public_key()), _pem(new.public_key()).decode()
        line = {"at": now.astimezone(UTC).isoformat(), "heads": _present(), "introduces": {"key": mark, "public": pem}}
        digest = _append(line, now, old)
        audit.record(ROTATION, f"key:{mark}", federation_id=None, actor_id=None, now=now, line=digest)
    for path in before:
        path.unlink()
    copy()
    return mark


def _moment_of(path: Path) -> datetime:
    return datetime.strptime(path.name.partition("-")[0], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def _append(line: dict[str, Any], now: datetime, key: Ed25519PrivateKey | None = None) -> str:
    """Add a line to the month's file, flushed to the disk: its SHA-256."""
    where = folder()
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    newest = max([path.stem for path in where.glob("????-??.jsonl")], default="")
    path = (
        where / f"{max(newest, f'{now.astimezone(UTC):%Y-%m}')}.jsonl"
    )  # a clock that jumped back begins no older file
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _mend(file)
        content = _signed(line | {"previous": _last_hash(where)}, key or _signing(now))
        file.write(content + b"\n")
        file.flush()
        os.fsync(file.fileno())
    _flush_folder(where)
    return hashlib.sha256(content).hexdigest()


def _mend(file: Any) -> None:
    """A power cut may have left half a line, which nobody was told of."""
    file.seek(0)
    content = file.read()
    if content and not content.endswith(b"\n"):
        file.truncate(content.rfind(b"\n") + 1)


def _last_hash(where: Path) -> str:
    last = GENESIS
    for path in sorted(where.glob("????-??.jsonl"))[-2:]:
        for content in path.read_bytes().splitlines():
            last = hashlib.sha256(content).hexdigest()
    return last


def copy() -> bool:
    """Bring the second place up to date; False if it cannot be written or holds something else, which `check` names."""
    place = second_place()
    if place is None:
        return True
    try:
        place.mkdir(parents=True, exist_ok=True)
        for path in sorted(folder().glob("????-??.jsonl")):
            ours, copied = path.read_bytes(), place / path.name
            theirs = copied.read_bytes() if copied.exists() else b""
            if ours == theirs:
                continue
            if not ours.startswith(theirs):
                return False
            with copied.open("ab") as file:
                file.write(ours[len(theirs) :])
                file.flush()
                os.fsync(file.fileno())
        for path in _key_folder().glob("*.pub"):
            with suppress(FileExistsError):
                _write(place / path.name, path.read_bytes(), 0o644)
    except OSError as error:
        current_app.logger.warning("heads: the second place cannot be written (%s)", type(error).__name__)
        return False
    return True


def copied() -> bool:
    """Whether the second place holds what is kept here."""
    place = second_place()
    return place is None or all(
        (place / path.name).is_file() and (place / path.name).read_bytes() == path.read_bytes()
        for path in folder().glob("????-??.jsonl")
    )


# Reading them back.


@dataclass
class Kept:
    """What was read from kept lines: the heads of each chain, what is wrong with the lines, and the hash of each."""

    heads: dict[UUID, list[Head]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    lines: set[str] = field(default_factory=set)
    last_at: str = ""


def read(sources: Iterable[tuple[str, bytes]], keys: dict[str, Ed25519PublicKey], *, alone: bool = False) -> Kept:
    """Check signatures and order of lines, (name, content) each in turn; `alone`: lines need not follow one another.

    A line that is not sound gives no heads. A key that a sound line introduces is known from there on.
    """
    found, known, previous = Kept(), dict(keys), ""
    for name, content in sources:
        try:
            line = json.loads(content)
            unsigned = {key: value for key, value in line.items() if key != "signature"}
            signature = b64decode(line["signature"], validate=True)
            if (key := known.get(line["key"])) is None:
                found.faults.append(f"{name}: signed with a key that is not known here ({str(line['key'])[:16]})")
            else:
                key.verify(signature, PURPOSE + _canonical(unsigned))
                _take(line, found)
                if "introduces" in line:
                    known |= read_keys([str(line["introduces"]["public"]).encode()])
            if not alone and previous and line["previous"] != previous:
                found.faults.append(f"{name}: does not follow the line before it")
        except InvalidSignature:
            found.faults.append(f"{name}: its signature is not that of its content")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            found.faults.append(f"{name}: cannot be read")
        previous = hashlib.sha256(content).hexdigest()
        found.lines.add(previous)
    return found


def _take(line: dict[str, Any], found: Kept) -> None:
    heads = [(UUID(chain), int(number), str(digest)) for chain, number, digest in line["heads"]]
    for chain, number, digest in heads:
        found.heads.setdefault(chain, []).append((number, digest))
    found.last_at = str(line["at"])


def _lines(where: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(where.glob("????-??.jsonl")):
        content = path.read_bytes()
        for number, line in enumerate(content[: content.rfind(b"\n") + 1].splitlines(), start=1):
            yield f"heads {path.name} line {number}", line


def kept() -> Kept:
    """All heads that were kept here and in the second place, and what is wrong with them."""
    keys = public_keys()
    found = read(_lines(folder()), keys)
    place = second_place()
    if place is not None and place.is_dir():
        there = read(((f"second place: {name}", line) for name, line in _lines(place)), keys)
        found.faults += there.faults
        found.faults += ["second place: it has lines that are not here"] if there.lines - found.lines else []
        for chain, heads in there.heads.items():
            found.heads.setdefault(chain, []).extend(heads)
        found.lines |= there.lines
    for number, line in _noted():
        if line not in found.lines:
            found.faults.append(f"{INSTALL} · entry {number}: the line of heads that it notes is not kept anywhere")
    return found


def _noted() -> Iterator[tuple[int, Any]]:
    rows = db.session.execute(
        select(AuditEntry.number, cast(AuditEntry.facts, Text))
        .where(AuditEntry.chain == INSTALL, AuditEntry.action.in_((ACTION, ROTATION)))
        .order_by(AuditEntry.number)
    )
    for number, facts in rows.yield_per(1000):
        with suppress(ValueError, TypeError, AttributeError):  # what is no JSON any more, the walk names
            yield number, json.loads(facts).get("line")
