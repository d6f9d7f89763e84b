"""Texts in the language of the request: gettext without its detours, for what a page asks dozens of times.

Flask-Babel finds domain, locale and catalogue anew for each text (25 µs); here each language keeps what it has been asked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask
from flask_babel import force_locale, get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

# Language → text → its translation. Bounded by the catalogue: keys are the texts that stand in code and templates.
_KNOWN: dict[str, dict[str, str]] = {}
_KNOWN_PLURALS: dict[str, dict[tuple[str, str, int], str]] = {}
MOST_PLURALS = 10_000


_settled: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """The language of the request, or of what is being written for somebody else (`speaking`)."""
    if (settled := _settled.get()) is not None:
        return settled
    locale = get_locale()
    return locale.language if locale else "es"


@contextmanager
def speaking(region: str) -> Iterator[None]:
    """Everything inside is said for a person who reads `region` ("es_ES", "en_GB"), whoever asks for it."""
    token = _settled.set(region.partition("_")[0])
    try:
        with force_locale(region):
            yield
    finally:
        _settled.reset(token)


def _words(text: str) -> str:
    known = _KNOWN.get(language()) or _KNOWN.setdefault(language(), {})
    found = known.get(text)
    if found is None:
        found = known[text] = get_translations().gettext(text)
    return found


def _plural_words(singular: str, plural: str, number: int) -> str:
    known = _KNOWN_PLURALS.setdefault(language(), {})
    key = (singular, plural, number)
    found = known.get(key)
    if found is None:
        found = get_translations().ngettext(singular, plural, number)
        if len(known) < MOST_PLURALS:
            known[key] = found
    return found


def gettext(text: str, **facts: Any) -> str:
    """`text` in the language of the request, with `%(facts)s` filled in."""
    words = _words(text)
    return words % facts if facts else words


def ngettext(singular: str, plural: str, num: int, **facts: Any) -> str:
    """The form for `num`, with `%(num)s` and other facts filled in."""
    return _plural_words(singular, plural, num) % {"num": num, **facts}


@pass_eval_context
def _gettext_in_template(context: EvalContext, text: str, **facts: Any) -> str:
    words = _words(text)
    if context.autoescape:
        words = Markup(words)
    return words % facts if facts else words


@pass_eval_context
def _ngettext_in_template(context: EvalContext, singular: str, plural: str, num: int, **facts: Any) -> str:
    words = _plural_words(singular, plural, num)
    return (Markup(words) if context.autoescape else words) % {"num": num, **facts}


def settle(spoken: str) -> None:
    """Settle the request's language, once it is known who asks."""
    _settled.set(spoken)


def init_app(app: Flask) -> None:
    """Let templates use these in place of Flask-Babel's."""

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        _settled.set(None)

    app.jinja_env.globals |= {
        "_": _gettext_in_template,
        "gettext": _gettext_in_template,
        "ngettext": _ngettext_in_template,
    }
