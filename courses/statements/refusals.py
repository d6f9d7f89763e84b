"""The refusals of statements."""

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal


class AddressUnfit(Refusal):
    """It is no https address, or carries a name, a password, a query."""

    code = "lrs-address-unfit"
    sentence = _l("Escribe la dirección xAPI del LRS, que empieza por https:// y no lleva usuario ni «?».")
    field = "address"


class AddressPrivate(Refusal):
    """It leads to no public address."""

    code = "lrs-address-private"
    sentence = _l("Esa dirección no existe o no es pública. Copia la que da tu LRS para xAPI.")
    field = "address"


class LoginMissing(Refusal):
    """There is no password for it yet."""

    code = "lrs-login-missing"
    sentence = _l("Escribe el usuario y la contraseña que el LRS da para enviar. Van juntos.")
    field = "password"
