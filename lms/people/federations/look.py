"""Where pages find a federation's logo and colours: addresses that change with the content, so that they may be kept for long."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from lms.people.federations import colours as shades

HEIGHT, WIDEST = 36, 150  # of the logo in the head of a page, in CSS pixels


class Shown(NamedTuple):
    """A logo's address, and the box that it fills in the head of a page."""

    src: str
    width: int
    height: int


def key(federation_id: UUID, digest: str) -> str:
    """Where the logo is stored."""
    return f"federations/{federation_id}/{digest}.png"


def logo(federation_id: UUID | None, look: Mapping[str, Any]) -> Shown | None:
    """The logo of a federation with this `look`; None without one."""
    kept = look.get("logo")
    if not kept:
        return None
    scale = min(HEIGHT / kept["height"], WIDEST / kept["width"])
    size = (max(1, round(kept[side] * scale)) for side in ("width", "height"))
    return Shown(f"/federations/{federation_id}/logo/{kept['digest']}.png", *size)


def colours(federation_id: UUID | None, look: Mapping[str, Any]) -> str | None:
    """The address of the stylesheet with a federation's own colours; None where it has none."""
    act, people = look.get("act"), look.get("people")
    if not act and not people:
        return None
    return f"/federations/{federation_id}/colours/{shades.digest(act, people)}.css"
