"""Pages: how editions and services are doing, in figures that point at nobody."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from courses.reports import queries, rules, words
from lms import clock, i18n, spreadsheets
from lms.access import actor
from lms.policy import declares, guard
from lms.texts import gettext as _

blueprint = Blueprint("reports", __name__, template_folder="templates")


def _here() -> UUID:
    here = actor().federation_id
    assert here is not None  # a role in a federation is asked for
    return here


@blueprint.get("/reports")
@declares("report.list")
def index() -> str:
    """The editions of which there are reports."""
    only_taught = not actor().has("registrar", "admin")
    found = queries.editions(_here(), actor().person_id, only_taught=only_taught)
    return render_template("reports/index.html", editions=found, least=rules.LEAST)


def _report(edition_id: UUID) -> tuple[queries.Reported, rules.Summary | None, list[queries.LessonLine]]:
    edition = guard(actor(), "report.read", queries.edition(edition_id, actor().person_id))
    if not rules.may_be_told(edition.people):
        return edition, None, []
    lessons = queries.lessons(edition.id, edition.version_id)
    modules = sorted({line.module for line in lessons})
    return edition, rules.summary(queries.paths(edition.id), modules, clock.now()), lessons


@blueprint.get("/reports/editions/<uuid:edition_id>")
@declares("report.read")
def edition(edition_id: UUID) -> str:
    """An edition: enrolled, begun, completed, time, where people stop."""
    found, summary, lessons = _report(edition_id)
    locale, charts = i18n.current(), {}
    if summary is not None:
        charts = {
            "lessons": words.lesson_bars(lessons, summary.people, locale),
            "stops": words.stop_bars(lessons, summary, locale),
            "headline": words.headline(summary),
        }
    return render_template(
        "reports/edition.html", edition=found, summary=summary, least=rules.LEAST, quiet=rules.QUIET.days, **charts
    )


@blueprint.get("/reports/editions/<uuid:edition_id>.<any(csv, xlsx):form>")
@declares("report.read")
def edition_file(edition_id: UUID, form: str) -> Response:
    """The same as a file. Nothing of fewer than ten people."""
    _edition, summary, lessons = _report(edition_id)
    if summary is None:
        raise NotFound
    rows = words.edition_rows(summary, lessons, i18n.current())
    return spreadsheets.download(rows, form, _("informe-edicion"), (60, 24))


def _year() -> int:
    """The year that was asked for, or this one."""
    asked = request.args.get("year", "")
    return (
        int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 and asked > "1999" else clock.now().year
    )


@blueprint.get("/reports/services")
@declares("report.services")
def services() -> str:
    """A year's editions by service."""
    span, year = queries.years(_here()), _year()
    lines = queries.services(_here(), year)
    cells = [words.service_cells(line) for line in lines]
    bars = [
        {"label": row[0], "value": rules.about(len(line.people), 0).count, "words": row[1]}
        for row, line in zip(cells, lines, strict=True)
    ]
    years = list(range(span[1], span[0] - 1, -1))[:20] if span else []
    return render_template(
        "reports/services.html", heads=words.service_heads(), cells=cells, bars_of_services=bars, year=year, years=years,
        least=rules.LEAST,
    )  # fmt: skip


@blueprint.get("/reports/services.<any(csv, xlsx):form>")
@declares("report.services")
def services_file(form: str) -> Response:
    """The same as a file."""
    rows: Any = words.service_rows(queries.services(_here(), _year()))
    return spreadsheets.download(rows, form, _("informe-servicios"), (40, 18, 18, 18, 28))
