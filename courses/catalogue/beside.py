"""The files that lie beside a course's texts (sound, video, captions, sheets, photographs): which there are, and what is wrong."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from lms import captions, filetypes, pictures
from lms.media_blocks import NAME, File

# Bytes of one file, by what it is used for.
MOST = {
    "sound": 25_000_000,
    "film": 25_000_000,
    "captions": captions.MOST_BYTES,
    "sheet": 10_000_000,
    "picture": 2_000_000,
}
MOST_PIXELS = 4_000_000
TEXTS = ("md", "svg")  # that are read as parts of the course itself
_PLACE = 0x8825  # the part of a photograph that tells where it was taken


@dataclass(frozen=True, slots=True)
class Found:
    """A file, its place, and what is wrong with it as (line, sentence)."""

    path: Path
    file: File
    whole: str  # SHA-256 of its content
    faults: list[tuple[int, Any]]


def found(folder: Path) -> Iterator[Found]:
    """The files of one folder, but for texts, drawings and hidden ones. None is read into memory as a whole, but small ones."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        hidden = path.is_symlink() or path.name.startswith(".")
        if path.is_file() and not hidden and filetypes.ending_of(path.name) not in TEXTS:
            yield _judged(path)


def _judged(path: Path) -> Found:
    size = path.stat().st_size
    with path.open("rb") as opened:
        kind = filetypes.kind_of(opened.read(filetypes.HEAD))
    nothing = File(path.name, None, size, "")
    if kind is None:
        known = "WebM, MP4, Ogg, WAV, MP3, WebVTT, PNG, JPEG, WebP, PDF, ODT"
        sentence = _l("No se reconoce qué es este archivo. En un curso caben: %(known)s.", known=known)
        return Found(path, nothing, "", [(1, sentence)])
    if size > MOST[kind.use]:
        sentence = _l("El archivo ocupa demasiado (%(most)s MB como mucho).", most=max(1, MOST[kind.use] // 1_000_000))
        return Found(path, nothing, "", [(1, sentence)])
    faults: list[tuple[int, Any]] = []
    if not NAME.fullmatch(path.name):
        faults.append((1, _l("El nombre de un archivo lleva solo minúsculas sin acentos, cifras, puntos y guiones.")))
    if filetypes.ending_of(path.name) not in kind.endings:
        endings = ", ".join(f".{ending}" for ending in kind.endings)
        sentence = _l(
            "Por dentro es %(kind)s, y su nombre dice otra cosa. Termínalo en %(endings)s.",
            kind=kind.words,
            endings=endings,
        )
        faults.append((1, sentence))
    width = height = 0
    if kind is filetypes.CAPTIONS:
        faults += [(fault.line, fault.sentence) for fault in captions.faults(path.read_bytes())]
    elif kind.use == "picture":
        width, height, wrong = _pixels(path.read_bytes())
        faults += [(1, wrong)] if wrong else []
    with path.open("rb") as opened:
        whole = hashlib.file_digest(opened, "sha256").hexdigest()
    return Found(path, File(path.name, kind, size, whole[:32], width, height), whole, faults)


def _pixels(content: bytes) -> tuple[int, int, Any]:
    """Width and height, and what is wrong with a picture."""
    try:
        with pictures.opened(content, most_pixels=MOST_PIXELS) as image:
            if image.getexif().get_ifd(_PLACE):
                return 0, 0, _l("La fotografía dice dónde se hizo. Quítale esos datos y ponla otra vez.")
            image.load()
            return (*image.size, None)
    except pictures.PictureWrong as wrong:
        if wrong.why == "large":
            return 0, 0, _l("La imagen tiene demasiados puntos: redúcela a 2000 × 2000 como mucho.")
        return 0, 0, _l("Esta imagen no se puede abrir. Guárdala de nuevo como PNG, JPEG o WebP.")
