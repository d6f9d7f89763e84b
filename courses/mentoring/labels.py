"""How kinds, formats and states are said."""

from typing import Any

from flask_babel import lazy_gettext as _l

KIND_LABELS: dict[str, Any] = {
    "individual": _l("Mentoría individual"),
    "group": _l("Correflexión en grupo"),
    "observation": _l("Observación directa"),
    "practice": _l("Práctica supervisada"),
}
FORMAT_LABELS: dict[str, Any] = {
    "in-person": _l("En persona"),
    "video": _l("Por vídeo"),
    "phone": _l("Por teléfono"),
}
