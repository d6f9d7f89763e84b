"""What can be downloaded: the template to fill in, and what was found wrong."""

from collections.abc import Iterable, Iterator
from typing import Any

from lms import spreadsheets
from lms.people import words as people_words
from lms.people.imports import rules, words
from lms.people.imports.rules import Finding
from lms.texts import gettext as _

WIDTHS = (34, 34, 28, 14)


def headings() -> list[str]:
    """The columns of a list, as the reader's language calls them."""
    return [str(words.COLUMNS[column]) for column in rules.COLUMNS]


def template(form: str, roles: Iterable[str]) -> Any:
    """An empty list with its headings, as CSV or as a workbook that offers `roles` and languages."""
    if form == "csv":
        return spreadsheets.as_csv([headings()])
    choices = {2: [str(people_words.ROLES[role]) for role in roles], 3: list(people_words.LANGUAGES.values())}
    return spreadsheets.as_xlsx(
        [headings()], WIDTHS, choices={at: (rules.MOST_ROWS, one) for at, one in choices.items()}
    )


def finding_rows(findings: Iterable[Finding]) -> Iterator[list[str]]:
    """What was found wrong, one line each, under headings."""
    yield [_("Fila"), _("Columna"), _("Qué pasa"), _("Lo que pone")]
    for one in findings:
        yield [str(one.row), str(words.COLUMNS[one.column]), words.sentence(one), one.value]
