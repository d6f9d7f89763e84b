"""A federation chooses for how long it keeps what, within limits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lms.people.federations.rules import RETENTION, kept_for
from tests.federations.place import row, trail
from tests.world import Browser, World

USUAL = {kind: str(period.default) for kind, period in RETENTION.items()}


def test_months_are_kept_and_the_change_is_in_the_trail(world: World, admin: Browser) -> None:
    assert admin.post("/federation/retention", USUAL | {"messages": "6"}).status_code == 302
    assert kept_for(row(world).retention, "messages") == 6
    action, facts = trail(world)[-1]
    assert action == "federation.retention"
    assert facts["months"]["messages"] == 6


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "Escribe un número de meses de 1 a 36."),
        ("37", "Escribe un número de meses de 1 a 36."),
        ("un año", "Escribe un número entero de meses"),
        ("-3", "Escribe un número entero de meses"),
        ("1e1", "Escribe un número entero de meses"),
        ("9" * 30, "Escribe un número entero de meses"),
        ("٣", "Escribe un número entero de meses"),
        ("", "Escribe un número entero de meses"),
    ],
)
def test_what_lies_beyond_the_limits_is_refused_and_stays(
    world: World, admin: Browser, typed: str, sentence: str
) -> None:
    page = admin.post("/federation/retention", USUAL | {"messages": typed, "imports": "2"})
    assert page.status_code == 422
    assert sentence in page.text
    assert f'value="{typed}"' in page.text
    assert row(world).retention == {}


def test_a_form_without_a_kind_changes_nothing(world: World, admin: Browser) -> None:
    some = {kind: months for kind, months in USUAL.items() if kind != "sign-ins"}
    assert admin.post("/federation/retention", some).status_code == 422
    assert row(world).retention == {}


def test_it_asks_to_prove_again_who_one_is(world: World) -> None:
    old: dict[str, Any] = {"confirmed_at": datetime.now(UTC) - timedelta(hours=3)}
    browser = world.browser(world.person("admin"), **old)
    assert browser.get("/federation/retention").location.startswith("/account/confirm")
    assert browser.post("/federation/retention", USUAL).location.startswith("/account/confirm")
    assert row(world).retention == {}
