"""The page around an answer. It is the same for every visitor, so it is rendered once per language and process.

Rendering it anew took half of the time of the page. Who is signed in, or has a message waiting, gets it rendered as usual.
"""

import re
from typing import Any

from flask import current_app, g, render_template, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

FRAMES = "lms_verification_frames"
HOLES = ("title", "content", "token", "next")
_hole = re.compile(r"\[\[hole:(\w+)\]\]")


def _mark(hole: str) -> str:
    return f"[[hole:{hole}]]"


def _build() -> list[str]:
    """The frame in this request's language: text and names of holes, in turn."""
    html = render_template(
        "verification/frame.html",
        title=_mark("title"),
        content=_mark("content"),
        csrf_token=lambda: _mark("token"),
    )
    return _hole.split(html.replace(f'"{escape(_here())}"', f'"{_mark("next")}"'))


def _here() -> str:
    return request.full_path.rstrip("?")


def page(title: str, template: str, locale: str, **facts: Any) -> str:
    """The page with this title, and with `template` (a fragment that needs only `facts`) as its content."""
    content = current_app.jinja_env.get_template(template).render(facts)
    if g.actor is not None or "_flashes" in session or current_app.debug:
        return render_template("verification/frame.html", title=title, content=content)
    frames = current_app.extensions.setdefault(FRAMES, {})
    parts = frames.get(locale) or frames.setdefault(locale, _build())
    fill = {"title": str(escape(title)), "content": content, "token": generate_csrf(), "next": str(escape(_here()))}
    return "".join(fill[part] if position % 2 else part for position, part in enumerate(parts))
