"""Kinds of messages: what each says, in whose group it belongs, and whether it is about the safety of an account.

Each topic registers its own kinds, beside the deeds that send them. What a message says is made when it is read, in the
reader's language: a message keeps ids and short plain values only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says. `subject` is one line; `path` leads to the thing, `act` is the verb on its button.

    `mail_path` is for those who can't sign in, where that is what the message is about.
    """

    subject: str
    paragraphs: tuple[str, ...] = ()
    act: str = ""
    path: str = ""
    mail_path: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds that a person hears of in the same way. `now`: at once, `digest`: once a day, `inbox`: no mail."""

    title: Any
    what: Any
    usual: str = "now"


GROUPS: dict[str, Group] = {
    "mentoring": Group(_l("Mentoría"), _l("Sesiones escritas, visadas o devueltas, y cambios de pareja.")),
    "learning": Group(_l("Cursos"), _l("Plazas, fechas y observaciones.")),
    "certificates": Group(_l("Expediente y certificado"), _l("Solicitudes, decisiones y certificados.")),
    "federation": Group(_l("Tu federación"), _l("Papeles que se te dan o se retiran y textos por firmar.")),
    "news": Group(_l("Anuncios"), _l("Lo que tu federación cuenta a todo un grupo.")),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message.

    `words` makes its text from the facts, in the language of whoever reads it. `people` names those facts that are ids of
    people: `words` gets their chosen names instead; `texts` those that keep their line breaks. `template` names mail templates of the topic's own
    (`mail/<template>.subject|txt|html`); without it the mail is made from `words`. `security`: about the account itself, so
    it leaves at once and nobody unsubscribes from it. `neutral`: the subject does not name the field, whatever happens.
    """

    name: str
    group: str
    words: Callable[[Facts], Words] | None = None
    people: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    template: str | None = None
    security: bool = False
    neutral: bool = False


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known. Raises ValueError for one that says nothing or belongs nowhere."""
    if kind.words is None and kind.template is None:
        raise ValueError(f"{kind.name} says nothing")
    if not kind.security and kind.group not in GROUPS:
        raise ValueError(f"{kind.name}: no group {kind.group}")
    KINDS[kind.name] = kind
    return kind
