"""What mentors and agents are told about their sessions and pairings. Facts name people and sessions by their ids."""

from lms.people.messages.kinds import Facts, Kind, Words, register
from lms.texts import gettext as _
from lms.texts import ngettext


def _session(facts: Facts) -> str:
    return f"/mentoring/sessions/{facts['session']}"


def _written(facts: Facts) -> Words:
    return Words(
        _("%(who)s ha anotado una sesión contigo", who=facts["who"]),
        (_("Léela y, si está como la recuerdas, vísala. Si falta algo, puedes devolverla con una nota."),),
        _("Ver la sesión"),
        _session(facts),
    )


def _corrected(facts: Facts) -> Words:
    return Words(
        _("%(who)s ha corregido la sesión que devolviste", who=facts["who"]),
        (_("Vuelve a esperar tu visado."),),
        _("Ver la sesión"),
        _session(facts),
    )


def _returned(facts: Facts) -> Words:
    return Words(
        _("%(who)s te ha devuelto una sesión con una nota", who=facts["who"]),
        (_("La nota dice qué falta. Corrige la sesión y volverá a esperar su visado; no se ha perdido nada."),),
        _("Leer la nota"),
        _session(facts),
    )


def _signed(facts: Facts) -> Words:
    count = int(facts["count"])
    return Words(
        ngettext(
            "%(who)s ha visado una sesión tuya", "%(who)s ha visado %(num)s sesiones tuyas", count, who=facts["who"]
        ),
        (_("Sus horas ya cuentan en tu camino."),),
        _("Ver la sesión") if count == 1 else _("Ver tus horas"),
        _session(facts) if count == 1 else "/mentoring/statement",
    )


def _reversed(facts: Facts) -> Words:
    return Words(
        _("%(who)s ha retirado el visado de una sesión", who=facts["who"]),
        (_("Sus horas dejan de contar. En la sesión está el motivo; si no lo ves claro, háblalo con esa persona."),),
        _("Ver la sesión"),
        _session(facts),
    )


def _pairing_made(facts: Facts) -> Words:
    if facts["side"] == "mentor":
        return Words(
            _("Desde ahora acompañas a %(who)s", who=facts["who"]),
            (_("Cuando anote una sesión contigo, te avisaremos para que la vises."),),
            _("Ir a mentoría"),
            "/mentoring",
        )
    return Words(
        _("%(who)s te acompaña desde ahora", who=facts["who"]),
        (_("Cuando tengáis una sesión, anótala y la visará quien te acompaña."),),
        _("Ir a mentoría"),
        "/mentoring",
    )


def _pairing_ended(facts: Facts) -> Words:
    return Words(
        _("Tu pareja de mentoría con %(who)s ha terminado", who=facts["who"]),
        (_("Lo que hicisteis en común sigue contando, y las sesiones ya anotadas todavía se pueden visar."),),
        _("Ir a mentoría"),
        "/mentoring",
    )


for _name, _words in {
    "session-written": _written,
    "session-corrected": _corrected,
    "session-returned": _returned,
    "sessions-signed": _signed,
    "session-reversed": _reversed,
    "pairing-made": _pairing_made,
    "pairing-ended": _pairing_ended,
}.items():
    register(Kind(_name, "mentoring", _words, people=("who",)))
