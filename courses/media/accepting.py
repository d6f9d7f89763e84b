"""In a lesson: whether the reader has accepted a text of their federation, and the way to it and back."""

from typing import Any
from urllib.parse import urlencode

from flask import g, render_template, url_for
from markupsafe import Markup

from courses.learning import living
from lms.people import queries


def _accepting(kind: str, _page: Any, address: str) -> Markup | None:
    who = g.actor
    if who is None or who.federation_id is None:
        return None
    text = queries.document(who.federation_id, kind)
    if "accepted" not in g:
        g.accepted = queries.acknowledged(who.person_id, who.federation_id)
    there = f"{url_for('account.document', kind=kind)}?{urlencode({'next': address})}"
    return Markup(render_template("media/accepting.html", text=text, given=g.accepted.get(kind), there=there))


living.fills("accept", _accepting)
