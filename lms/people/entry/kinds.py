"""What people are told about the ways into their account."""

from lms.people.messages.account_kinds import not_you
from lms.people.messages.kinds import Facts, Kind, Words, register
from lms.texts import gettext as _


def ways_in_changed(_facts: Facts) -> Words:
    """An account of another provider was connected or disconnected."""
    return Words(
        _("Han cambiado tus formas de entrar"),
        (_("Se ha conectado o desconectado una cuenta de otro sitio con la que se entra en la tuya."), not_you()),
        _("Ver mis formas de entrar"),
        "/account/ways-in",
        "/reset",
    )


register(Kind("ways-in-changed", "security", ways_in_changed, security=True))
