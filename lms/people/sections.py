"""The account's pages: the rows that the account itself lists. Each topic adds its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.policy import Actor


@dataclass(frozen=True, slots=True)
class Section:
    """A row: where it leads, how it is called, what it is for in one line; `shown` to whom (everyone, unless told)."""

    group: str
    endpoint: str
    title: Any
    line: Any
    values: dict[str, Any] = field(default_factory=dict)  # for the address
    shown: Callable[[Actor], bool] = lambda _actor: True

    @property
    def key(self) -> str:
        """What tells it apart: the hub's view may know more about some rows (a status)."""
        return "/".join((self.endpoint, *map(str, self.values.values())))


# In the order in which they stand on the page.
GROUPS = {
    "person": _l("Tú"),
    "entry": _l("Cómo entras"),
    "agreed": _l("Qué has aceptado"),
    "data": _l("Tus datos"),
}


def _somewhere(actor: Actor) -> bool:
    return actor.federation_id is not None


def _consented(actor: Actor) -> bool:
    return _somewhere(actor) and actor.consented


SECTIONS = [
    Section("person", "profile.person", _l("Nombre, pronombres e idioma"), _l("Cómo te llamamos y en qué lengua te hablamos.")),
    Section("person", "profile.how_one_reads", _l("Lectura"), _l("Tamaño del texto, espacio, colores, calma y movimiento.")),
    Section("person", "profile.legal_name", _l("Nombre legal"), _l("Sellado aparte. Solo para un certificado que lo lleve."), shown=_consented),
    Section("person", "messages.settings", _l("Cómo te avisamos"), _l("Qué te llega por correo, cuándo y con cuánta discreción.")),
    Section("person", "account.own_roles", _l("Tus papeles"), _l("Qué puedes hacer aquí, desde cuándo, y cómo dejarlo."), shown=_somewhere),
    Section("person", "profile.workplace", _l("Dónde trabajas"), _l("Tu servicio, si quieres decirlo. Solo para contar, nunca menos de diez."), shown=_consented),
    Section("entry", "security.change_password", _l("Contraseña"), _l("Al cambiarla se cierran tus demás sesiones.")),
    Section("entry", "account.second_factor", _l("Segundo paso"), _l("Un código o una llave, además de la contraseña.")),
    Section("entry", "entry.ways_in", _l("Formas de entrar"), _l("Con qué se abre tu cuenta, y cómo conectar otra.")),
    Section("entry", "account.open_sessions", _l("Sesiones abiertas"), _l("Dónde has entrado. Puedes cerrar las que no reconozcas.")),
    Section("agreed", "privacy.agreed", _l("Permisos"), _l("Para qué se usan tus datos. Cada permiso se da y se retira por separado."), shown=_somewhere),
    Section("data", "privacy.desk", _l("Tus datos"), _l("Qué hay sobre ti, quién lo mira, cómo llevártelo o borrarlo.")),
    Section("agreed", "federations.my_documents", _l("Textos de tu federación"), _l("El documento del papel y otros: leerlos y aceptarlos."), shown=_consented),
    Section("agreed", "account.document", _l("Código ético"), _l("Cómo acompaña quien da apoyo mutuo."), {"kind": "code-of-ethics"}, _consented),
]  # fmt: skip


def for_actor(actor: Actor) -> list[tuple[Any, list[Section]]]:
    """(group's title, its rows) that this person sees."""
    rows = [
        (title, [one for one in SECTIONS if one.group == group and one.shown(actor)]) for group, title in GROUPS.items()
    ]
    return [(title, found) for title, found in rows if found]
