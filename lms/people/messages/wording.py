"""What a message says, in the language of whoever reads it now."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import render_template

from lms.people.messages.kinds import KINDS, Facts, Words
from lms.texts import gettext as _


def said(kind: str, facts: Facts, names: Mapping[UUID, str]) -> Words:
    """The words of a message. Who has gone since is "alguien"; a kind that is no longer known says that it was something."""
    known = KINDS.get(kind)
    if known is None:
        return Words(_("Un mensaje que ya no se puede mostrar"))
    facts = named(kind, facts, names)
    if known.words is not None:
        return known.words(facts)
    return Words(one_line(render_template(f"mail/{known.template}.subject", **facts)))


def named(kind: str, facts: Facts, names: Mapping[UUID, str]) -> dict[str, Any]:
    """The facts, with names in place of the ids of people."""
    about = KINDS[kind].people if kind in KINDS else ()
    return {
        name: one_line(names.get(UUID(value)) or _("alguien")) if name in about and value else value
        for name, value in facts.items()
    }


def one_line(text: str) -> str:
    """Text without line breaks of any kind: nothing that somebody wrote as their name adds a line to a mail."""
    return " ".join(text.split())
