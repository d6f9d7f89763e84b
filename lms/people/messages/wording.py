"""What a message says, in the language of whoever reads it now."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import current_app, render_template
from jinja2 import UndefinedError

from lms.people.messages.kinds import KINDS, Facts, Words
from lms.texts import gettext as _


def said(kind: str, facts: Facts, names: Mapping[UUID, str]) -> Words:
    """The words of a message. Who has gone since is "alguien"; what an older version wrote and this one can't read is said
    to be that, so that one message never hides the others.
    """
    known = KINDS.get(kind)
    try:
        facts = named(kind, facts, names)
        if known is not None and known.words is not None:
            return known.words(facts)
        if known is not None:
            return Words(one_line(render_template(f"mail/{known.template}.subject", **facts)))
    except (LookupError, ValueError, UndefinedError):
        current_app.logger.warning("message %s: its facts are not those of this version", kind)
    return Words(_("Un mensaje que ya no se puede mostrar"))


def named(kind: str, facts: Facts, names: Mapping[UUID, str]) -> dict[str, Any]:
    """The facts, with names in place of the ids of people."""
    about, texts = (KINDS[kind].people, KINDS[kind].texts) if kind in KINDS else ((), ())
    return {
        name: str(value)
        if name in texts
        else one_line(names.get(UUID(value)) or _("alguien") if name in about and value else str(value))
        for name, value in facts.items()
    }


def one_line(text: str) -> str:
    """Text without line breaks of any kind: nothing that somebody wrote as their name adds a line to a mail."""
    return " ".join(text.split())
