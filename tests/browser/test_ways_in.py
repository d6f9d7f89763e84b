"""Ways in without an invitation: another provider's account, and an edition that is open to everybody."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from courses.learning.models import Edition, Enrolment
from lms.people.entry.models import Identity
from lms.people.models import SignIn
from tests.browser.pages import Tab
from tests.browser.site import PASSWORD, Site
from tests.people.provider import CLIENT, SECRET, MockProvider, running

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def there() -> Iterator[MockProvider]:
    """A provider of identities."""
    with running() as one:
        yield one


def with_provider(site: Site, one: MockProvider) -> Site:
    """The site, configured for the provider, and somebody with an account in it."""
    site.app.config.update(OIDC_NAME="Casa", OIDC_ISSUER=one.url, OIDC_CLIENT_ID=CLIENT, OIDC_CLIENT_SECRET=SECRET)
    site.add("trainee", "Julia Ferrer", "agent")
    return site


def there_and_back(own: Tab, button: str, arrives: str) -> None:
    """Press a button that leads over the provider's site, and arrive."""
    own.page.locator("main").get_by_role("button", name=re.compile(f"^{button}")).first.tap()
    expect(own.page).to_have_url(re.compile(f"{arrives}$"))
    own.look()


def test_somebody_connects_an_account_and_signs_in_with_it(
    make_site: Callable[..., Site], phone: Callable[..., Tab], there: MockProvider
) -> None:
    site = with_provider(make_site(courses=False), there)
    own = phone(site)
    own.sign_in("trainee@demo.test", PASSWORD)
    own.open("/account/ways-in")
    there_and_back(own, "Conectar", "/account/ways-in")
    own.sees("Desde ahora puedes entrar también con tu cuenta de Casa", "Conectada")
    assert [one.subject for one in site.rows(select(Identity))] == [there.subject]

    own.tap(own.page.get_by_role("button", name="Cerrar sesión"))
    own.open("/login")
    there.claims = {"nonce": "of-another-errand"}
    there_and_back(own, "Entrar con Casa", "/sign-in/return")
    own.sees("La respuesta de Casa no es válida")
    there.claims = {}
    own.follow("Empezar otra vez")
    there_and_back(own, "Entrar con Casa", "/")
    own.sees("Hola, Julia")
    assert len(site.rows(select(SignIn))) == 2


def test_without_javascript_the_way_over_the_provider_takes_one_more_press(
    make_site: Callable[..., Site], phone: Callable[..., Tab], there: MockProvider
) -> None:
    site = with_provider(make_site(courses=False), there)
    own = phone(site, script=False)
    own.sign_in("trainee@demo.test", PASSWORD)
    own.open("/account/ways-in")
    own.page.get_by_role("button", name="Conectar").tap()
    expect(own.page).to_have_url(re.compile("/sign-in/return"))
    own.press("Seguir")
    own.sees("Conectada")


def test_somebody_without_an_invitation_asks_for_a_seat_and_ends_in_the_course(
    make_site: Callable[..., Site], phone: Callable[..., Tab]
) -> None:
    site = make_site()
    site.change(Edition, for_everybody=True)
    own = phone(site)
    own.open("/courses/apoyo-mutuo")
    own.follow("Pedir plaza")
    own.fill(name="Nadia", email="no es un correo")
    own.press("Pedir plaza", status=422)
    own.sees("no parece un correo")
    own.holds("name", "Nadia")
    own.fill(email="nadia@demo.test")
    own.press("Pedir plaza")
    own.sees("Mira tu correo")
    own.open(site.mails.link("nadia@demo.test"))
    own.sees("Has pedido plaza en", "Agente de apoyo mutuo")
    own.fill(password=PASSWORD)
    own.press("Crear mi cuenta")
    own.page.locator("input[name='agree']").check()
    own.press("Dar mi consentimiento")
    own.sees("Empieza por aquí")
    assert len(site.rows(select(Enrolment))) == 1
