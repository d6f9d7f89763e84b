"""Rows as CSV and as a workbook, for people who go on in a spreadsheet. No cell is ever a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from tempfile import TemporaryFile
from typing import IO, Any, cast

from flask import Response, send_file
from xlsxwriter import Workbook

from lms.cells import neutral
from lms.uploads import folder

MIMES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def download(rows: Iterable[list[Any]], form: str, name: str, widths: tuple[int, ...]) -> Response:
    """Rows as a file to keep; `form` is csv or xlsx, `name` without it."""
    return sent(as_csv(rows) if form == "csv" else as_xlsx(rows, widths), form, name)


def sent(content: Any, form: str, name: str) -> Response:
    """A file that was made here, to keep."""
    if form == "csv":
        disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return Response(b"".join(content), mimetype="text/csv", headers=disposition)
    return send_file(content, MIMES[form], as_attachment=True, download_name=f"{name}.{form}")


def as_csv(rows: Iterable[list[Any]]) -> Iterator[bytes]:
    """Rows as Excel in Spanish and LibreOffice open them: marked UTF-8, semicolons."""
    yield b"\xef\xbb\xbf"
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter=";").writerow(one if isinstance(one, int) else neutral(str(one)) for one in row)
        yield line.getvalue().encode()


def as_xlsx(
    rows: Iterable[list[Any]], widths: tuple[int, ...], *, choices: Mapping[int, tuple[int, list[str]]] | None = None
) -> IO[bytes]:
    """Rows (texts and whole numbers) as a workbook, row by row into a file without a name. Whoever sends it closes it.

    `choices`: by column, down to which row there is a list to choose from, and the list.
    """
    file = cast(IO[bytes], TemporaryFile(dir=folder()))  # noqa: SIM115
    options: dict[str, Any] = {"constant_memory": True, "tmpdir": str(folder()), "strings_to_formulas": False}
    book = Workbook(file, options)
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, column, value)
            else:
                sheet.write_string(number, column, neutral(str(value)), bold if number == 0 else None)
    for column, (rows_, source) in (choices or {}).items():
        sheet.data_validation(1, column, rows_, column, {"validate": "list", "source": source})
    book.close()
    file.seek(0)
    return file
