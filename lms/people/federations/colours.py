"""A federation's colours: whether they can be read where they are used, what to take instead, and the stylesheet they make.

Contrast as WCAG 2.2 defines it (relative luminance, 1–21). Colours are "#rrggbb". Pure: no request, no database.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

LEAST = 4.5  # WCAG AA for text
DARK_LEAST = 7.0  # what the derived dark variant aims at: pale on dark tires the eye sooner
# The grounds of lms/static/style.css on which the colours are used.
LIGHT_GROUNDS = ("#faf6ee", "#fffdf9")
DARK_GROUNDS = ("#1b1a18", "#242320")
BLACK, WHITE = "#000000", "#ffffff"
HOUSE = {"act": "#0b5660", "people": "#94421f"}  # the tokens of the house
TINT = 0.12  # of the colour in its own pale ground
DARK_TINT = 0.14


@dataclass(frozen=True, slots=True)
class Variant:
    """A colour, a stronger one for when it is touched, its tinted ground, and what is written on it."""

    colour: str
    strong: str
    tint: str
    on: str


def read(text: str) -> str | None:
    """A colour as it is kept ("#0b5660"), from "#0B5660", "0b5660" or "#abc"; None if it is none."""
    found = re.fullmatch(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})", text.strip())
    if found is None or not text.isascii():
        return None
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance: 0 for black, 1 for white."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black and white), whichever comes first."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """`colour` with a `share` (0–1) of the other in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _worst(colour: str, grounds: tuple[str, ...], tint: str) -> float:
    return min(contrast(colour, ground) for ground in (*grounds, tint))


def light(colour: str) -> Variant:
    """What the colour becomes on paper."""
    return Variant(colour, mixed(colour, BLACK, 0.28), mixed(LIGHT_GROUNDS[1], colour, TINT), WHITE)


def ratio(colour: str) -> float:
    """The worst contrast of a colour on the light grounds where it is used, its own tint among them."""
    return _worst(colour, LIGHT_GROUNDS, light(colour).tint)


def passes(colour: str) -> bool:
    """Whether the colour can be read everywhere. Its dark variant is derived so that it can."""
    return ratio(colour) >= LEAST


def nearest(colour: str) -> str:
    """The colour itself if it passes; otherwise the least darkened one of the same hue that does."""
    if passes(colour):
        return colour
    steps = 256
    low, high = 0, steps  # shares of black, in 1/256: `high` always passes
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if passes(mixed(colour, BLACK, middle / steps)) else (middle, high)
    return mixed(colour, BLACK, high / steps)


def dark(colour: str) -> Variant:
    """The variant for dark grounds: as much white in it as reading asks, the colour itself where it is pale enough."""
    for percent in range(101):
        found = mixed(colour, WHITE, percent / 100)
        tint = mixed(DARK_GROUNDS[1], found, DARK_TINT)
        if _worst(found, DARK_GROUNDS, tint) >= DARK_LEAST:
            return Variant(found, mixed(found, WHITE, 0.4), tint, mixed(colour, BLACK, 0.85))
    raise AssertionError(colour)  # white itself passes


def _tokens(act: str | None, people: str | None, made: Callable[[str], Variant]) -> str:
    tokens: list[str] = []
    if act is not None:
        one = made(act)
        tokens += [f"--act:{one.colour}", f"--act-strong:{one.strong}", f"--act-tint:{one.tint}", f"--on-act:{one.on}"]
        tokens.append(f"--focus:{one.colour}")
    if people is not None:
        one = made(people)
        tokens += [f"--people:{one.colour}", f"--people-tint:{one.tint}"]
    return ";".join(tokens)


@lru_cache(maxsize=256)
def stylesheet(act: str | None, people: str | None) -> str:
    """The tokens that replace the house's, light and dark; "" when none does."""
    if act is None and people is None:
        return ""
    pale, deep = _tokens(act, people, dark), _tokens(act, people, light)
    return (
        f":root{{{deep}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{html:not([data-theme=light]){{{pale}}}}}\n"
        f"@media screen{{html[data-theme=dark]{{{pale}}}}}\n"
    )


def panes(act: str | None, people: str | None) -> str:
    """The same for two panes side by side, on the page where colours are chosen."""
    return f".pane-light{{{_tokens(act, people, light)}}}\n.pane-dark{{{_tokens(act, people, dark)}}}\n"


@lru_cache(maxsize=256)
def digest(act: str | None, people: str | None) -> str:
    """What stands in the stylesheet's address: it changes with the content."""
    return hashlib.sha256(stylesheet(act, people).encode()).hexdigest()[:16]
