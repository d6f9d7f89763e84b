"""The head and foot of every page: rendered once for each kind of visitor, then only filled in.

They are the same for everybody who reads the same language, in the same federation, with the same roles, at the same place of
the navigation. What differs for each request are a token, an address and how many messages wait. Rendering them anew took a third of a small page.
"""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g, request
from markupsafe import Markup, escape

from lms import reading
from lms.policy import Actor
from lms.texts import gettext as _
from lms.texts import language

MOST_UNREAD = 100  # counted no further
MOST = 2_000  # heads kept; kinds of visitors are far fewer
TOKEN, HERE, UNREAD = "[[token]]", "[[here]]", "[[unread]]"
MARKS = re.compile(r"(\[\[(?:token|here|unread)\]\])")
Items = Callable[[Actor | None], list[Any]]


def init_app(app: Flask, items: Items, navigated: frozenset[str], site: Callable[[], Any]) -> None:
    """Give templates `page_top` and `page_bottom`.

    `items` are the navigation of an actor, `navigated` the endpoints that it marks as current, `site` the names shown.
    """
    tops: dict[tuple[Any, ...], tuple[str, ...]] = {}
    bottoms: dict[str, Markup] = {}

    def page_top(csrf_token: Callable[[], str] | None) -> Markup:
        """The head; without a token it keeps no session and sets no cookie: the language is a link."""
        actor: Actor | None = g.get("actor")
        shown = site()
        kind: tuple[Any, ...] = (
            *(language(), shown.name, shown.demo, csrf_token is None),
            *(shown.languages, shown.logo),
        )
        if actor is not None:
            place = request.endpoint if request.endpoint in navigated else None
            kind = (*kind, actor.roles, actor.consented, place)
        parts = tops.get(kind)
        if parts is None:
            if len(tops) >= MOST:
                tops.clear()
            parts = tops[kind] = _split(
                _render(
                    "parts/head.html",
                    site=shown,
                    signed_in=actor is not None,
                    stateless=csrf_token is None,
                    nav_items=items(actor),
                )
            )
        if csrf_token is None:
            return Markup("").join(map(Markup, parts))
        filled = {TOKEN: csrf_token(), HERE: escape(request.full_path.rstrip("?")), UNREAD: unread_mark(actor)}
        return Markup("").join(Markup(filled.get(part, part)) for part in parts)

    def page_bottom() -> Markup:
        spoken = language()
        found = bottoms.get(spoken)
        if found is None:
            found = bottoms[spoken] = Markup(_render("parts/foot.html"))
        return found

    app.jinja_env.globals |= {"page_top": page_top, "page_bottom": page_bottom}


def _render(template: str, **facts: Any) -> str:
    return current_app.jinja_env.get_template(template).render(
        token=TOKEN, here=HERE, unread=UNREAD, locale=language(), **facts
    )


def unread_mark(actor: Actor | None) -> Markup:
    """How many messages wait, beside the word for messages; nothing when none does, or when the person reads in calm."""
    if actor is None or not actor.unread or reading.current().get("calm") == "on":
        return Markup("")
    number = str(actor.unread) if actor.unread < MOST_UNREAD else f"{MOST_UNREAD - 1}+"
    return Markup('<span class="count">{} <span class="unseen">{}</span></span>').format(number, _("sin leer"))


def _split(html: str) -> tuple[str, ...]:
    """Text and marks in turn."""
    return tuple(part for part in MARKS.split(html) if part)
