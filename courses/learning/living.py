"""Parts of a lesson that are not the same for everybody: filled in when it is read.

A lesson's HTML is prepared at publication. Some blocks leave an empty place in it, `<section id="NAME-…">`: whether the reader
has accepted a text, where the edition talks about a question. A topic that knows says so with `fills`; where nobody does, or
there is nothing to say, what was prepared stays. Lessons without such places cost nothing.
"""

import re
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

# (what stands after the name, the lesson's page, its address) → the HTML for the place, or None.
Fill = Callable[[str, Any, str], Markup | None]
FILLS: dict[str, Fill] = {}
_PLACE = re.compile(r'<section id="([a-z]+)-([a-z0-9-]{1,80})">(.*?)</section>', re.DOTALL)


def fills(name: str, fill: Fill) -> None:
    """Register who fills the places of a name."""
    FILLS[name] = fill


def filled(html: str, page: Any, address: str) -> str:
    """A lesson's HTML as this reader sees it."""
    if not any(f'<section id="{name}-' in html for name in FILLS):
        return html

    def place(found: re.Match[str]) -> str:
        fill = FILLS.get(found[1])
        made = fill(found[2], page, address) if fill else None
        return found[0] if made is None else str(made)

    return _PLACE.sub(place, html)
