"""One walk: record a voice note, hear it, share it with the mentor, who listens and answers; take it back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.pages import Tab
from tests.browser.site import PASSWORD, Site
from tests.browser.test_gentle import first_lesson, trainee

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PLAYS = "async (sound) => { await sound.play(); return sound.error === null && sound.readyState >= 2; }"


def hears(tab: Tab) -> None:
    """The recording that the page shows first can be played."""
    assert tab.page.locator("main audio:visible").first.evaluate(PLAYS) is True


def test_a_voice_is_recorded_heard_shared_answered_and_taken_back(site: Site, phone: Callable[..., Tab]) -> None:
    enrolment = trainee(site)
    own = phone(site)
    own.sign_in("trainee@demo.test", PASSWORD)
    first_lesson(own, enrolment)
    own.follow("Responder con la voz")
    stop = own.page.get_by_role("button", name="Parar")
    own.page.get_by_role("button", name="Empezar a grabar").tap()
    expect(stop).to_have_attribute("data-time", "0:01")
    stop.tap()
    expect(own.page.get_by_role("button", name="Guardar la grabación")).to_be_visible()
    hears(own)
    own.press("Guardar la grabación")
    own.sees("Tu grabación está guardada.")
    hears(own)

    own.follow("Compartirla, o ver quién puede oírla")
    own.fill(way="voice")
    own.press("Compartir")
    own.sees("Compartido con Rosa Molina.", "Puede leerla")

    mentor = phone(site)
    mentor.sign_in("senior@demo.test", PASSWORD)
    mentor.open("/shared")
    mentor.follow("Leer")
    hears(mentor)
    mentor.fill(text="Te he oído. Gracias.")
    mentor.press("Enviar la respuesta")
    mentor.sees("Te he oído. Gracias.")

    own.open("/shared")
    own.sees("Con respuesta")
    own.follow("Ver")
    own.sees("Te he oído. Gracias.")
    own.press("Retirarla")
    own.sees("Rosa Molina ya no puede leerlo.")
    mentor.reload(404)
