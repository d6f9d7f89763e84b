"""What a federation says of itself."""

from typing import Any

import pytest

from lms.people.models import Federation
from tests.federations.place import row, trail
from tests.world import Browser, World

GOOD = {"name": "Federación del Sur", "languages": ["es"], "locale": "es", "timezone": "America/Bogota"}


def test_name_languages_and_clock_are_changed_and_the_change_is_in_the_trail(world: World, admin: Browser) -> None:
    assert admin.post("/federation", GOOD).status_code == 302
    found = row(world)
    assert (found.name, found.languages, found.locale, found.timezone) == (
        "Federación del Sur",
        ["es"],
        "es",
        "America/Bogota",
    )
    action, facts = trail(world)[-1]
    assert action == "federation.change"
    assert facts == {"changed": ["name", "languages", "timezone"], "languages": ["es"], "timezone": "America/Bogota"}


def test_saving_what_was_there_leaves_no_entry(world: World, admin: Browser) -> None:
    admin.post("/federation", GOOD)
    before = len(trail(world))
    admin.post("/federation", GOOD)
    assert len(trail(world)) == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"timezone": "Luna/Mar"}, "Elige una de las opciones de la lista."),
        ({"name": "  "}, "Escribe un nombre."),
        ({"name": "x" * 121}, "Usa como mucho 120 caracteres."),
        ({"languages": []}, "Marca al menos un idioma."),
        ({"languages": ["es", "tlh"]}, "Elige una de las opciones de la lista."),
        ({"languages": ["en"], "locale": "es"}, "tiene que estar entre los que ofrece"),
        ({"name": "a\x07b"}, "Hay caracteres que no se pueden guardar"),
    ],
)
def test_what_will_not_do_is_refused_and_stays_in_the_form(
    world: World, admin: Browser, change: dict[str, Any], sentence: str
) -> None:
    answer = admin.post("/federation", GOOD | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert row(world).name == "Federación here"


def test_a_name_with_a_script_is_shown_as_words(world: World, admin: Browser) -> None:
    admin.post("/federation", GOOD | {"name": "<script>alert(1)</script>"})
    page = admin.get("/federation").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_nothing_else_can_be_set(world: World, admin: Browser) -> None:
    admin.post(
        "/federation", GOOD | {"slug": "taken", "second_factor_waived": "", "demo": "1", "id": str(world.elsewhere)}
    )
    found = row(world)
    assert (found.slug, found.demo, found.second_factor_waived) == ("here", False, True)


def test_another_federation_keeps_its_own(world: World, admin: Browser, other_admin: Browser) -> None:
    admin.post("/federation", GOOD)
    assert row(world, world.elsewhere).name == "Federación elsewhere"
    assert "Federación del Sur" not in other_admin.get("/federation").text


def test_a_member_reads_only_in_the_languages_that_the_federation_offers(world: World, admin: Browser) -> None:
    admin.post("/language", {"locale": "en"})
    assert '<html lang="en"' in admin.get("/federation").text
    admin.post("/federation", GOOD)
    page = admin.get("/federation").text
    assert '<html lang="es"' in page
    assert 'name="locale" value="en"' not in page


def test_the_column_of_languages_has_a_default(world: World) -> None:
    assert row(world).languages == ["es", "en"]
    assert Federation.__table__.c.languages.nullable is False
