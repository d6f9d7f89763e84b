"""How long a recording is, told from its content; and as what it is served.

Browsers record WebM or MP4 without saying how long it became, so what counts is the time of the last block. Nothing here
believes a length that a file claims: whatever doesn't fit ends the reading.
"""

from collections.abc import Iterator

from lms import filetypes
from lms.filetypes import Kind, kind_of

SERVED = {
    filetypes.WEBM: "audio/webm",
    filetypes.WEBM_SOUND: "audio/webm",
    filetypes.MP4: "audio/mp4",
    filetypes.M4A: "audio/mp4",
    filetypes.OGG_SOUND: "audio/ogg",
    filetypes.WAV: "audio/wav",
    filetypes.MP3: "audio/mpeg",
}
# Of WebM (Matroska): elements whose insides are looked at, and what they hold of time.
_INSIDE = {0x18538067, 0x1F43B675, 0x1549A966, 0xA0}  # segment, cluster, info, block group
_SCALE, _DURATION, _CLUSTER_TIME, _SIMPLE_BLOCK, _BLOCK = 0x2AD7B1, 0x4489, 0xE7, 0xA3, 0xA1
_MOST_ELEMENTS = 200_000
_OPUS = 48_000


def mime(kind: Kind) -> str | None:
    """As what a recording of this kind is served; None for what is none."""
    return SERVED.get(kind)


def seconds(content: bytes) -> int | None:
    """How long it is, rounded up; None where the content doesn't tell."""
    kind = kind_of(content)
    if kind in (filetypes.WEBM, filetypes.WEBM_SOUND):
        return _webm(content)
    if kind in (filetypes.MP4, filetypes.M4A):
        return _mp4(content)
    if kind is filetypes.OGG_SOUND:
        return _ogg(content)
    return _wav(content) if kind is filetypes.WAV else None


def _whole(thousandths: float) -> int:
    return int(-(-thousandths // 1000))


def _wav(content: bytes) -> int | None:
    at = 12
    rate = 0
    while at + 8 <= len(content):
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        if name == b"fmt ":
            rate = int.from_bytes(content[at + 16 : at + 20], "little")  # bytes of a second
        if name == b"data":
            return _whole(1000 * min(size, len(content) - at - 8) / rate) if rate else None
        at += 8 + size + size % 2
    return None


def _ogg(content: bytes) -> int | None:
    last = content.rfind(b"OggS")
    samples = int.from_bytes(content[last + 6 : last + 14], "little", signed=True)
    if b"OpusHead" in content[:512]:
        rate = _OPUS
    else:  # Vorbis says its rate in its first packet
        head = content.find(b"\x01vorbis", 0, 512)
        rate = int.from_bytes(content[head + 12 : head + 16], "little") if head >= 0 else 0
    return _whole(1000 * samples / rate) if rate > 0 and samples >= 0 else None


def _mp4(content: bytes) -> int | None:
    """From the movie's header; in fragments (as browsers record), from the times of the last one."""
    scale = length = 0
    head = content.find(b"mvhd")
    if head >= 0:
        wide = 8 if content[head + 4 : head + 5] == b"\x01" else 4
        at = head + 8 + 2 * wide
        scale = int.from_bytes(content[at : at + 4], "big")
        length = int.from_bytes(content[at + 4 : at + 4 + wide], "big")
    if scale and 0 < length < 1 << 31:
        return _whole(1000 * length / scale)
    last, track = content.rfind(b"tfdt"), content.find(b"mdhd")
    if last < 0 or track < 0:
        return None
    wide = 8 if content[track + 4 : track + 5] == b"\x01" else 4
    at = track + 8 + 2 * wide
    scale = int.from_bytes(content[at : at + 4], "big")
    wide = 8 if content[last + 4 : last + 5] == b"\x01" else 4
    begun = int.from_bytes(content[last + 8 : last + 8 + wide], "big")
    return _whole(1000 * begun / scale) if scale else None


def _webm(content: bytes) -> int | None:
    scale, last, cluster, told = 1_000_000, None, 0, None
    for name, begins, ends in _elements(content):
        if name == _SCALE:
            scale = int.from_bytes(content[begins:ends], "big") or scale
        elif name == _CLUSTER_TIME:
            cluster = int.from_bytes(content[begins:ends][:8], "big")
            told = cluster
        elif name in (_SIMPLE_BLOCK, _BLOCK):
            _track, step = _number(content, begins)
            moment = cluster + int.from_bytes(content[begins + step : begins + step + 2], "big", signed=True)
            last = max(last or 0, moment)
    end = told if last is None else last
    return None if end is None else _whole(end * scale / 1_000_000)


def _number(content: bytes, at: int) -> tuple[int, int]:
    """A number of variable length without its mark, and how many bytes it takes (0: none); -1 for an unknown size."""
    first = content[at] if at < len(content) else 0
    width = 9 - first.bit_length()
    if not first or at + width > len(content):
        return 0, 0
    value = int.from_bytes(content[at : at + width], "big") & ((1 << 7 * width) - 1)
    return (-1 if value == (1 << 7 * width) - 1 else value), width


def _elements(content: bytes) -> Iterator[tuple[int, int, int]]:
    """(id, begin, end) of elements, those inside others too, in order."""
    at = 0
    for _ in range(_MOST_ELEMENTS):
        first = content[at] if at < len(content) else 0
        width = 9 - first.bit_length()
        if not first or width > 4:
            return
        name = int.from_bytes(content[at : at + width], "big")
        size, step = _number(content, at + width)
        if not step:
            return
        begins = at + width + step
        ends = len(content) if size < 0 else min(begins + size, len(content))
        yield name, begins, ends
        at = begins if name in _INSIDE else ends
