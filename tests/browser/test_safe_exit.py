"""Salida segura, from wherever one is; and what it must not be mistaken for."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import NEUTRAL
from tests.browser.pages import Tab
from tests.browser.site import PASSWORD, Site

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def own(make_site: Callable[..., Site], phone: Callable[..., Tab]) -> Tab:
    """Somebody's browser, and a neutral page outside."""
    found = phone(make_site(courses=False))
    found.context.route(f"{NEUTRAL}**", lambda route: route.fulfill(body="El tiempo", content_type="text/html"))
    return found


def twice(own: Tab) -> None:
    own.page.keyboard.press("Escape")
    own.page.keyboard.press("Escape")


PAGES = [("/", 200), ("/login", 200), ("/crisis", 200), ("/verify", 200), ("/verify/AAAA", 422), ("/no-such-page", 404)]


@pytest.mark.parametrize(("address", "status"), PAGES)
def test_escape_twice_leaves_from_every_kind_of_page(own: Tab, address: str, status: int) -> None:
    own.open(address, status=status)
    twice(own)
    own.page.wait_for_url(NEUTRAL)


@pytest.mark.parametrize("script", [True, False])
def test_one_press_leaves_with_and_without_script(
    make_site: Callable[..., Site], phone: Callable[..., Tab], script: bool
) -> None:
    own = phone(make_site(courses=False), script=script)
    own.context.route(f"{NEUTRAL}**", lambda route: route.fulfill(body="El tiempo", content_type="text/html"))
    own.open("/crisis")
    own.page.get_by_role("link", name="Salida segura").tap()
    own.page.wait_for_url(NEUTRAL)


def test_going_back_as_often_as_one_likes_shows_none_of_the_pages_before(own: Tab) -> None:
    own.sign_in("senior@demo.test", PASSWORD)
    for address in ("/mentoring", "/account", "/courses"):
        own.open(address)
    twice(own)
    own.page.wait_for_url(NEUTRAL)
    for _ in range(8):
        own.page.go_back()
        own.page.wait_for_load_state()
        if own.page.url == "about:blank":
            break
        own.page.wait_for_url(NEUTRAL)
    own.open("/")  # whoever comes anew is let in, and is signed out
    own.sees("Entrar")
    assert own.page.url.startswith("http://127.0.0.1")


def test_title_icon_and_page_are_gone_before_the_neutral_page_has_come(own: Tab) -> None:
    own.context.unroute(f"{NEUTRAL}**")
    own.context.route(f"{NEUTRAL}**", lambda route: route.fulfill(status=204))  # it never comes
    own.open("/crisis")
    twice(own)
    own.page.locator("main").wait_for(state="hidden")
    assert own.page.evaluate("() => document.title.trim()") == ""
    assert own.page.evaluate("() => document.querySelector('link[rel~=icon]').href") == "data:,"


def test_escape_in_a_dialog_closes_it_and_leaves_the_page_alone(own: Tab) -> None:
    own.open("/styleguide")
    own.page.evaluate("() => document.querySelector('dialog').showModal()")
    twice(own)
    own.page.wait_for_function("() => !document.querySelector('dialog[open]')")
    assert own.page.url.endswith("/styleguide")


def test_escape_while_composing_a_letter_leaves_the_page_alone(own: Tab) -> None:
    own.open("/login")
    own.page.evaluate(
        """() => { for (let n = 0; n < 2; n++) document.querySelector('[name=email]').dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true })); }"""
    )
    assert not own.page.evaluate("() => document.documentElement.hidden")
    assert own.page.url.endswith("/login")


def test_leaving_keeps_drafts_and_signing_out_by_hand_forgets_them(own: Tab) -> None:
    own.open("/crisis")
    own.page.evaluate("() => localStorage.setItem('draft:x', '{}')")
    twice(own)
    own.page.wait_for_url(NEUTRAL)
    own.sign_in("senior@demo.test", PASSWORD)
    assert own.page.evaluate("() => localStorage.getItem('draft:x')") == "{}"
    with own.page.expect_navigation():
        own.page.get_by_role("button", name="Cerrar sesión").tap()
    own.page.wait_for_load_state()
    assert own.page.evaluate("() => localStorage.getItem('draft:x')") is None
