"""What is downloaded opens as text, never as a formula; roles and languages are known as the screen calls them."""

import csv
import io

import pytest
from openpyxl import load_workbook

from lms.people import words
from lms.people.imports import rules
from lms.policy import ROLES
from lms.texts import speaking
from tests.imports.place import Desk, csv_of
from tests.world import World

BAD = [["=cmd|' /C calc'!A0", "@x", "-1", "+1"], ["", "=1@", "=", "@"]]


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_findings_are_downloaded_whole_and_without_formulas(desk: Desk, form: str) -> None:
    address = desk.send(csv_of(*BAD * 40)).location
    with desk.browser().get(f"{address}/findings.{form}") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        data = answer.data
    if form == "csv":
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    else:
        sheet = load_workbook(io.BytesIO(data)).worksheets[0]
        rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert rows[0] == ["Fila", "Columna", "Qué pasa", "Lo que pone"]
    assert len(rows) == 1 + 40 * 8
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_the_page_shows_fifty_findings_and_leads_to_the_next(desk: Desk) -> None:
    address = desk.send(csv_of(*BAD * 10)).location
    first, second = (desk.browser().get(f"{address}?page={page}").text for page in (1, 2))
    assert (first.count('role="rowheader"'), second.count('role="rowheader"')) == (50, 30)
    assert "Siguientes" in first
    assert "Siguientes" not in second


def test_the_template_offers_the_roles_that_one_may_give(desk: Desk) -> None:
    with desk.browser().get("/people/imports/template.xlsx") as answer:
        book = load_workbook(io.BytesIO(answer.data))
    offered = [one.formula1 for one in book.worksheets[0].data_validations.dataValidation]
    assert "Agente sénior" in offered[0]
    assert "Administración" not in offered[0]
    assert [cell.value for cell in book.worksheets[0][1]] == ["nombre", "correo", "papel", "idioma"]
    assert desk.browser().get("/people/imports/template.exe").status_code == 404


@pytest.mark.parametrize("locale", ["es", "en"])
def test_every_role_and_language_is_known_as_the_screen_calls_it(world: World, locale: str) -> None:
    with world.app.test_request_context(), speaking(locale):
        assert {role: rules.ROLE_OF.get(rules.plain(str(words.ROLES[role]))) for role in ROLES} == {r: r for r in ROLES}
        assert {code: rules.LOCALE_OF.get(rules.plain(name)) for code, name in words.LANGUAGES.items()} == {
            code: code for code in words.LANGUAGES
        }


@pytest.mark.parametrize("locale", ["es", "en"])
def test_the_headings_of_the_template_are_known_in_every_language(world: World, locale: str) -> None:
    from lms.people.imports.words import COLUMNS

    with world.app.test_request_context(), speaking(locale):
        assert rules.columns([str(COLUMNS[column]) for column in rules.COLUMNS]) == list(rules.COLUMNS)
