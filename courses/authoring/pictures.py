"""Pictures and other files for a draft: made safe as they come in, and served so that nothing in them runs."""

from io import BytesIO
from pathlib import PurePosixPath

from courses.authoring import rules
from courses.authoring.refusals import CaptionsWrong, DrawingUnsafe, FileBroken, FileTooLarge, FileUnknown, PictureMoves
from courses.catalogue.beside import MOST
from lms import captions, drawings, filetypes, pictures

LARGEST_FILE = 15_000_000  # bytes, as it comes
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1_600  # of what is kept
LARGEST_PICTURE = 400_000  # bytes of a PNG as it is kept; a larger one becomes a WebP
KNOWN = "SVG, PNG, JPEG, WebP, WebM, MP4, Ogg, MP3, WAV, WebVTT, PDF, ODT"
PICTURE = "picture"  # what a file is used for, as `lms.filetypes` calls it


def cleaned(content: bytes, given: str) -> tuple[bytes, str, str]:
    """A file as a draft keeps it, the ending of its name, and what it is used for (`given`: the name that it came with).

    A drawing stays byte for byte, or is refused; any other picture becomes one of our own, without metadata. Sound, video,
    captions and sheets are told by their content and stay as they are.
    Raises FileTooLarge, FileUnknown, FileBroken, PictureMoves, DrawingUnsafe, CaptionsWrong.
    """
    if len(content) > LARGEST_FILE:
        raise FileTooLarge(most=f"{LARGEST_FILE // 1_000_000} MB")
    if pictures.is_drawing(content):
        try:
            drawings.standing_alone(content)
        except drawings.DrawingRefused as refused:
            raise DrawingUnsafe(why=refused.sentence) from refused
        return content, ".svg", PICTURE
    kind = filetypes.kind_of(content)
    if kind is None:
        raise FileUnknown(known=KNOWN)
    if kind.use == PICTURE:
        return *_redrawn(content), PICTURE
    if len(content) > MOST[kind.use]:
        raise FileTooLarge(most=f"{max(1, MOST[kind.use] // 1_000_000)} MB")
    if kind is filetypes.CAPTIONS and (wrong := list(captions.faults(content))):
        raise CaptionsWrong(line=wrong[0].line, why=wrong[0].sentence)
    ending = filetypes.ending_of(given)
    return content, f".{ending if ending in kind.endings else kind.endings[0]}", kind.use


def _redrawn(content: bytes) -> tuple[bytes, str]:
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
    """A file name: from its own name or from what it shows, and not one that is taken."""
    stem = rules.slug(PurePosixPath(given.replace("\\", "/")).stem) or rules.slug(description) or "archivo"
    return rules.unused(stem, {name.partition(".")[0] for name in taken if name.endswith(ending)}) + ending


def served(path: str, content: bytes) -> tuple[bytes, str, bool] | None:
    """A file of a draft as a browser may have it, its type by its content, and whether it is shown rather than kept.

    None for texts and for what is not known.
    """
    if path.endswith(".md"):
        return None
    if path.lower().endswith(".svg"):
        try:
            return drawings.standing_alone(content).svg, "image/svg+xml", True
        except drawings.DrawingRefused:
            return None
    kind = filetypes.kind_of(content)
    return (content, kind.mime, kind.use != "sheet") if kind else None


def snippet(use: str, name: str, description: str) -> str:
    """The Markdown that shows a file: a picture, or the block that plays or offers it."""
    words = " ".join(description.replace("[", "(").replace("]", ")").replace("|", "/").split())
    if use == PICTURE:
        return f"![{words}]({name})"
    if use == "captions":
        return f"captions: {name}"
    if use == "sheet":
        return f"/// download | {words}\nsrc: {name}\n///"
    block = "audio" if use == "sound" else "video"
    more = f"captions: {PurePosixPath(name).stem}.vtt\n" if block == "video" else ""
    return f"/// {block} | {words}\nsrc: {name}\n{more}\n…\n///"
