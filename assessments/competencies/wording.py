"""How levels and settings are said."""

from typing import Any

from flask_babel import lazy_gettext as _l

LEVELS: dict[int, Any] = {
    0: _l("sin evidencia"),
    1: _l("inicia"),
    2: _l("con apoyo"),
    3: _l("autónomo"),
    4: _l("modelo"),
}
SETTINGS: dict[str, Any] = {"role-play": _l("En una simulación"), "encounter": _l("En un encuentro")}


def level(value: int) -> str:
    """A level with its word: "3 · autónomo"."""
    return f"{value} · {LEVELS[value]}"
