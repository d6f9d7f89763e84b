"""Templates compiled once for each language, their fixed texts already in it.

A page asks for some sixty texts that are the same whoever reads it. As constants they are joined with the markup around them
when the template is compiled, and cost nothing afterwards; texts with something to fill in are still asked for each time.
"""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from lms.texts import gettext, language

NAMES = ("_", "gettext")


class Spoken(Environment):
    """Flask's environment, with an overlay for each language in which something has been rendered."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._by_language: dict[str, Spoken] = {}

    def _load_template(self, name: Any, globals: MutableMapping[str, Any] | None) -> Template:
        return super(Spoken, self if self.overlayed else self._in_language(language()))._load_template(name, globals)

    def _in_language(self, spoken: str) -> "Spoken":
        found = self._by_language.get(spoken)
        if found is None:
            found = self._by_language[spoken] = self.overlay(cache_size=-1)
        return found

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.overlayed:  # what is made of a string belongs to no language
            escapes = self.autoescape(name) if callable(self.autoescape) else self.autoescape
            Said(Markup if escapes else str).visit(tree)
        return tree


class Said(NodeTransformer):
    """Puts the text in the language of the moment where a template asks for one that is fixed."""

    def __init__(self, kind: type[str]) -> None:
        self._kind = kind

    def visit_Call(self, call: nodes.Call) -> nodes.Node:
        """`_('text')` as a constant."""
        self.generic_visit(call)
        more = call.kwargs or call.dyn_args or call.dyn_kwargs
        if isinstance(call.node, nodes.Name) and call.node.name in NAMES and len(call.args) == 1 and not more:
            text = call.args[0]
            if isinstance(text, nodes.Const) and isinstance(text.value, str):
                return nodes.Const(self._kind(gettext(text.value)), lineno=call.lineno)
        return call
