"""A second proof of who one is: codes of a telephone, and passkeys."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from playwright.sync_api import expect
from pyotp.totp import TOTP
from sqlalchemy import select

from lms.people.models import Passkey, SignIn
from tests.browser.pages import Tab
from tests.browser.site import PASSWORD, Site
from tests.register import seed

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
STEP = 30  # seconds that a code is shown


class Codes:
    """An authenticator on a telephone. It never gives a code twice, and each is newer than the one before."""

    def __init__(self, key: str) -> None:
        self._totp = TOTP(re.sub(r"[\s-]", "", key))
        self._at = datetime.now(UTC) - timedelta(seconds=3 * STEP)

    def next(self) -> str:
        """The next code; the server takes those of two minutes before and after."""
        self._at += timedelta(seconds=STEP)
        return self._totp.at(self._at)


def test_a_registrar_adds_codes_signs_in_with_one_and_proves_it_again_before_a_decision(
    make_site: Callable[..., Site], phone: Callable[..., Tab]
) -> None:
    site = make_site(courses=False, second_factor=True)
    applicant = site.add("trainee", "Julia Ferrer", "agent")
    dossier = seed.approved(cast(Any, site), applicant, federation=site.federation_id, state="open")
    own = phone(site)
    own.sign_in("registrar@demo.test", PASSWORD)
    own.sees("Tu papel decide sobre otras personas")
    own.follow("Activar")
    own.press("Empezar")
    codes = Codes(own.page.locator("#key").inner_text())
    own.fill(code=codes.next())
    own.press("Comprobar y activar")
    own.open("/register")
    own.sees("Registro de certificados")

    own.tap(own.page.get_by_role("button", name="Cerrar sesión"))
    own.sign_in("registrar@demo.test", PASSWORD)
    own.sees("Tu código")
    own.fill(code=codes.next())
    own.press("Entrar")
    own.sees("Hola, Rocío")

    site.change(SignIn, confirmed_at=datetime.now(UTC) - timedelta(minutes=31))
    own.open(f"/dossiers/{dossier}/decision")
    own.sees("Confirma que eres tú")
    own.fill(password=PASSWORD, code="12345")
    own.press("Confirmar y seguir", status=422)
    own.fill(password=PASSWORD, code=codes.next())
    own.press("Confirmar y seguir")
    expect(own.page).to_have_url(re.compile(f"/dossiers/{dossier}/decision$"))
    own.sees("Tu voto")


def test_a_trainee_adds_a_passkey_and_signs_in_with_it(
    make_site: Callable[..., Site], phone: Callable[..., Tab]
) -> None:
    site = make_site(courses=False, host="localhost")  # a passkey belongs to a name, never to a number
    site.add("trainee", "Julia Ferrer", "agent")
    own = phone(site)
    device = own.context.new_cdp_session(own.page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "automaticPresenceSimulation": True,
    }
    finger = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def recognised(yes: bool) -> None:
        device.send("WebAuthn.setUserVerified", {"authenticatorId": finger, "isUserVerified": yes})

    own.sign_in("trainee@demo.test", PASSWORD)
    own.open("/account/second-factor")
    own.follow("Añadir")
    own.fill(name="Llave azul")
    recognised(False)
    own.press("Seguir")
    own.sees("No se ha podido crear la llave en este dispositivo.")
    recognised(True)
    own.press("Crear la llave")
    own.sees("Llave azul", "Activada")
    assert [one.name for one in site.rows(select(Passkey))] == ["Llave azul"]

    own.tap(own.page.get_by_role("button", name="Cerrar sesión"))
    own.open("/login")
    recognised(False)
    own.press("Entrar con mi llave")
    own.sees("No se ha podido usar la llave en este dispositivo.")
    recognised(True)
    own.press("Usar mi llave")
    own.sees("Hola, Julia")
    newest = site.rows(select(SignIn).order_by(SignIn.began_at.desc()))[0]
    assert newest.second_factor
