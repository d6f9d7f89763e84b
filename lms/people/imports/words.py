"""How columns, findings and states of an import are called on screen."""

from flask_babel import lazy_gettext as _l

from lms.people.imports.rules import Finding

COLUMNS = {"name": _l("nombre"), "email": _l("correo"), "role": _l("papel"), "locale": _l("idioma")}
FINDINGS = {
    "name-missing": _l("Falta el nombre."),
    "email-missing": _l("Falta el correo."),
    "email-unreadable": _l("No parece un correo. Escríbelo como nombre@ejemplo.org."),
    "duplicate": _l("Repite el correo y el papel de la fila %(other)s. Deja una de las dos."),
    "member-already": _l("Esta persona ya tiene ese papel. Quita la fila."),
    "invited-already": _l("Ya hay una invitación en espera para ese correo y ese papel. Quita la fila."),
    "oneself": _l("Es tu propio correo. Quita la fila."),
    "role-missing": _l("Falta el papel. Escríbelo o elige uno para las filas que no lo llevan."),
    "role-unknown": _l("No conocemos ese papel. Usa uno de los que trae la plantilla."),
    "role-not-yours": _l("No puedes invitar a ese papel. Pídeselo a quien administra la federación."),
    "locale-unknown": _l("No conocemos ese idioma. Escribe español o inglés."),
    "too-long": _l("Es demasiado largo para esta columna."),
    "control-character": _l("Hay caracteres invisibles. Borra la celda y escríbela otra vez."),
    "formula": _l("Parece una fórmula (empieza por =, +, - o @). Escribe solo el texto."),
}
STATES = {
    "reading": ("wait", _l("Leyendo")),
    "unreadable": ("stop", _l("No se puede leer")),
    "judged": ("info", _l("Ensayada")),
    "queued": ("wait", _l("En marcha")),
    "done": ("ok", _l("Hecha")),
    "refused": ("warn", _l("No se hizo")),
    "dropped": ("todo", _l("Descartada")),
}
TO_CHECK = ("warn", _l("Por revisar"))
ENCODINGS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252 (Latin-1)", "latin-1": "Latin-1",
}  # fmt: skip


def sentence(finding: Finding) -> str:
    """What is wrong and what to do, for a person."""
    return str(FINDINGS[finding.code]) % {"other": finding.other}
