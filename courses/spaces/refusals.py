"""Why something cannot be said, and what to do."""

from typing import Any

from flask_babel import lazy_gettext

from lms.errors import Refusal

_l: Any = lazy_gettext


class ThreadClosed(Refusal):
    """The conversation takes nothing more."""

    code = "thread-closed"
    sentence = _l("Esta conversación está cerrada. Lo que has escrito sigue aquí: puedes copiarlo y empezar otra.")
    field = "text"


class TooMuchAtOnce(Refusal):
    """One person has said a lot within minutes."""

    code = "too-much-at-once"
    sentence = _l("Has escrito mucho en pocos minutos. Lo que has escrito sigue aquí: envíalo dentro de un rato.")
    field = "text"


class NotYours(Refusal):
    """Only what one said oneself, and what is still there, can be changed."""

    code = "post-not-yours"
    sentence = _l("Esto ya no se puede cambiar.")


class NobodyTeaches(Refusal):
    """An edition without anybody who teaches it."""

    code = "nobody-teaches"
    sentence = _l(
        "Esta edición todavía no tiene quien la imparta. Lo que has escrito sigue aquí: escribe a tu federación."
    )
    field = "text"


class NobodyHere(Refusal):
    """An announcement to nobody."""

    code = "nobody-here"
    sentence = _l("En esta edición todavía no hay nadie. Lo escrito sigue aquí.")
