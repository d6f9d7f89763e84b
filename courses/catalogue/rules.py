"""Decisions about courses that need neither database nor web."""

import re
from collections.abc import Mapping
from typing import Any

AUDIENCES = ("agent", "professional", "senior")


def is_competency_code(code: str) -> bool:
    """Whether `code` looks like a code of the competency framework: area and number, as in 4.2."""
    return re.fullmatch(r"[1-9]\d?\.[1-9]\d?", code, re.ASCII) is not None


def language_of(texts: Mapping[str, Any], locale: str) -> str:
    """The language in which `texts` will be shown to a reader of `locale`: that one if there is such a text, else Spanish."""
    return locale if texts.get(locale) else "es"


def in_language(texts: Mapping[str, Any], locale: str) -> Any:
    """The text for a reader of `locale`, the Spanish one where it is not translated, empty where there is none."""
    return texts.get(language_of(texts, locale)) or ""
