"""What a name is, however it is written."""

import unicodedata

# Invisible marks that turn the direction of what stands around a name, and blanks without width.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
WITHOUT_WIDTH = frozenset("\u200b\u2060\ufeff\u00ad\u180e")
JOINERS = frozenset("\u200c\u200d")  # belong to Persian, Hindi, emoji: kept between two visible characters


def tidy(name: str) -> str:
    """A name in one form: NFC, single blanks, nothing invisible that turns or hides text. "" if nothing visible is left.

    What is visible stays as it was typed: Arabic, combining marks, apostrophes, one letter, lower case.
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join(c for c in text if c not in TURNING and c not in WITHOUT_WIDTH)
    text = " ".join(text.replace("\u00a0", " ").split(" ")).strip("".join(JOINERS) + " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text if any(_visible(c) for c in text) else ""


def _visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZM"


LONGEST = 120


def printable(name: str) -> bool:
    """Whether a tidied name can stand on a certificate: at least one letter, nothing that cannot be printed."""
    if not 0 < len(name) <= LONGEST or not any(unicodedata.category(c).startswith("L") for c in name):
        return False
    return not any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") for c in name)
