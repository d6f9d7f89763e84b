"""What people are told about their federation's texts and agreements."""

from lms.people.messages.kinds import Facts, Kind, Words, register
from lms.texts import gettext as _


def text_asks_again(facts: Facts) -> Words:
    """A text that the person accepted has a new version, which asks to be signed again. Facts: kind (of text)."""
    return Words(
        _("Un texto de tu federación ha cambiado y pide que lo firmes de nuevo"),
        (_("Léelo con calma. Lo que firmaste antes queda anotado como estaba."),),
        _("Leer el texto"),
        "/account/consent" if facts["kind"] == "consent" else f"/account/documents/{facts['kind']}",
    )


def agreement_proposed(facts: Facts) -> Words:
    """Another federation proposes recognition. Facts: federation (its name)."""
    return Words(
        _("%(federation)s os propone un acuerdo de reconocimiento", federation=facts["federation"]),
        (_("No vale hasta que alguien de vuestra administración lo acepte."),),
        _("Ver la propuesta"),
        "/federation/agreements",
    )


def agreement_accepted(facts: Facts) -> Words:
    """Facts: federation (its name)."""
    return Words(
        _("%(federation)s ha aceptado vuestro acuerdo de reconocimiento", federation=facts["federation"]),
        (),
        _("Ver los acuerdos"),
        "/federation/agreements",
    )


def agreement_ended(facts: Facts) -> Words:
    """Facts: federation (its name)."""
    return Words(
        _("%(federation)s ha terminado o rechazado un acuerdo de reconocimiento", federation=facts["federation"]),
        (_("Lo que se reconoció mientras valía queda como está."),),
        _("Ver los acuerdos"),
        "/federation/agreements",
    )


register(Kind("text-asks-again", "federation", text_asks_again))
register(Kind("agreement-proposed", "federation", agreement_proposed))
register(Kind("agreement-accepted", "federation", agreement_accepted))
register(Kind("agreement-ended", "federation", agreement_ended))
