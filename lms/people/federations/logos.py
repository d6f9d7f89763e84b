"""A logo as it comes, made into one that is safe to show: a small PNG of our own, whatever was in the file.

The type is told by the content. Pixels are bounded before any is decoded; only the first (and only) picture is taken, and
nothing of its metadata.
"""

import hashlib
import re
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from lms.people.federations.refusals import LogoBroken, LogoDrawing, LogoMoves, LogoNarrow, LogoTooLarge, LogoUnknown

LARGEST_FILE = 4_000_000  # bytes
MOST_PIXELS = 16_000_000  # decoded: 64 MB
LONGEST_SIDE = 512  # of what is kept
SHORTEST_SIDE = 24
MOST_STRETCHED = 6  # one side, in terms of the other
FORMATS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True, slots=True)
class Logo:
    """A PNG of ours and its size in pixels."""

    png: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """What stands in its address: it changes with the content."""
        return hashlib.sha256(self.png).hexdigest()[:32]


def _kind(content: bytes) -> str:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    beginning = content[:4096].replace(b"\x00", b"").lower()  # UTF-16 too
    if b"<svg" in beginning or re.match(rb"[\s\xef\xbb\xbf\xff\xfe]*<(\?xml|!doctype)", beginning):
        raise LogoDrawing
    raise LogoUnknown


def _whole(kind: str, content: bytes) -> None:
    """Raise OSError for a file that ends too early: Pillow lets it pass once WeasyPrint has told it to."""
    if kind == "PNG":
        with Image.open(BytesIO(content), formats=[kind]) as image:
            image.verify()
    # After the last beginning of pixels, the end: within them, these two bytes never follow each other.
    elif (kind == "JPEG" and content.rfind(b"\xff\xd9") < content.rfind(b"\xff\xda")) or (
        kind == "WEBP" and int.from_bytes(content[4:8], "little") + 8 > len(content)
    ):
        raise OSError(kind)


def read(content: bytes) -> Logo:
    """The logo that a file shows. Raises a refusal that says what is wrong with it and what to do."""
    kind = _kind(content)
    try:
        _whole(kind, content)
        with Image.open(BytesIO(content), formats=[kind]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise LogoTooLarge
            if getattr(image, "n_frames", 1) > 1:
                raise LogoMoves
            if min(image.size) < SHORTEST_SIDE or max(image.size) > MOST_STRETCHED * min(image.size):
                raise LogoNarrow
            image.load()
            return _kept(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise LogoTooLarge from error
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        MemoryError,
        OverflowError,
        IndexError,
        KeyError,
        TypeError,
    ) as error:
        # Whatever a decoder says of broken bytes.
        raise LogoBroken from error


def _kept(image: Image.Image) -> Logo:
    upright = ImageOps.exif_transpose(image)
    see_through = "A" in upright.getbands() or "transparency" in upright.info
    plain = upright.convert("RGBA" if see_through else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    pixels = Image.new(plain.mode, plain.size)  # without the old one's metadata
    pixels.paste(plain)
    out = BytesIO()
    pixels.save(out, "PNG", optimize=True)
    return Logo(out.getvalue(), *pixels.size)
