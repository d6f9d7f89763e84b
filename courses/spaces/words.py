"""How reasons are said: kindly, and never that somebody is behind."""

from typing import Any

from flask_babel import lazy_gettext as _l

REASONS: dict[str, Any] = {
    "asked": _l("Ha pedido una mano"),
    "not-begun": _l("Aún no ha abierto ninguna lección"),
    "quiet": _l("Lleva más de dos semanas sin pasar por aquí"),
    "stuck": _l("Una comprobación se le resiste"),
    "missed": _l("No pudo venir a los dos últimos encuentros"),
}
