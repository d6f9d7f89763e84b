"""Courses in ZIP archives: unpacked with distrust, packed the same way each time.

What an archive says of itself is never believed: sizes are counted while unpacking, and nothing is written outside one folder.
"""

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal

MOST_MEMBERS = 2_000
MOST_BYTES = 100_000_000  # unpacked, in all
HIGHEST_RATIO = 200
DEEPEST = 6
PIECE = 65_536
UTF8 = 0x800  # the flag of a name that is UTF-8
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Caps:
    """How much an archive may unpack to: files, bytes in all, folders in folders."""

    members: int = MOST_MEMBERS
    size: int = MOST_BYTES
    depth: int = DEEPEST


COURSE = Caps()


class ArchiveBroken(Refusal):
    """It is no ZIP, or a part of it cannot be read."""

    code = "archive-broken"
    sentence = _l("Este archivo no es un ZIP que se pueda leer. Comprímelo otra vez y vuelve a intentarlo.")


class ArchiveTooLarge(Refusal):
    """It unpacks to more than it may."""

    code = "archive-too-large"
    sentence = _l(
        "El ZIP se desempaqueta en más de lo que se admite (%(files)s archivos o %(megabytes)s MB). Repártelo."
    )

    def __init__(self, caps: Caps) -> None:
        super().__init__(files=caps.members, megabytes=caps.size // 1_000_000)


class ArchiveReachesOut(Refusal):
    """A member is a link, or its name leads out of the folder."""

    code = "archive-reaches-out"
    sentence = _l(
        "El ZIP lleva «%(name)s», que es un enlace o apunta fuera de su carpeta. Quítalo y comprime de nuevo."
    )


class ArchiveNameUnreadable(Refusal):
    """A name is not UTF-8, or has signs that no file name should have."""

    code = "archive-name-unreadable"
    sentence = _l("Un archivo del ZIP tiene un nombre que no es texto UTF-8. Usa minúsculas sin acentos y guiones.")


class ArchiveWithoutCourse(Refusal):
    """There is no course.md where it should be."""

    code = "archive-without-course"
    sentence = _l("El ZIP tiene que llevar una sola carpeta, con un course.md dentro.")


def unpack(archive: Path, into: Path) -> Path:
    """Unpack a course below `into`, an empty folder: the course's own folder. Raises the refusals above; what was written stays in `into`."""
    extract(archive, into, COURSE)
    folders = [path for path in into.iterdir() if path.name != "__MACOSX"]
    if len(folders) != 1 or not (folders[0] / "course.md").is_file():
        raise ArchiveWithoutCourse
    return folders[0]


def extract(archive: Path | IO[bytes], into: Path, caps: Caps) -> None:
    """Unpack whatever it is below `into`, an empty folder. Raises the refusals above; what was written stays in `into`."""
    try:
        with ZipFile(archive) as opened:
            members = opened.infolist()
            if len(members) > caps.members:
                raise ArchiveTooLarge(caps)
            places = [_place(member, caps) for member in members]
            if len(set(places)) < len(places):
                raise ArchiveBroken
            left = caps.size
            for member, place in zip(members, places, strict=True):
                if member.is_dir():
                    continue
                left -= _write(opened, member, into / place, left, caps)
    except Refusal:
        raise
    except (BadZipFile, OSError, ValueError, EOFError, RuntimeError, NotImplementedError, OverflowError) as error:
        raise ArchiveBroken from error
    except Exception as error:  # zlib.error, and what else a made-up archive wakes
        raise ArchiveBroken from error


def _place(member: ZipInfo, caps: Caps) -> PurePosixPath:
    """Where a member goes, below the folder."""
    name = member.filename
    if not name.isprintable() or (not name.isascii() and not member.flag_bits & UTF8):
        raise ArchiveNameUnreadable
    mode = member.external_attr >> 16
    odd = stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR)
    path = PurePosixPath(name)
    outside = name.startswith("/") or "\\" in name or ":" in name or ".." in path.parts or len(path.parts) > caps.depth
    if odd or outside or not path.parts:
        raise ArchiveReachesOut(name=name[:80])
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or member.flag_bits & 1:
        raise ArchiveBroken
    return path


def _write(opened: ZipFile, member: ZipInfo, path: Path, most: int, caps: Caps) -> int:
    """Write a member; how many bytes it had."""
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with opened.open(member) as packed, path.open("xb") as out:
        while piece := packed.read(PIECE):
            size += len(piece)
            dense = size > 16 * PIECE and size > HIGHEST_RATIO * max(member.compress_size, 1)
            if size > most or dense:
                raise ArchiveTooLarge(caps)
            out.write(piece)
    return size


def pack(slug: str, files: Mapping[str, bytes], target: Any) -> None:
    """Write a course's files into a ZIP, in the order of their names and without a date: the same files, the same bytes."""
    with ZipFile(target, "w") as archive:
        for name in sorted(files):
            member = ZipInfo(f"{slug}/{name}", EPOCH)
            member.compress_type = ZIP_DEFLATED
            member.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(member, files[name])


def lay_out(files: Mapping[str, bytes], folder: Path) -> None:
    """Write a course's files below `folder`, which is made; it must not hold anything yet."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FolderNotEmpty(folder=str(folder))
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class FolderNotEmpty(Refusal):
    """What lies there would be mixed with the course."""

    code = "folder-not-empty"
    sentence = _l("La carpeta %(folder)s no está vacía. Elige otra, para no mezclar nada.")
