"""What is refused to a phone, in sentences."""

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal


class DeedReused(Refusal):
    """The key of a deed came again with other content."""

    code = "deed-reused"
    sentence = _l("Esto ya se envió con otro contenido. Lo que llegó primero no ha cambiado.")


class DeedUnreadable(Refusal):
    """No deed that can be done later: no key, or an address that takes none."""

    code = "deed-unreadable"
    sentence = _l(
        "No entendemos lo que envía este teléfono. Sigue guardado en él: abre la página y vuelve a intentarlo."
    )


class DeedRefused(Refusal):
    """What was written cannot be kept as it is."""

    code = "deed-refused"
    sentence = _l("%(why)s Lo que escribiste sigue en este teléfono.")
