"""How figures of a report are said, on the page and in a file."""

from collections.abc import Iterator
from typing import Any

from courses.catalogue.rules import in_language
from courses.reports.queries import LessonLine, ServiceLine
from courses.reports.rules import LEAST, Figure, Summary, about, may_be_told
from lms.texts import gettext as _
from lms.texts import ngettext


def said(figure: Figure) -> str:
    """A figure in words: a part below ten is not told."""
    if figure.kind == "few":
        return _("menos de %(least)s", least=LEAST)
    if figure.kind == "most":
        return _("casi todas")
    return _("unas %(count)s", count=figure.count) if figure.kind == "about" else str(figure.count)


def days(count: int | None) -> str:
    """A median of days, or why there is none."""
    return _("sin dato") if count is None else ngettext("%(num)s día", "%(num)s días", count)


def hours(minutes: int | None) -> str:
    """A median of minutes as hours, to the half."""
    if minutes is None:
        return _("sin dato")
    halves = (minutes + 15) // 30
    return _("%(hours)s h", hours=str(halves // 2) + (",5" if halves % 2 else ""))


def headline(summary: Summary) -> list[tuple[str, str]]:
    """The rows of an edition's table."""
    return [
        (_("Se inscribieron"), str(summary.people)),
        (_("Empezaron"), said(summary.begun)),
        (_("Terminaron"), said(summary.complete)),
        (_("Están en pausa"), said(summary.paused)),
        (_("Lo dejaron"), said(summary.left)),
        (_("Días hasta terminar (mediana)"), days(summary.days)),
        (_("Tiempo de lecciones hechas (mediana)"), hours(summary.minutes)),
    ]


def lesson_bars(lessons: list[LessonLine], people: int, locale: str) -> list[dict[str, Any]]:
    """By module, how many did its last lesson: a bar each."""
    last = {line.module: line for line in lessons}
    return [
        {
            "label": f"{line.module}. {in_language(line.module_title, locale)}",
            "value": about(line.done, people).count,
            "words": said(about(line.done, people)),
        }
        for line in last.values()
    ]


def stop_bars(lessons: list[LessonLine], summary: Summary, locale: str) -> list[dict[str, Any]]:
    """By module, how many stopped in it."""
    titles = {line.module: in_language(line.module_title, locale) for line in lessons}
    return [
        {"label": f"{number}. {titles.get(number, '')}", "value": one.count, "words": said(one)}
        for number, one in summary.stops.items()
    ]


def service_cells(line: ServiceLine) -> list[str]:
    """A service's row. What is too small to be told says so."""
    name = line.name if line.name is not None else _("Sin servicio dicho")
    if not may_be_told(len(line.people)):
        few = said(Figure("few", 0, 0))
        return [name, few, few, few, _("sin dato")]
    of = len(line.people)
    middle = sorted(line.minutes)[len(line.minutes) // 2] if may_be_told(len(line.begun)) else None
    counts = [said(about(len(some), of)) for some in (line.people, line.begun, line.complete)]
    return [name, *counts, hours(middle)]


def service_heads() -> list[str]:
    """The columns of the table of services."""
    return [_("Servicio"), _("Se inscribieron"), _("Empezaron"), _("Terminaron"), _("Tiempo de lecciones (mediana)")]


def edition_rows(summary: Summary, lessons: list[LessonLine], locale: str) -> Iterator[list[Any]]:
    """An edition's report as rows of a file."""
    yield [_("Concepto"), _("Cuántas personas")]
    yield from ([name, value] for name, value in headline(summary))
    yield ["", ""]
    yield [_("Lección"), _("La hicieron")]
    for line in lessons:
        title = f"{line.module}.{line.number} {in_language(line.title, locale)}"
        yield [title, said(about(line.done, summary.people))]
    yield ["", ""]
    yield [_("Módulo"), _("Se quedaron ahí")]
    yield from ([bar["label"], bar["words"]] for bar in stop_bars(lessons, summary, locale))


def service_rows(lines: list[ServiceLine]) -> Iterator[list[Any]]:
    """The table of services as rows of a file."""
    yield list(service_heads())
    yield from (service_cells(line) for line in lines)
