"""How people read: every page in the largest text, in the calm mode and in the dark; on the smallest phone."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.pages import Tab
from tests.browser.site import PASSWORD, Site
from tests.browser.test_gentle import first_lesson, trainee

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SMALLEST = {"width": 320, "height": 640}
LARGEST = {"size": "largest", "spacing": "wide"}
OWN = (
    "/",
    "/account",
    "/account/name",
    "/account/legal-name",
    "/road",
    "/mentoring",
    "/courses",
    "/messages",
    "/crisis",
)
OFFICE = ("/", "/people", "/people/invitations", "/register", "/dossiers", "/mentoring/pairings", "/editions")
PROPERTY = "name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"


def choose(tab: Tab, **choices: str) -> None:
    tab.open("/account/reading")
    tab.fill(**choices)
    tab.press("Guardar cómo leo")
    tab.sees("Así leerás desde ahora.")


@pytest.mark.parametrize(
    "mode", [LARGEST, LARGEST | {"theme": "dark"}, {"calm": "on"}, {"calm": "on", "theme": "dark"}]
)
def test_no_page_of_an_agent_is_too_wide_or_unreadable_however_they_read(
    site: Site, phone: Callable[..., Tab], mode: dict[str, str]
) -> None:
    enrolment = trainee(site)
    own = phone(site, viewport=SMALLEST)
    own.sign_in("trainee@demo.test", PASSWORD)
    choose(own, **mode)
    for place in OWN:
        own.open(place)
    first_lesson(own, enrolment)
    own.page.locator("summary", has_text="Todas las lecciones").tap()
    own.follow("Comprueba lo aprendido")
    own.press("Empezar la prueba")


def test_no_page_of_the_office_is_too_wide_in_the_largest_text(site: Site, phone: Callable[..., Tab]) -> None:
    trainee(site)
    own = phone(site, viewport=SMALLEST)
    own.sign_in("registrar@demo.test", PASSWORD)
    choose(own, **LARGEST)
    for place in OFFICE:
        own.open(place)


def test_a_choice_is_seen_before_it_is_kept_and_only_kept_when_one_says_so(
    make_site: Callable[..., Site], phone: Callable[..., Tab]
) -> None:
    visitor = phone(make_site(courses=False))
    visitor.open("/account/reading")
    before = visitor.page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)")
    visitor.fill(size="largest", theme="dark")
    after = visitor.page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert after > before * 1.5
    assert visitor.page.evaluate("() => document.documentElement.dataset.theme") == "dark"
    visitor.open("/")
    assert visitor.page.evaluate("() => document.documentElement.dataset.theme") is None


def test_it_is_kept_without_a_script_too(make_site: Callable[..., Site], phone: Callable[..., Tab]) -> None:
    visitor = phone(make_site(courses=False), script=False)
    choose(visitor, theme="dark")
    visitor.open("/login")
    assert visitor.page.locator("html").get_attribute("data-theme") == "dark"


@pytest.mark.parametrize("asked", [{"contrast": "more"}, {"contrast": "more", "color_scheme": "dark"}])
def test_who_asks_their_device_for_contrast_gets_it_in_light_and_dark(
    make_site: Callable[..., Site], phone: Callable[..., Tab], asked: dict[str, Any]
) -> None:
    visitor = phone(make_site(courses=False), **asked)
    visitor.open("/")
    assert visitor.page.evaluate(PROPERTY, "--soft") == visitor.page.evaluate(PROPERTY, "--ink")


def test_what_the_device_forces_is_left_to_it_and_every_part_has_an_edge(
    make_site: Callable[..., Site], phone: Callable[..., Tab]
) -> None:
    visitor = phone(make_site(courses=False), forced_colors="active")
    visitor.open("/")
    assert visitor.page.locator(".card").first.evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"


@pytest.mark.parametrize("motion", ["device", "account"])
def test_nothing_moves_for_who_asks_so(make_site: Callable[..., Site], phone: Callable[..., Tab], motion: str) -> None:
    visitor = phone(make_site(courses=False), reduced_motion="reduce" if motion == "device" else "no-preference")
    visitor.open("/")
    moving = "() => getComputedStyle(document.querySelector('.button')).transitionDuration"
    if motion == "account":
        assert visitor.page.evaluate(moving) != "0s"
        choose(visitor, motion="less")
        visitor.open("/")
    assert visitor.page.evaluate(moving) in ("0s", "")
