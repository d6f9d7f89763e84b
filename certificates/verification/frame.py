"""The page around an answer. It is the same for every visitor, so it is rendered once per language, way of reading and process.

A visitor who checks a certificate gets no session and no cookie: nothing tells one look from the next. Who is signed in, or has
a message waiting, gets the page rendered as usual.
"""

from typing import Any

from flask import current_app, g, render_template, session
from markupsafe import escape

from lms import reading

FRAMES = "lms_verification_frames"
TITLE, CONTENT = "[[title]]", "[[content]]"


def page(title: str, template: str, locale: str, **facts: Any) -> str:
    """The page with this title, and with `template` (a fragment that needs only `facts`) as its content."""
    content = current_app.jinja_env.get_template(template).render(facts)
    if g.actor is not None or "_flashes" in session or current_app.debug:
        return render_template("verification/frame.html", title=title, content=content, stateless=g.actor is None)
    frames: dict[str, str] = current_app.extensions.setdefault(FRAMES, {})
    kind = f"{locale}{reading.marks()}"  # how one reads stands on the page, from a cookie that says nothing else
    found = frames.get(kind)
    if found is None:
        found = render_template("verification/frame.html", title=TITLE, content=CONTENT, stateless=True)
        frames[kind] = found
    return found.replace(TITLE, str(escape(title))).replace(CONTENT, content)
