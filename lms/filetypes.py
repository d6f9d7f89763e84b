"""What a file is, told by its first bytes and never by its name; and which ending a name may then have."""

import re
from dataclasses import dataclass

HEAD = 4_096  # bytes that tell it
_MP3 = re.compile(rb"ID3[\x02-\x04]|\xff[\xfb\xfa\xf3\xf2]")
_ODF = re.compile(rb"mimetype(application/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation))PK")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. `use`: sound, film, captions, picture or sheet."""

    use: str
    mime: str
    endings: tuple[str, ...]
    words: str


WEBM = Kind("film", "video/webm", ("webm",), "WebM")
WEBM_SOUND = Kind("sound", "audio/webm", ("webm", "weba"), "WebM")
MP4 = Kind("film", "video/mp4", ("mp4", "m4v", "m4a"), "MP4")
M4A = Kind("sound", "audio/mp4", ("m4a", "mp4"), "M4A")
OGG = Kind("film", "video/ogg", ("ogv",), "Ogg")
OGG_SOUND = Kind("sound", "audio/ogg", ("ogg", "oga", "opus"), "Ogg")
WAV = Kind("sound", "audio/wav", ("wav",), "WAV")
MP3 = Kind("sound", "audio/mpeg", ("mp3",), "MP3")
CAPTIONS = Kind("captions", "text/vtt; charset=utf-8", ("vtt",), "WebVTT")
PNG = Kind("picture", "image/png", ("png",), "PNG")
JPEG = Kind("picture", "image/jpeg", ("jpg", "jpeg"), "JPEG")
WEBP = Kind("picture", "image/webp", ("webp",), "WebP")
PDF = Kind("sheet", "application/pdf", ("pdf",), "PDF")
ODF = {
    b"text": ("odt", "ODT"),
    b"spreadsheet": ("ods", "ODS"),
    b"presentation": ("odp", "ODP"),
}


def kind_of(head: bytes) -> Kind | None:
    """The kind of a file that begins with `head` (HEAD bytes of it, or all there are); None for what is not known here."""
    head = head[:HEAD]
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        return WEBM if b"V_" in head else WEBM_SOUND
    if head[4:8] == b"ftyp":
        return M4A if head[8:11] == b"M4A" or (b"soun" in head and b"vide" not in head) else MP4
    if head.startswith(b"OggS"):
        return OGG if b"theora" in head[:512] else OGG_SOUND
    if head.startswith(b"RIFF"):
        return {b"WAVE": WAV, b"WEBP": WEBP}.get(head[8:12])
    if head.startswith(b"PK\x03\x04") and (found := _ODF.match(head[30:])):
        ending, words = ODF[found[2]]
        return Kind("sheet", found[1].decode(), (ending,), words)
    for kind, sign in ((PNG, b"\x89PNG\r\n\x1a\n"), (JPEG, b"\xff\xd8\xff"), (PDF, b"%PDF-")):
        if head.startswith(sign):
            return kind
    if re.match(rb"(\xef\xbb\xbf)?WEBVTT([ \t\r\n]|$)", head):
        return CAPTIONS
    return MP3 if _MP3.match(head) else None


def ending_of(name: str) -> str:
    """The ending of a file's name, in lower case, without the dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""
