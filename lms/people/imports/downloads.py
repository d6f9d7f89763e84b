"""What can be downloaded: the template to fill in, and what was found wrong. No cell is ever a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any, cast

from xlsxwriter import Workbook

from lms.people import words as people_words
from lms.people.imports import rules, words
from lms.people.imports.rules import Finding
from lms.texts import gettext as _
from lms.uploads import folder

MIMES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
WIDTHS = (34, 34, 28, 14)


def headings() -> list[str]:
    """The columns of a list, as the reader's language calls them."""
    return [str(words.COLUMNS[column]) for column in rules.COLUMNS]


def as_csv(rows: Iterable[list[str]]) -> Iterator[bytes]:
    """Rows as Excel in Spanish and LibreOffice open them: marked UTF-8, semicolons."""
    yield b"\xef\xbb\xbf"
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter=";").writerow(map(rules.neutral, row))
        yield line.getvalue().encode()


def as_xlsx(rows: Iterable[list[str]], widths: tuple[int, ...], *, roles: list[str] | None = None) -> IO[bytes]:
    """Rows as a workbook, row by row into a file without a name; with `roles`, lists to choose from."""
    file = cast(IO[bytes], TemporaryFile(dir=folder()))  # noqa: SIM115 (whoever sends it closes it)
    options: dict[str, Any] = {"constant_memory": True, "tmpdir": str(folder()), "strings_to_formulas": False}
    book = Workbook(file, options)
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write_string(number, column, rules.neutral(value), bold if number == 0 else None)
    if roles is not None:
        _choices(sheet, 2, roles)
        _choices(sheet, 3, list(people_words.LANGUAGES.values()))
    book.close()
    file.seek(0)
    return file


def _choices(sheet: Any, column: int, values: list[str]) -> None:
    sheet.data_validation(1, column, rules.MOST_ROWS, column, {"validate": "list", "source": values})


def template(form: str, roles: Iterable[str]) -> Any:
    """An empty list with its headings, as CSV or as a workbook that offers `roles` and languages."""
    if form == "csv":
        return as_csv([headings()])
    return as_xlsx([headings()], WIDTHS, roles=[str(people_words.ROLES[role]) for role in roles])


def finding_rows(findings: Iterable[Finding]) -> Iterator[list[str]]:
    """What was found wrong, one line each, under headings."""
    yield [_("Fila"), _("Columna"), _("Qué pasa"), _("Lo que pone")]
    for one in findings:
        yield [str(one.row), str(words.COLUMNS[one.column]), words.sentence(one), one.value]
