"""Pictures as they come, opened with distrust: the type is told by the content, pixels are bounded before any is decoded."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageOps


class PictureWrong(ValueError):
    """`why` it cannot be taken: drawing (an SVG), unknown, broken, moves or large."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def kind_of(content: bytes) -> str:
    """PNG, JPEG or WEBP. Raises PictureWrong for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    raise PictureWrong("drawing" if is_drawing(content) else "unknown")


def is_drawing(content: bytes) -> bool:
    """Whether it looks like XML or an SVG."""
    beginning = content[:4096].replace(b"\x00", b"").lower()  # UTF-16 too
    return b"<svg" in beginning or re.match(rb"[\s\xef\xbb\xbf\xff\xfe]*<(\?xml|!doctype)", beginning) is not None


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


@contextmanager
def opened(content: bytes, *, most_pixels: int) -> Iterator[Image.Image]:
    """The picture, its pixels not decoded yet. Raises PictureWrong, also for what a decoder says of its pixels inside."""
    kind = kind_of(content)
    try:
        _whole(kind, content)
        with Image.open(BytesIO(content), formats=[kind]) as image:
            if image.width * image.height > most_pixels:
                raise PictureWrong("large")
            if getattr(image, "n_frames", 1) > 1:
                raise PictureWrong("moves")
            yield image
    except PictureWrong:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureWrong("large") from error
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
        raise PictureWrong("broken") from error


def bare(image: Image.Image, *, longest_side: int) -> Image.Image:
    """The pixels, upright and no larger than asked, without anything else that was in the file."""
    upright = ImageOps.exif_transpose(image)
    see_through = "A" in upright.getbands() or "transparency" in upright.info
    plain = upright.convert("RGBA" if see_through else "RGB")
    plain.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    pixels = Image.new(plain.mode, plain.size)  # without the old one's metadata
    pixels.paste(plain)
    return pixels
