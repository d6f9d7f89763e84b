"""How long a voice note may be, what may be shared with whom, and which part of a file a browser asks for."""

import re

LONGEST_VOICE = 5 * 60  # seconds
GRACE = 15  # seconds that a recorder may run on
LARGEST_VOICE = 8_000_000  # bytes
LONGEST_ANSWER = 4_000  # characters
WAYS = ("words", "voice", "both", "done")
PIECE = 4_000_000  # bytes of a file that are read at once
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def too_long(seconds: int | None) -> bool:
    """Whether a recording of so many seconds (None: unknown, its size bounds it) is longer than is kept."""
    return seconds is not None and seconds > LONGEST_VOICE + GRACE


def ways(words: bool, voice: bool) -> tuple[str, ...]:
    """What can be shared by somebody who has written (`words`) and spoken (`voice`): always at least that it is done."""
    return tuple(way for way, there in zip(WAYS, (words, voice, words and voice, True), strict=True) if there)


def part(asked: str | None, size: int) -> tuple[int, int] | None:
    """(first, last) byte of what a Range header asks for; the whole for what is no single range.

    None: it begins beyond the end.
    """
    found = _RANGE.fullmatch((asked or "").strip())
    if found is None or found[0] == "bytes=-":
        return 0, size - 1
    if not found[1]:
        length = int(found[2])
        return (max(0, size - length), size - 1) if length else None
    first, last = int(found[1]), int(found[2]) if found[2] else size - 1
    if found[2] and last < first:
        return 0, size - 1
    return (first, min(last, size - 1)) if first < size else None
