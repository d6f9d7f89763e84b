"""Crisis contacts: written without script, reviewed with a date, shown to the federation's own people first."""

from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo

from lms.cli import main
from lms.db import transaction
from lms.people.models import Federation
from tests.federations.place import row, trail
from tests.statements import counted
from tests.world import Browser, World

ONE = {"contacts-0-name": "Guardia", "contacts-0-number": "+34 600 000 000", "contacts-0-note": "De 9:00 a 21:00"}


def reviewed(world: World, day: date | None) -> None:
    with world.database(), transaction() as session:
        session.get_one(Federation, world.here).crisis_reviewed_on = day


def test_contacts_are_kept_and_writing_them_counts_as_a_review(world: World, admin: Browser) -> None:
    assert admin.post("/federation/crisis", ONE).status_code == 302
    found = row(world)
    assert found.crisis_contacts == [{"name": "Guardia", "number": "+34 600 000 000", "note": "De 9:00 a 21:00"}]
    assert found.crisis_reviewed_on is not None
    assert trail(world)[-1] == ("federation.crisis", {"contacts": 1})


def test_a_line_is_added_and_taken_away_without_script_and_nothing_typed_is_lost(world: World, admin: Browser) -> None:
    page = admin.post("/federation/crisis", ONE | {"add": "1"})
    assert page.status_code == 200
    assert 'value="Guardia"' in page.text
    assert 'name="contacts-1-name"' in page.text
    two = ONE | {"contacts-1-name": "Otra", "contacts-1-number": "061"}
    page = admin.post("/federation/crisis", two | {"remove": "0"})
    assert 'value="Guardia"' not in page.text
    assert 'value="Otra"' in page.text
    assert row(world).crisis_contacts == []


@pytest.mark.parametrize("remove", ["9", "-1", "x", "", "99999999999999999999999999999"])
def test_a_line_that_is_not_there_cannot_be_taken_away(admin: Browser, remove: str) -> None:
    page = admin.post("/federation/crisis", ONE | {"remove": remove})
    assert page.status_code == 200
    assert 'value="Guardia"' in page.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"contacts-0-number": "llámame"}, "Escribe el número como se marca"),
        ({"contacts-0-number": "javascript:alert(1)"}, "Escribe el número como se marca"),
        ({"contacts-0-number": ""}, "Escribe el número como se marca"),
        ({"contacts-0-name": ""}, "Escribe quién atiende"),
        ({"contacts-0-name": "x" * 81}, "Usa como mucho 80 caracteres"),
        ({f"contacts-{n}-{f}": "024" for n in range(13) for f in ("name", "number")}, "Deja 12 como mucho"),
    ],
)
def test_what_will_not_do_is_refused_and_stays(
    world: World, admin: Browser, change: dict[str, Any], sentence: str
) -> None:
    page = admin.post("/federation/crisis", ONE | change)
    assert page.status_code == 422
    assert sentence in page.text
    assert "De 9:00 a 21:00" in page.text
    assert row(world).crisis_contacts == []


def test_the_crisis_page_shows_ones_own_contacts_before_everybodys(
    world: World, admin: Browser, other_admin: Browser
) -> None:
    admin.post("/federation/crisis", ONE | {"contacts-0-note": "<script>alert(1)</script>"})
    page = admin.get("/crisis").text
    assert page.index("tel:+34600000000") < page.index("tel:024") < page.index("tel:112")
    assert "Teléfonos de tu federación, revisados el" in page
    assert "<script>alert" not in page
    for other in (other_admin, world.browser()):
        page = other.get("/crisis").text
        assert "tel:+34600000000" not in page
        assert "tel:024" in page


def test_the_crisis_page_costs_two_statements(world: World, admin: Browser) -> None:
    admin.get("/crisis")
    with counted() as statements:
        admin.get("/crisis")
    assert len(statements) == 2


def test_who_looked_and_found_them_right_says_so_with_one_button(world: World, admin: Browser) -> None:
    reviewed(world, date(2020, 1, 1))
    assert admin.post("/federation/crisis/review").status_code == 302
    assert row(world).crisis_reviewed_on > date(2026, 1, 1)
    assert trail(world)[-1] == ("federation.crisis", {"reviewed": True})


@pytest.mark.parametrize("role", ["admin", "registrar"])
def test_the_desk_says_gently_when_nobody_has_looked_for_long(world: World, role: str) -> None:
    browser = world.browser(world.person(role))
    reviewed(world, date(2020, 1, 1))
    assert "nadie revisa los teléfonos de crisis" in browser.get("/").text
    reviewed(world, date(2099, 1, 1))
    assert "nadie revisa los teléfonos de crisis" not in browser.get("/").text


def test_doctor_names_the_federations_whose_contacts_are_old(world: World, admin: Browser) -> None:
    def said() -> str:
        return CliRunner().invoke(main, ["doctor"], obj=ScriptInfo(create_app=lambda: world.app)).output

    admin.post("/federation/crisis", ONE)
    assert "✓ Crisis contacts" in said()
    reviewed(world, date(2020, 1, 1))
    assert "✗ Crisis contacts: not looked at for six months in here." in said()
