"""What verification says, looked up once per language: this page is the one that strangers wait for."""

from datetime import date
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from babel.dates import format_date
from flask_babel import lazy_gettext as _l

from certificates.verification.rules import Check

# check → (what it says when it holds, when it does not)
SENTENCES: dict[str, tuple[Any, Any]] = {
    "known": (_l("Está en el registro de la federación."), _l("No está en ningún registro que conozcamos.")),
    "not-revoked": (_l("No está revocado."), _l("Está revocado: ya no vale.")),
    "not-suspended": (_l("No está suspendido."), _l("Está suspendido: por ahora no vale.")),
    "in-force": (_l("Está dentro de su plazo de validez."), _l("Su plazo de validez ha terminado.")),
    "intact": (
        _l("Sus datos son los mismos que el día en que se emitió."),
        _l("Sus datos no coinciden con los que se emitieron: no te fíes de él y avisa a la federación."),
    ),
}
# status → (tone of the card, headline, what it means)
VERDICTS: dict[str, tuple[str, Any, Any]] = {
    "in-force": ("ok", _l("Certificado vigente"), _l("La federación que lo emitió lo mantiene vigente.")),
    "expiring": (
        "ok",
        _l("Certificado vigente"),
        _l("La federación que lo emitió lo mantiene vigente. Caduca dentro de poco."),
    ),
    "expired": ("warn", _l("Certificado caducado"), _l("Valió hasta la fecha que ves. Pregunta si se ha renovado.")),
    "suspended": ("warn", _l("Certificado suspendido"), _l("Por ahora no vale. Puede volver a valer más adelante.")),
    "revoked": ("stop", _l("Certificado revocado"), _l("Ya no vale, y no volverá a valer.")),
    "altered": (
        "stop",
        _l("Este certificado no es de fiar"),
        _l("Lo que guarda el registro ha cambiado desde que se emitió."),
    ),
}
LABELS: dict[str, Any] = {
    "kicker": _l("Comprobación de un certificado"),
    "name": _l("Nombre"),
    "type": _l("Acredita como"),
    "course": _l("Curso completado"),
    "hours": _l("Duración del curso"),
    "issuer": _l("Lo emite"),
    "issued": _l("Emitido"),
    "until": _l("Válido hasta"),
    "serial": _l("N.º de registro"),
    "code": _l("Código"),
    "checked": _l("Qué hemos comprobado"),
    "yes": _l("Sí"),
    "no": _l("No"),
    "unnamed": _l(
        "El nombre no se muestra: lo decide quien tiene el certificado. "
        "Compara los datos con los del documento que te han enseñado."
    ),
    "another": _l("Comprobar otro certificado"),
}
MALFORMED = _l(
    "El código tiene un error al escribirlo. Son 13 letras y números, y nunca lleva I, L, O ni U: "
    "lo que parece una I o una L es un 1, y lo que parece una O es un 0. Compáralo con el certificado, símbolo a símbolo."
)
UNKNOWN = _l(
    "No conocemos ningún certificado con este código. Compáralo con el documento; "
    "si coincide, pregunta a la federación que dice haberlo emitido."
)


class Words:
    """All of it in one language, as plain text."""

    def __init__(self) -> None:
        self.labels = SimpleNamespace(**{name: str(text) for name, text in LABELS.items()})
        self._verdicts = {status: (tone, str(head), str(text)) for status, (tone, head, text) in VERDICTS.items()}
        self._sentences = {
            (name, ok): str(text)
            for name, both in SENTENCES.items()
            for ok, text in zip((True, False), both, strict=True)
        }

    def verdict(self, status: str) -> tuple[str, str, str]:
        """Tone, headline and meaning of a status."""
        return self._verdicts[status]

    def sentence(self, check: Check) -> str:
        """What a check says."""
        return self._sentences[check.name, check.ok]


@lru_cache(8)
def words(_locale: str) -> Words:
    """The words in the language of this request, which `_locale` names."""
    return Words()


@lru_cache(4096)
def day(value: date, locale: str) -> str:
    """A date in words, as `lms.i18n.day` says it."""
    return format_date(value, "long", locale=locale)
