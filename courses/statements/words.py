"""What kept statements from leaving, as a person would say it."""

from typing import Any

from flask_babel import lazy_gettext as _l

from courses.statements.queries import Standing

FAULTS = {
    "name": _l("La dirección no existe ahora mismo."),
    "private": _l("La dirección lleva ahora a una red que no es pública."),
    "slow": _l("El LRS no contesta a tiempo."),
    "refused": _l("El LRS no acepta la conexión."),
    "tls": _l("El certificado del LRS no es válido."),
    "long": _l("El LRS contesta con algo que no es una respuesta."),
    "sealed": _l("La contraseña guardada no se puede abrir. Escríbela otra vez."),
    "401": _l("El LRS no admite el usuario o la contraseña. Escríbelos otra vez."),
    "403": _l("El usuario no tiene permiso para escribir en el LRS."),
    "404": _l("En esa dirección no hay un LRS. Revisa si sobra o falta algo al final."),
}


def fault(found: Standing | None) -> Any:
    """What went wrong the last time, or nothing."""
    code = found.link.fault if found else None
    if not code:
        return ""
    return FAULTS.get(code) or _l("El LRS contesta con el error %(code)s.", code=code)
