"""What a certificate says, in each language. Kept here, not in the catalogues: a document that was issued keeps its words."""

from datetime import date
from typing import Any

from babel.dates import format_date

WORDING: dict[str, dict[str, str]] = {
    "es": {
        "kind": "Certificado de acreditación",
        "certifies": "certifica que",
        "has": "ha cumplido lo que se pide para acreditarse como",
        "shown": "Lo que se mostró",
        "more": "y {count} requisitos más del esquema",
        "issued_on": "Emitido el",
        "valid_until": "Válido hasta el",
        "decided_on": "Decidido el",
        "serial": "N.º de registro",
        "scheme": "Esquema, versión",
        "check": "Comprueba este certificado",
        "address": "Escanea el código o escribe la dirección",
        "code": "Código",
        "qr": "Código QR con la dirección de comprobación",
        "seal": "Rosetón de dos círculos entrelazados",
        "note": "La página de comprobación dice si sigue vigente. No muestra el nombre, salvo que su titular lo haya elegido.",
    },
    "en": {
        "kind": "Certificate of accreditation",
        "certifies": "certifies that",
        "has": "has met what is asked to be accredited as",
        "shown": "What was shown",
        "more": "and {count} more requirements of the scheme",
        "issued_on": "Issued on",
        "valid_until": "Valid until",
        "decided_on": "Decided on",
        "serial": "Register no.",
        "scheme": "Scheme, version",
        "check": "Check this certificate",
        "address": "Scan the code or type the address",
        "code": "Code",
        "qr": "QR code with the address for checking",
        "seal": "Rosette of two interlaced circles",
        "note": "The page says whether it still holds. It does not show the name unless its holder chose so.",
    },
}
# What a certificate of completion says instead: in the place of its last day, how long the course is.
OF_A_COURSE: dict[str, dict[str, str]] = {
    "es": {
        "kind": "Certificado de finalización",
        "has": "ha completado el curso",
        "shown": "Lo que ha hecho",
        "valid_until": "Duración del curso",
        "scheme": "Curso, versión",
    },
    "en": {
        "kind": "Certificate of completion",
        "has": "has completed the course",
        "shown": "What was done",
        "valid_until": "Length of the course",
        "scheme": "Course, version",
    },
}
# In small print beneath, so that the certificate can be read abroad.
OTHER = {"es": "en", "en": "es"}
LOCALES = {"es": "es_ES", "en": "en_GB"}  # 2 March, never March 2


def day(iso: str | None, locale: str) -> str:
    """An ISO date in words: "2 de marzo de 2026"; empty without one."""
    return format_date(date.fromisoformat(iso), "long", locale=LOCALES[locale]) if iso else ""


def amount(item: dict[str, Any], locale: str) -> str:
    """How much of a requirement was shown, where that says more than its title: hours signed off."""
    if item.get("unit") != "minute" or not item.get("done"):
        return ""
    return hours(item["done"])


def hours(minutes: int) -> str:
    """Minutes as "7 h 30 min"."""
    whole, rest = divmod(minutes, 60)
    return f"{whole} h {rest} min" if rest else f"{whole} h"
