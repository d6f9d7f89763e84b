"""How roles and states are called on screen."""

from flask_babel import lazy_gettext as _l

ROLES = {
    "admin": _l("Administración"),
    "registrar": _l("Registro"),
    "author": _l("Autoría de cursos"),
    "trainer": _l("Formación"),
    "assessor": _l("Evaluación"),
    "senior": _l("Agente sénior"),
    "agent": _l("Agente de apoyo mutuo"),
    "professional": _l("Profesional"),
    "reference": _l("Profesional de referencia"),
    "ombudsperson": _l("Defensoría"),
}
DUTIES = {
    "admin": _l("Da y retira papeles, e invita a cualquiera."),
    "registrar": _l("Invita, empareja, decide expedientes y lleva el registro de certificados."),
    "author": _l("Escribe los cursos."),
    "trainer": _l("Imparte ediciones."),
    "assessor": _l("Observa y valora competencias."),
    "senior": _l("Acompaña a quien se forma y visa sus horas."),
    "agent": _l("Se forma y se acredita para acompañar a otras personas."),
    "professional": _l("Hace los cursos para equipos."),
    "reference": _l("Está en un servicio, y a esta persona acude quien da allí apoyo mutuo."),
    "ombudsperson": _l("Escucha desacuerdos con una valoración o una decisión. Ni decide, ni evalúa, ni visa."),
}
STATES = {
    "waiting": ("wait", _l("En espera")),
    "accepted": ("ok", _l("Aceptada")),
    "expired": ("warn", _l("Caducada")),
    "withdrawn": ("stop", _l("Retirada")),
}
LANGUAGES = {"es": "Español", "en": "English"}


def role_name(role: str) -> str:
    """What a role is called in the language of the request."""
    return str(ROLES[role])
