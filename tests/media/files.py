"""Tiny files made here: sound, captions, a sheet, a picture; and what lies about what it is."""

import struct
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

from PIL import Image


def wav(seconds: float = 1, rate: int = 8_000) -> bytes:
    """Silence, one byte a sample."""
    data = b"\x80" * int(seconds * rate)
    form = struct.pack("<HHIIHH", 1, 1, rate, rate, 1, 8)
    body = b"WAVE" + b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _element(name: bytes, content: bytes, *, unknown: bool = False) -> bytes:
    size = b"\x01" + b"\xff" * 7 if unknown else (0x10000000 | len(content)).to_bytes(4, "big")
    return name + size + content


def webm(last: int = 3_000, *, film: bool = False) -> bytes:
    """A recording without a length of its own, as browsers make it; its last block begins at `last` milliseconds."""
    head = _element(b"\x1aE\xdf\xa3", _element(b"\x42\x82", b"webm"))
    codec = _element(b"\x86", b"V_VP8" if film else b"A_OPUS")
    tracks = _element(b"\x16\x54\xae\x6b", _element(b"\xae", codec))
    cluster = _element(b"\xe7", max(0, last - 20).to_bytes(4, "big"))
    cluster += _element(b"\xa3", b"\x81" + (20).to_bytes(2, "big") + b"\x80xxxx")
    inside = tracks + _element(b"\x1f\x43\xb6\x75", cluster, unknown=True)
    return head + _element(b"\x18\x53\x80\x67", inside, unknown=True)


def ogg(seconds: int = 4) -> bytes:
    """Two pages of Opus; the last says how many samples there were."""
    first = b"OggS\x00\x02" + bytes(8) + bytes(13) + b"OpusHead" + bytes(11)
    return first + b"OggS\x00\x04" + (seconds * 48_000).to_bytes(8, "little") + bytes(13)


def mp4(seconds: int = 5) -> bytes:
    """The heads of a sound file."""
    head = b"mvhd" + bytes(4) + bytes(8) + (1000).to_bytes(4, "big") + (seconds * 1000).to_bytes(4, "big")
    return b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42" + struct.pack(">I", len(head) + 4) + head


CAPTIONS = b"WEBVTT\n\nNOTE Hecho por la casa\n\n00:00.000 --> 00:01.500\nHola.\n\n00:01.500 --> 00:03.000\n<v Rosa>Aqu\xc3\xad estoy.\n"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def odt() -> bytes:
    """The smallest text document."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<x/>")
    return out.getvalue()


def picture(form: str = "PNG", *, placed: bool = False) -> bytes:
    """A small picture; `placed` says where it was taken."""
    out, image = BytesIO(), Image.new("RGB", (40, 30), "teal")
    exif = image.getexif()
    if placed:
        exif.get_ifd(0x8825)[1] = "N"
        exif[0x8825] = {1: "N", 2: (37.0, 0.0, 0.0)}
    image.save(out, form, exif=exif)
    return out.getvalue()
