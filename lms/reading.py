"""How a person reads: text size, spacing, colours, calm, motion. Kept with the account, or in a cookie of the browser.

Pages say it on `<html>` as data attributes, which the stylesheet turns into sizes and colours; nothing else depends on it.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, g, request
from markupsafe import Markup

COOKIE = "reading"
YEAR = 365 * 24 * 3600
# Name → what may be chosen; the first is what a page is without a choice.
CHOICES: dict[str, tuple[str, ...]] = {
    "size": ("normal", "large", "larger", "largest"),
    "spacing": ("normal", "wide"),
    "theme": ("system", "light", "dark"),
    "calm": ("off", "on"),
    "motion": ("system", "less"),
    "plain": ("off", "on"),
}


def chosen(said: Mapping[str, Any]) -> dict[str, str]:
    """Of what was said, the known choices that differ from a page without any."""
    return {name: said[name] for name, known in CHOICES.items() if said.get(name) in known[1:]}


def current() -> dict[str, str]:
    """The choices of this request: the account's; the browser's for visitors, and for accounts that have chosen nothing."""
    actor = g.get("actor")
    if actor is not None and actor.reading:
        return chosen(actor.reading)
    kept = request.cookies.get(COOKIE, "") if request else ""
    return chosen(dict(parse_qsl(kept[:200]))) if kept else {}


def marks() -> Markup:
    """The attributes of `<html>`: ` data-size="large" data-theme="dark"`."""
    return Markup("").join(Markup(' data-{}="{}"').format(name, value) for name, value in current().items())


def keep(response: Response, said: Mapping[str, str]) -> None:
    """Keep the choices in this browser, for before signing in; without any, no cookie stays."""
    if said:
        response.set_cookie(
            COOKIE, urlencode(said), max_age=YEAR, secure=request.is_secure, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE, secure=request.is_secure, httponly=True, samesite="Lax")
