"""A colour replaces the house's only where it can be read, by day and by night."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.federations import colours
from lms.people.federations.colours import contrast, dark, light, nearest, passes, ratio
from tests.federations.place import row, trail
from tests.statements import counted
from tests.world import Browser, World

any_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#000000", 5.25),
    ],
)
def test_contrast_is_what_wcag_says(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@given(any_colour)
def test_what_is_offered_passes_and_stays_when_it_passed_already(colour: str) -> None:
    offered = nearest(colour)
    assert passes(offered)
    assert (offered == colour) == passes(colour)


@given(any_colour)
def test_what_is_offered_is_barely_darker_than_needed(colour: str) -> None:
    offered = nearest(colour)
    if offered != colour:
        assert ratio(offered) < colours.LEAST + 0.35  # one step of 1/256 towards black


@given(any_colour)
def test_every_colour_that_passes_is_read_on_every_ground_by_day_and_by_night(colour: str) -> None:
    colour = nearest(colour)
    day, night = light(colour), dark(colour)
    for ground in (*colours.LIGHT_GROUNDS, day.tint):
        assert min(contrast(day.colour, ground), contrast(day.strong, ground)) >= 4.5
    for ground in (*colours.DARK_GROUNDS, night.tint):
        assert min(contrast(night.colour, ground), contrast(night.strong, ground)) >= 4.5
    for one in (day, night):
        assert min(contrast(one.on, one.colour), contrast(one.on, one.strong)) >= 4.5


def test_the_grounds_are_those_of_the_stylesheet() -> None:
    from pathlib import Path

    import lms

    text = (Path(lms.__file__).parent / "static" / "style.css").read_text()
    for ground in (*colours.LIGHT_GROUNDS, *colours.DARK_GROUNDS, *colours.HOUSE.values()):
        assert re.search(rf"--(ground|paper|act|people): {ground};", text)


@pytest.mark.parametrize("typed", ["#0B5660", "0b5660", " #0b5660 "])
def test_a_colour_may_be_written_in_several_ways(typed: str) -> None:
    assert colours.read(typed) == "#0b5660"
    assert colours.read("#abc") == "#aabbcc"


@pytest.mark.parametrize("typed", ["", "red", "#12345", "#1234567", "url(x)", "#0b5660;}", "#٠٠٠٠٠٠", "#0b566g"])
def test_what_is_no_colour_is_none(typed: str) -> None:
    assert colours.read(typed) is None


def test_a_readable_colour_is_served_to_the_members_by_its_own_address(world: World, admin: Browser) -> None:
    assert admin.post("/federation/look/colours", {"act": "#5b2a86", "people": ""}).status_code == 302
    address = f"/federations/{world.here}/colours/{colours.digest('#5b2a86', None)}.css"
    assert address in admin.get("/federation").text
    served = world.browser().get(address)
    assert "--act:#5b2a86" in served.text
    assert served.content_type.startswith("text/css")
    assert "immutable" in served.headers["Cache-Control"]
    assert ("federation.colours", {"act": "5b2a86", "people": None}) in trail(world)


def test_the_colours_of_one_federation_are_nobody_elses(world: World, admin: Browser, other_admin: Browser) -> None:
    admin.post("/federation/look/colours", {"act": "#5b2a86"})
    assert "/colours/" not in other_admin.get("/federation").text
    digest = colours.digest("#5b2a86", None)
    assert world.browser().get(f"/federations/{world.elsewhere}/colours/{digest}.css").status_code == 404


def test_a_pale_colour_is_refused_with_its_ratio_and_one_that_passes(world: World, admin: Browser) -> None:
    answer = admin.post("/federation/look/colours", {"act": "#8fd3ff", "people": ""})
    offered = nearest("#8fd3ff")
    assert answer.status_code == 422
    assert "su contraste es 1,5 a 1 y hace falta 4,5 a 1" in answer.text
    assert 'value="#8fd3ff"' in answer.text
    assert f'name="act_offered" value="{offered}"' in answer.text
    assert row(world).look == {}
    assert admin.post("/federation/look/colours", {"act": "#8fd3ff", "act_offered": offered}).status_code == 302
    assert row(world).look == {"act": offered}


@pytest.mark.parametrize("typed", ["red", "#0b5660;}body{display:none", "</style><script>", "#" * 21])
def test_what_is_no_colour_never_reaches_the_stylesheet(world: World, admin: Browser, typed: str) -> None:
    answer = admin.post("/federation/look/colours", {"act": typed, "people": "#94421f"})
    assert answer.status_code == 422
    assert "<script>" not in answer.text.partition("<main")[2]
    assert row(world).look == {}


def test_trying_colours_saves_none(world: World, admin: Browser) -> None:
    answer = admin.post("/federation/look/colours", {"act": "#5b2a86", "people": "#7a3b00", "try": "1"})
    assert answer.status_code == 200
    assert "panes.css?act=%235b2a86&amp;people=%237a3b00" in answer.text
    assert "--act:#5b2a86" in admin.get("/federation/look/panes.css?act=%235b2a86").text
    assert row(world).look == {}


def test_a_page_with_colours_and_a_logo_costs_no_statement_more(world: World, admin: Browser) -> None:
    admin.get("/federation/look")
    with counted() as before:
        admin.get("/federation/look")
    admin.post("/federation/look/colours", {"act": "#5b2a86", "people": "#7a3b00"})
    with counted() as after:
        admin.get("/federation/look")
    assert len(after) == len(before) <= 8
