"""From a certificate's frozen facts to a tagged PDF (PDF/UA-1): the same facts, the same bytes, in any process.

WeasyPrint is imported at first use: it is slow to load, and most processes never render.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from flask_babel import lazy_gettext as _l
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from certificates.documents import qr
from certificates.documents.seal import rosette
from certificates.documents.wording import OF_A_COURSE, OTHER, WORDING, amount, day, hours
from certificates.register.rules import grouped, is_completion, localised, subject
from lms.errors import Refusal

FOLDER = Path(__file__).parent / "templates" / "documents"
SHOWN_AT_MOST = 6
# Longest name in characters → class of its size.
SIZES = ((22, "huge"), (34, "large"), (60, "medium"))
LONGEST = 300  # characters of any one text: laying out takes time and memory with what there is to lay out
_rendering = Lock()  # Pango's font map is shared by all renderings of a process


@dataclass(frozen=True, slots=True)
class _Press:
    """What all certificates of a process share."""

    html: Any
    font_config: Any
    stylesheet: Any
    fetcher: Any
    template: Any
    seal: str


@cache
def _press() -> _Press:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    class Nothing(URLFetcher):
        """A document fetches nothing: neither the network nor files."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            raise ValueError(f"a certificate fetches nothing: {url[:60]}")

    environment = SandboxedEnvironment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
    font_config, fetcher = FontConfiguration(), Nothing()
    return _Press(
        html=weasyprint.HTML,
        font_config=font_config,
        stylesheet=weasyprint.CSS(
            string=(FOLDER / "certificate.css").read_text(encoding="utf-8"),
            font_config=font_config,
            url_fetcher=fetcher,
        ),
        fetcher=fetcher,
        template=environment.get_template("certificate.html"),
        seal=rosette(),
    )


class DocumentTooLong(Refusal):
    """A text of the certificate is longer than any that a page holds."""

    code = "document-too-long"
    sentence = _l(
        "Un texto del certificado es demasiado largo para el papel (más de %(most)s caracteres). "
        "El certificado sigue en el registro; avisa a tu federación."
    )


def _shown(*texts: Any) -> None:
    """Raise DocumentTooLong unless each text that will be laid out fits; before anything is laid out."""
    if any(len(str(one)) > LONGEST for one in texts):
        raise DocumentTooLong(most=LONGEST)


def _size(name: str) -> str:
    """The class of a name's size. Arabic letters are small beside Latin ones, so they get the next larger."""
    length = len(name) * 2 // 3 if any("\u0600" <= letter <= "\u06ff" for letter in name) else len(name)
    return next((size for longest, size in SIZES if length <= longest), "small")


def _speak(language: str) -> Callable[[Any, Any], None]:
    """A finisher that says in which language the spans are: WeasyPrint only says it of the whole document."""

    def finish(_document: Any, pdf: Any) -> None:
        import pydyf

        for element in pdf.objects:
            if isinstance(element, pydyf.Dictionary) and element.get("S") == "/Span":
                element["Lang"] = pydyf.String(language)

    return finish


def certificate(snapshot: dict[str, Any], verify_url: str) -> bytes:
    """The PDF of a certificate's facts (the snapshot with its name, `register.names.facts`), A4 landscape, in the holder's language.

    `verify_url` is the public address that it prints and encodes. About 0.1 s once the process has rendered one.
    Raises DocumentTooLong.
    """
    name, locale = snapshot["holder"]["name"], snapshot["holder"]["locale"]
    locale = locale if locale in WORDING else "es"
    other = OTHER[locale]
    met = [(localised(item["requirement"]["title"], locale), amount(item, locale)) for item in snapshot["met"]]
    what = subject(snapshot)
    titles = [localised(what["title"], one) for one in (locale, other)]
    course = is_completion(snapshot)
    _shown(
        name,
        snapshot["federation"]["name"],
        verify_url,
        *titles,
        *(one for pair in met[:SHOWN_AT_MOST] for one in pair),
    )
    path, modules = qr.path(verify_url)
    press = _press()
    markup = press.template.render(
        w=WORDING[locale] | (OF_A_COURSE[locale] if course else {}),
        o=WORDING[other] | (OF_A_COURSE[other] if course else {}),
        locale=locale,
        other=other,
        federation=snapshot["federation"]["name"],
        name=name,
        size=_size(name),
        title=titles[0],
        other_title=titles[1],
        version=what["version"],
        issued_on=day(snapshot["issued_on"], locale),
        valid_until=hours(what["minutes"]) if course else day(snapshot["valid_until"], locale),
        decided_on=day(snapshot["decided_on"], locale),
        serial=snapshot["serial"],
        code=grouped(snapshot["code"]),
        met=met[:SHOWN_AT_MOST] if len(met) > SHOWN_AT_MOST + 1 else met,
        more=len(met) - SHOWN_AT_MOST if len(met) > SHOWN_AT_MOST + 1 else 0,
        url=verify_url,
        address=verify_url.partition("://")[2],
        date=snapshot["issued_on"],
        qr=path,
        modules=modules,
        seal=press.seal,
    )
    with _rendering:
        return press.html(string=markup, url_fetcher=press.fetcher).write_pdf(
            stylesheets=[press.stylesheet],
            font_config=press.font_config,
            finisher=_speak(other),
            pdf_variant="pdf/ua-1",
        )
