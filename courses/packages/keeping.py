"""A package from its archive into the storage: unpacked with distrust, kept under numbers, never under names of its own."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from uuid import UUID

from flask import current_app

from courses.catalogue.archives import ArchiveNameUnreadable, Caps, extract
from courses.packages import manifest
from courses.packages.refusals import ManifestForbidden, ManifestMissing
from lms import storage, uploads
from lms.storage import writing

PIECE = 1_000_000
DEEPEST = 16
LONGEST_PATH = 400


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A package on disk, not yet kept. `files`: (path inside, size) in a fixed order."""

    root: Path
    digest: str
    manifest: manifest.Manifest
    files: list[tuple[str, int]]


def caps() -> Caps:
    """How much a package may unpack to."""
    settings = current_app.config
    return Caps(int(settings["PACKAGE_FILES"]), int(settings["PACKAGE_MEGABYTES"]) * 1_000_000, DEEPEST)


@contextmanager
def unpacked(archive: IO[bytes]) -> Iterator[Unpacked]:
    """The package in an archive, laid out for as long as the block lasts. Raises the refusals of archives and manifests."""
    digest = _digest(archive)
    with TemporaryDirectory(dir=uploads.folder()) as scratch:
        extract(archive, Path(scratch), caps())
        root = _root(Path(scratch))
        files = [(path.relative_to(root).as_posix(), path.stat().st_size) for path in _files(root)]
        if any(len(path) > LONGEST_PATH for path, _size in files):
            raise ArchiveNameUnreadable
        document = root / manifest.NAME
        if document.stat().st_size > manifest.MOST_BYTES:
            raise ManifestForbidden
        said = manifest.read(document.read_bytes(), {path for path, _size in files})
        yield Unpacked(root, digest, said, files)


def _digest(archive: IO[bytes]) -> str:
    seen = hashlib.sha256()
    archive.seek(0)
    while piece := archive.read(PIECE):
        seen.update(piece)
    archive.seek(0)
    return seen.hexdigest()


def _root(scratch: Path) -> Path:
    """The folder with the manifest: the archive's own, or the only one in it (as when a folder was compressed)."""
    if (scratch / manifest.NAME).is_file():
        return scratch
    inside = [path for path in scratch.iterdir() if path.name != "__MACOSX"]
    if len(inside) == 1 and (inside[0] / manifest.NAME).is_file():
        return inside[0]
    raise ManifestMissing


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def key(package_id: UUID, number: int) -> str:
    """Under which key a file of a package is stored."""
    return f"packages/{package_id}/{number}"


def store(package_id: UUID, package: Unpacked) -> None:
    """Keep every file, and have them on the disk before anybody is told so."""
    for number, (path, _size) in enumerate(package.files):
        with (package.root / path).open("rb") as read, writing(key(package_id, number), durable=False) as out:
            while piece := read.read(PIECE):
                out.write(piece)
    os.sync()  # once for all of them: a flush for each of some thousand files takes many seconds


def forget(package_id: UUID, count: int) -> None:
    """Let go of what was stored."""
    for number in range(count):
        storage.remove(key(package_id, number))
