"""What stands in the way of coming in with another provider's account, or through an open edition; in sentences."""

from flask_babel import lazy_gettext as _l

from lms.errors import Refusal


class ProviderRefusal(Refusal):
    """The parent of what goes wrong with the provider."""

    code = "provider"
    status = 422


class ProviderSilent(ProviderRefusal):
    """It is down, slow, or answers with an error of its own."""

    code = "provider-silent"
    sentence = _l("%(provider)s no responde ahora. Prueba otra vez en un momento o entra con tu contraseña.")
    status = 503


class ProviderOdd(ProviderRefusal):
    """What it answered is not for us, not of now, or not signed by it. Which of these is nobody's business."""

    code = "provider-odd"
    sentence = _l("La respuesta de %(provider)s no es válida, así que no la hemos usado. Empieza otra vez desde aquí.")


class ProviderDenied(ProviderRefusal):
    """The person, or the provider, said no."""

    code = "provider-denied"
    sentence = _l(
        "%(provider)s no ha dado permiso: puede que lo hayas cancelado. Prueba otra vez o entra con tu contraseña."
    )


class StateUnknown(ProviderRefusal):
    """Nothing that was begun in this browser, or begun too long ago, or finished before."""

    code = "provider-state"
    sentence = _l(
        "Esta respuesta no corresponde a nada empezado hace poco en este navegador, o ya se usó. Empieza otra vez desde aquí."
    )


class NotConnected(ProviderRefusal):
    """No account here is connected with that one. E-mails are not compared."""

    code = "provider-not-connected"
    sentence = _l(
        "Esa cuenta de %(provider)s no está conectada con ninguna de aquí. "
        "Entra con tu contraseña o tu llave y conéctala en «Tu cuenta»."
    )


class ConnectedElsewhere(ProviderRefusal):
    """That account is another person's way in."""

    code = "provider-connected-elsewhere"
    sentence = _l("Esa cuenta de %(provider)s ya está conectada con otra cuenta de aquí. No se ha cambiado nada.")


class ConnectedAlready(ProviderRefusal):
    """This person has another account of the provider connected."""

    code = "provider-connected-already"
    sentence = _l("Tu cuenta ya está conectada con otra de %(provider)s. Desconéctala antes.")


class NotYourIdentity(ProviderRefusal):
    """To confirm, somebody came back as another account than the one that is connected."""

    code = "provider-not-yours"
    sentence = _l("Has vuelto con otra cuenta de %(provider)s. Usa la que tienes conectada.")


class LastWayIn(Refusal):
    """Without it nobody could sign in to the account."""

    code = "last-way-in"
    sentence = _l(
        "Es la única forma de entrar que tiene tu cuenta. Elige antes una contraseña o añade una llave de acceso."
    )
