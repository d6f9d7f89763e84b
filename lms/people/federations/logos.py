"""A logo as it comes, made into one that is safe to show: a small PNG of our own, whatever was in the file.

Only the first (and only) picture is taken, and nothing of its metadata.
"""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from lms import pictures
from lms.people.federations.refusals import LogoBroken, LogoDrawing, LogoMoves, LogoNarrow, LogoTooLarge, LogoUnknown

LARGEST_FILE = 4_000_000  # bytes
MOST_PIXELS = 16_000_000  # decoded: 64 MB
LONGEST_SIDE = 512  # of what is kept
SHORTEST_SIDE = 24
MOST_STRETCHED = 6  # one side, in terms of the other
REFUSALS = {
    "drawing": LogoDrawing,
    "unknown": LogoUnknown,
    "broken": LogoBroken,
    "moves": LogoMoves,
    "large": LogoTooLarge,
}


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


def read(content: bytes) -> Logo:
    """The logo that a file shows. Raises a refusal that says what is wrong with it and what to do."""
    try:
        with pictures.opened(content, most_pixels=MOST_PIXELS) as image:
            if min(image.size) < SHORTEST_SIDE or max(image.size) > MOST_STRETCHED * min(image.size):
                raise LogoNarrow
            image.load()
            pixels = pictures.bare(image, longest_side=LONGEST_SIDE)
    except pictures.PictureWrong as wrong:
        raise REFUSALS[wrong.why] from wrong
    out = BytesIO()
    pixels.save(out, "PNG", optimize=True)
    return Logo(out.getvalue(), *pixels.size)
