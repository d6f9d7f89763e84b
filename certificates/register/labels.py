"""The register's words for statuses and acts."""

from typing import Any

from flask_babel import lazy_gettext as _l

# status → (kind of tag, word, one sentence)
STATUS: dict[str, tuple[str, Any, Any]] = {
    "in-force": ("ok", _l("Vigente"), _l("El certificado está vigente.")),
    "expiring": ("wait", _l("Por caducar"), _l("El certificado está vigente y caduca pronto.")),
    "expired": ("warn", _l("Caducado"), _l("El certificado ha caducado.")),
    "suspended": ("warn", _l("Suspendido"), _l("El certificado está suspendido: por ahora no vale.")),
    "revoked": ("stop", _l("Revocado"), _l("El certificado está revocado: ya no vale.")),
}
ACTS: dict[str, Any] = {
    "issue": _l("Emitido"),
    "suspend": _l("Suspendido"),
    "reinstate": _l("Suspensión levantada"),
    "revoke": _l("Revocado"),
}
