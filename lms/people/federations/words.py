"""How the things of a federation are called on screen."""

from flask_babel import lazy_gettext as _l

# Kind → (what is kept, from when its months count)
RETENTION = {
    "reflections": (_l("Reflexiones"), _l("Meses desde el final de la edición.")),
    "quiz-answers": (_l("Respuestas de los cuestionarios"), _l("Meses desde el final del intento. La nota queda.")),
    "talk": (_l("Conversaciones"), _l("Meses desde lo último que se dijo en cada una.")),
    "messages": (_l("Avisos"), _l("Meses desde su envío.")),
    "sign-ins": (_l("Entradas y dispositivos"), _l("Meses desde el final de cada sesión.")),
    "invitations": (_l("Invitaciones"), _l("Meses desde que se aceptan, se retiran o caducan.")),
    "imports": (_l("Listas importadas"), _l("Meses desde el final de la importación.")),
    "refused-dossiers": (_l("Expedientes no aprobados"), _l("Meses desde la decisión, para quien quiera recurrir.")),
    "unused-accounts": (
        _l("Cuentas sin uso"),
        _l("Meses desde la última entrada de quien no tiene papel ni certificado."),
    ),
}
WHAT = {"certificates": _l("Los certificados"), "courses": _l("Los cursos")}
AGREEMENTS = {
    "proposed": ("wait", _l("Propuesto; falta su respuesta")),
    "received": ("todo", _l("Espera vuestra respuesta")),
    "standing": ("ok", _l("En vigor")),
    "ended": ("stop", _l("Terminado")),
}
DOCUMENTS = {
    "consent": _l("Consentimiento informado"),
    "code-of-ethics": _l("Código ético"),
    "role-document": _l("Documento del papel"),
}
