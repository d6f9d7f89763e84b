"""What Flask-Security says, in our words: its message keys, and the catalogue that translates them."""

from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from flask_security.babel import FsDomain

GENERIC = _l("El correo o la contraseña no coinciden. Revísalos y prueba otra vez.")
SENT = _l("Si ese correo tiene una cuenta, en unos minutos recibirás un mensaje para elegir otra contraseña.")
START_OVER = _l("Has tardado más de lo que permitimos por seguridad. Empieza otra vez.")
WRONG_CODE = _l("Ese código no es válido. Espera al siguiente y escríbelo.")
PASSKEY_FAILED = _l("No hemos podido comprobar esa llave de acceso. Prueba otra vez o usa tu contraseña.")
NEEDED = _l("Escribe tu contraseña.")

MESSAGES: dict[str, tuple[Any, str]] = {
    "API_ERROR": (_l("Ese enlace no es válido. Empieza otra vez."), "error"),
    "GENERIC_AUTHN_FAILED": (GENERIC, "error"),
    "GENERIC_RECOVERY": (SENT, "info"),
    "UNAUTHORIZED": (_l("Esta página no está."), "error"),
    "UNAUTHENTICATED": (_l("Entra para ver esa página."), "info"),
    "REAUTHENTICATION_REQUIRED": (_l("Confirma que eres tú para seguir."), "info"),
    "PASSWORD_MISMATCH": (_l("Las dos contraseñas no coinciden."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (_l("Las dos contraseñas no coinciden. Escríbelas otra vez."), "error"),
    "INVALID_REDIRECT": (_l("Ese enlace llevaba a otro sitio. Entra y te llevamos a tu inicio."), "error"),
    "INVALID_RECOVERY_CODE": (_l("Ese código no es válido, o ya lo usaste. Prueba con otro."), "error"),
    "NO_RECOVERY_CODES_SETUP": (_l("Todavía no tienes códigos de recuperación."), "info"),
    "PASSWORD_RESET_REQUEST": (SENT, "info"),
    "PASSWORD_RESET_EXPIRED": (_l("Ese enlace ha caducado. Pide otro."), "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (_l("Ese enlace no es válido, o ya se usó. Pide otro."), "error"),
    "DISABLED_ACCOUNT": (_l("Esta cuenta está cerrada. Escribe a tu federación."), "error"),
    "EMAIL_NOT_PROVIDED": (_l("Escribe tu correo."), "error"),
    "INVALID_EMAIL_ADDRESS": (_l("Eso no parece un correo. Escríbelo como nombre@ejemplo.org."), "error"),
    "INVALID_CODE": (WRONG_CODE, "error"),
    "INVALID_INPUT": (_l("Eso no se puede guardar aquí. Escríbelo de otra manera."), "error"),
    "INVALID_INPUT_LENGTH": (_l("Es demasiado largo. Acórtalo."), "error"),
    "PASSWORD_NOT_PROVIDED": (NEEDED, "error"),
    "USER_DOES_NOT_EXIST": (GENERIC, "error"),
    "INVALID_PASSWORD": (_l("Esa no es tu contraseña. Escríbela otra vez."), "error"),
    "PASSWORD_RESET_NO_LOGIN": (_l("Tu contraseña nueva está guardada. Entra con ella."), "success"),
    "PASSWORD_IS_THE_SAME": (_l("Es la contraseña que ya tenías. Elige otra."), "error"),
    "PASSWORD_CHANGE": (_l("Tu contraseña ha cambiado. Las demás sesiones se han cerrado."), "success"),
    "REAUTHENTICATION_SUCCESSFUL": (_l("Gracias, ya sabemos que eres tú."), "success"),
    "TWO_FACTOR_INVALID_TOKEN": (WRONG_CODE, "error"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (_l("Código comprobado."), "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        _l("Tu aplicación de códigos está lista. Guarda ahora tus códigos de recuperación."),
        "success",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (_l("Empieza por tu correo y tu contraseña."), "info"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (_l("Elige una de las opciones."), "error"),
    "TWO_FACTOR_DISABLED": (_l("Ya no te pediremos códigos al entrar."), "success"),
    "TWO_FACTOR_SETUP_EXPIRED": (START_OVER, "error"),
    "WEBAUTHN_EXPIRED": (START_OVER, "error"),
    "WEBAUTHN_NAME_REQUIRED": (_l("Ponle un nombre, para reconocerla después."), "error"),
    "WEBAUTHN_NAME_INUSE": (_l("Ya tienes una llave con ese nombre. Elige otro."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (_l("No tienes ninguna llave con ese nombre."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (_l("Usa solo letras, cifras y signos corrientes."), "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": (_l("La llave «%(name)s» ya no abre tu cuenta."), "success"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (_l("La llave «%(name)s» está lista."), "success"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (_l("Esa llave ya está registrada."), "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (PASSKEY_FAILED, "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (PASSKEY_FAILED, "error"),
    "WEBAUTHN_NO_VERIFY": (PASSKEY_FAILED, "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (PASSKEY_FAILED, "error"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (PASSKEY_FAILED, "error"),
}


class OurDomain(FsDomain):
    """Translate from our catalogue: msgids of ours are lazy, Flask-Security's own are plain English."""

    def gettext(self, string: Any, **variables: Any) -> str:
        """The text in the request's language."""
        if isinstance(string, LazyString):
            text = str(string)
            return text % variables if variables and "%(" in text else text
        return gettext(string, **variables)
