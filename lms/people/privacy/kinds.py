"""What people are told about what they asked of their data."""

from lms.people.messages.kinds import Facts, Kind, Words, register
from lms.texts import gettext as _


def copy_ready(_facts: Facts) -> Words:
    """The copy can be fetched."""
    return Words(
        _("Tu copia está lista"),
        (_("Puedes descargarla durante siete días. Después se borra sola; si la necesitas más tarde, pide otra."),),
        _("Ir a tu copia"),
        "/account/privacy/copy",
    )


def erasure_asked(_facts: Facts) -> Words:
    """Somebody in the account asked for it to be erased."""
    return Words(
        _("Has pedido borrar tus datos"),
        (_("Se hará dentro de siete días. Hasta entonces puedes anularlo. Si no has sido tú, anúlalo ahora y cambia tu contraseña."),),
        _("Ver el borrado"),
        "/account/privacy/erase",
    )  # fmt: skip


def account_unused(_facts: Facts) -> Words:
    """Nobody has used the account for as long as the federation keeps such accounts."""
    return Words(
        _("Tu cuenta se borrará dentro de un mes"),
        (_("Hace mucho que no entras y ya no tienes ningún papel. Si quieres conservarla, entra y anula el borrado. Si no, no hagas nada."),),
        _("Conservar mi cuenta"),
        "/account/privacy/erase",
    )  # fmt: skip


def correction_asked(_facts: Facts) -> Words:
    """To the registrars: somebody asks for a correction. What it is stands on the page, never in a mail."""
    return Words(
        _("Alguien pide corregir un dato"),
        (_("Tu federación tiene un mes para responder."),),
        _("Leer la petición"),
        "/corrections",
    )


def correction_answered(_facts: Facts) -> Words:
    """The federation answered a request."""
    return Words(
        _("Tu federación ha respondido a tu petición"),
        (_("Has pedido corregir algo de tus datos. La respuesta está en tu cuenta."),),
        _("Leer la respuesta"),
        "/account/privacy/correct",
    )


register(Kind("copy-ready", "security", copy_ready, security=True))
register(Kind("erasure-asked", "security", erasure_asked, security=True))
register(Kind("account-unused", "security", account_unused, security=True))
register(Kind("correction-asked", "federation", correction_asked))
register(Kind("correction-answered", "security", correction_answered, security=True))
