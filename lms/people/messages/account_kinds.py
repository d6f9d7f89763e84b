"""What people are told about their account and their place in a federation."""

from lms.people.messages.kinds import Facts, Kind, Words, register
from lms.people.words import role_name
from lms.texts import gettext as _


def not_you() -> str:
    """What to do about what somebody else may have done."""
    return _("Si has sido tú, no hagas nada. Si no, elige otra contraseña ahora y avisa a tu federación.")


def password_changed(_facts: Facts) -> Words:
    """The password of the account is another now."""
    return Words(_("Ha cambiado tu contraseña"), (not_you(),), _("Elegir otra contraseña"), "/change", "/reset")


def factor_changed(_facts: Facts) -> Words:
    """So is the second factor."""
    title = _("Ha cambiado el segundo paso con el que entras")
    return Words(title, (not_you(),), _("Elegir otra contraseña"), "/change", "/reset")


def new_device(facts: Facts) -> Words:
    """Somebody signed in with the right password where the account was not known. Facts: sign_in, device (may be empty)."""
    title = _("Has entrado desde un dispositivo nuevo")
    if facts["device"]:
        title = _("Has entrado desde un dispositivo nuevo: %(device)s", device=facts["device"])
    what = _("Si has sido tú, no hagas nada. Si no, cierra esa sesión ahora y elige otra contraseña.")
    return Words(title, (what,), _("Ver tus sesiones"), "/account/sessions")


def invitation_returned(facts: Facts) -> Words:
    """To whoever invited: the address gave the invitation back. Facts: invitation, name (as it was typed)."""
    return Words(
        _("Tu invitación a %(name)s no ha llegado", name=facts["name"]),
        (_("La dirección la devuelve. Revisa cómo está escrita e invita otra vez."),),
        _("Ver las invitaciones"),
        "/people/invitations",
    )


def announcement(facts: Facts) -> Words:
    """What a federation tells a group, in its own words. Facts: who (wrote it), subject, text."""
    text = tuple(" ".join(line.split()) for line in facts["text"].splitlines() if line.strip())
    return Words(facts["subject"], (*text, _("Lo escribe %(who)s.", who=facts["who"])))


def role_given(facts: Facts) -> Words:
    """Facts: role, federation (its name)."""
    return Words(
        _("Tienes un papel nuevo: %(role)s", role=role_name(facts["role"])),
        (_("En tu inicio está lo que puedes hacer desde ahora."),),
        _("Ir a tu inicio"),
        "/",
    )


def role_taken(facts: Facts) -> Words:
    """Facts: role."""
    return Words(
        _("Ya no tienes el papel: %(role)s", role=role_name(facts["role"])),
        (_("Lo que hiciste con él sigue siendo tuyo y queda como está. Si tienes dudas, habla con tu federación."),),
        _("Ir a tu inicio"),
        "/",
    )


def role_ended(facts: Facts) -> Words:
    """Facts: role."""
    return Words(
        _("Hoy termina tu papel: %(role)s", role=role_name(facts["role"])),
        (_("Así estaba previsto cuando te lo dieron. Lo que hiciste con él sigue siendo tuyo y queda como está."),),
        _("Ver tus papeles"),
        "/account/roles",
    )


register(Kind("password-changed", "security", password_changed, security=True))
register(Kind("factor-changed", "security", factor_changed, security=True))
register(Kind("new-device", "security", new_device, security=True))
register(Kind("invitation-returned", "federation", invitation_returned))
register(Kind("announcement", "news", announcement, people=("who",), texts=("text",)))
register(Kind("role-given", "federation", role_given))
register(Kind("role-taken", "federation", role_taken))
register(Kind("role-ended", "federation", role_ended))
