"""A sheet to print, from a text in the dialect of lessons: A4, large enough to write on, tagged for screen readers."""

from typing import Any

from markupsafe import escape

from lms import markup

CSS = """
@page { size: A4; margin: 15mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9pt sans-serif; color: #555; } }
body { font: 12pt/1.45 "Noto Sans", "Liberation Sans", "DejaVu Sans", sans-serif; color: #111; }
h1 { font-size: 20pt; margin: 0 0 4mm; } h2 { font-size: 14pt; margin: 5mm 0 1mm; }
h1, h2, h3 { break-after: avoid; } p { margin: 0 0 3mm; }
table { width: 100%; border-collapse: collapse; break-inside: avoid; margin: 3mm 0; }
th, td { border: 0.6pt solid #666; padding: 1.5mm 2mm; text-align: left; vertical-align: top; height: 10mm; }
th { height: auto; background: #eee; }
tr > :first-child:nth-last-child(2) { width: 40%; }
"""


def sheet(text: str, *, locale: str = "es") -> bytes:
    """The PDF of a text whose first line is `# Title`. Raises markup.MarkupRefused."""
    import weasyprint
    from weasyprint.urls import URLFetcher

    class Nothing(URLFetcher):
        """A sheet fetches nothing: neither the network nor files."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            raise ValueError(f"a sheet fetches nothing: {url[:60]}")

    first, _line, rest = text.lstrip("\ufeff").partition("\n")
    title, body = escape(first.removeprefix("# ").strip()), markup.render(rest, locale=locale)
    fetcher = Nothing()
    page = f'<!doctype html><html lang="{locale}"><title>{title}</title><h1>{title}</h1>{body}</html>'
    style = weasyprint.CSS(string=CSS, url_fetcher=fetcher)
    made = weasyprint.HTML(string=page, url_fetcher=fetcher).write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")
    assert made is not None
    return made
