"""Pictures for a draft: made safe as they come in, and served so that nothing in them runs."""

from io import BytesIO
from pathlib import PurePosixPath

from courses.authoring import rules
from courses.authoring.refusals import (
    DrawingUnsafe,
    FileBroken,
    FileTooLarge,
    FileUnknown,
    PictureMoves,
)
from lms import drawings, pictures

LARGEST_FILE = 8_000_000  # bytes, as it comes
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1_600  # of what is kept
LARGEST_PICTURE = 400_000  # bytes of a PNG as it is kept; a larger one becomes a WebP
KNOWN = "SVG, PNG, JPEG, WebP"


def cleaned(content: bytes) -> tuple[bytes, str]:
    """A picture as a draft keeps it, and the ending of its name.

    A drawing stays byte for byte, or is refused; anything else becomes a picture of our own, without metadata.
    Raises FileTooLarge, FileUnknown, FileBroken, PictureMoves, DrawingUnsafe.
    """
    if len(content) > LARGEST_FILE:
        raise FileTooLarge(most=f"{LARGEST_FILE // 1_000_000} MB")
    if pictures.is_drawing(content):
        try:
            drawings.standing_alone(content)
        except drawings.DrawingRefused as refused:
            raise DrawingUnsafe(why=refused.sentence) from refused
        return content, ".svg"
    try:
        with pictures.opened(content, most_pixels=MOST_PIXELS) as image:
            drawn = image.format == "PNG"
            image.load()
            pixels = pictures.bare(image, longest_side=LONGEST_SIDE)
    except pictures.PictureWrong as wrong:
        raise _refusal(wrong.why) from wrong
    out = BytesIO()
    if drawn:
        pixels.save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST_PICTURE:
            return out.getvalue(), ".png"
        out = BytesIO()
    pixels.save(out, "WEBP", quality=80)
    return out.getvalue(), ".webp"


def _refusal(why: str) -> Exception:
    if why == "large":
        return FileTooLarge(most=f"{MOST_PIXELS // 1_000_000} Mpx")
    if why == "moves":
        return PictureMoves()
    return FileBroken() if why == "broken" else FileUnknown(known=KNOWN)


def name_for(given: str, description: str, ending: str, taken: set[str]) -> str:
    """A file name for a picture: from its own name or from what it shows, and not one that is taken."""
    stem = rules.slug(PurePosixPath(given.replace("\\", "/")).stem) or rules.slug(description) or "imagen"
    return rules.unused(stem, {name.partition(".")[0] for name in taken}) + ending


def served(path: str, content: bytes) -> tuple[bytes, str] | None:
    """A picture of a draft as a browser may have it, and its type by its content; None for what is none."""
    if rules.place_of(path).kind != "picture":
        return None
    try:
        if path.lower().endswith(".svg"):
            return drawings.standing_alone(content).svg, "image/svg+xml"
        return content, f"image/{pictures.kind_of(content).lower()}"
    except (drawings.DrawingRefused, pictures.PictureWrong):
        return None


def snippet(name: str, description: str) -> str:
    """The Markdown that shows a picture."""
    words = " ".join(description.replace("[", "(").replace("]", ")").split())
    return f"![{words}]({name})"
