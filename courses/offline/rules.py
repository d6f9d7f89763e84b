"""Modules on a phone, decided: whose they are, and how much room they take."""

import hashlib
import re
from collections.abc import Sequence
from uuid import UUID

FRAME = 20_000  # bytes of a page around its text


def mark(person_id: UUID) -> str:
    """How a phone tells one reader from another. It says nothing of the person: ids are random, and it leads to none."""
    return hashlib.sha256(f"phone of {person_id}".encode()).hexdigest()[:32]


def room(texts: Sequence[str], around: int, assets: int) -> int:
    """About how many bytes a module takes: its texts, each in a page; `around` more pages; what they are drawn with."""
    return sum(len(text.encode()) + FRAME for text in texts) + around * FRAME + assets


def files(texts: Sequence[str]) -> set[str]:
    """The fingerprints of the files (sound, video, sheets) that these texts show or offer."""
    return {found for text in texts for found in re.findall(r"/media/([0-9a-f]{32})/", text)}


def standing(*, there: bool, ended: bool, left: bool) -> str:
    """What a phone is told of the sign-in in its cookie: `in`, `ended` (by somebody, on purpose), or `lapsed`.

    After `ended` nothing that was kept may be read any more. A sign-in that has only run out, or a cookie that is gone, says
    nothing about what its reader wants: kept modules stay until their days are over.
    """
    if there:
        return "in"
    return "ended" if ended or left else "lapsed"
