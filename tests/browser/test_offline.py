"""A module on the phone, with the network cut: read, written, answered; sent once; gone when its reader leaves."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import select

from assessments.quizzes.models import Answer, Attempt
from courses.learning.models import LessonDone, Reflection
from courses.offline.models import Deed
from tests.browser.pages import PATIENCE, Tab
from tests.browser.site import PASSWORD, Site
from tests.browser.test_gentle import trainee

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
KEPT = """() => new Promise((done) => {
  const asked = indexedDB.open('entrepares');
  asked.onsuccess = async () => {
    const stores = [...asked.result.objectStoreNames];
    const count = (name) => new Promise((ok) => {
      const one = asked.result.transaction(name).objectStore(name).count();
      one.onsuccess = () => ok([name, one.result]);
    });
    const found = Object.fromEntries(await Promise.all(stores.map(count)));
    asked.result.close();
    done(found);
  };
})"""


@contextmanager
def cut(own: Tab) -> Iterator[None]:
    """The phone has no connection."""
    own.context.set_offline(True)
    yield
    own.context.set_offline(False)


def line(own: Tab, words: str) -> None:
    """The line at the bottom says this."""
    expect(own.page.locator("[data-net]")).to_contain_text(words, timeout=PATIENCE, use_inner_text=True)


def go(own: Tab, address: str) -> None:
    """Open a page of which no status is asked: it may come from the phone."""
    own.page.goto(address)
    own.page.wait_for_load_state()


def tap(own: Tab, thing: Locator) -> None:
    with own.page.expect_navigation(timeout=PATIENCE):
        thing.tap()
    own.page.wait_for_load_state()


def button(own: Tab, name: str) -> Locator:
    return own.page.locator("main").get_by_role("button", name=re.compile(f"^{name}")).first


def keep(own: Tab, home: str) -> str:
    """Keep the first module: the address of its first lesson."""
    own.open(home)
    own.follow("Leer sin conexión")
    own.sees("Ocupa unos")
    button(own, "Guardar este módulo en el teléfono").tap()
    own.sees("Este módulo está en el teléfono.")
    own.look()
    address = own.page.get_by_role("link", name="Abrir la primera lección").get_attribute("href")
    assert address is not None
    return address


def stored(own: Tab) -> dict[str, int]:
    return own.page.evaluate(KEPT)


def texts(site: Site) -> list[str]:
    return site.rows(select(Reflection.text).order_by(Reflection.updated_at))


def test_a_kept_module_is_read_written_and_answered_without_a_connection_and_arrives_once(
    site: Site, phone: Callable[..., Tab]
) -> None:
    enrolment = trainee(site)
    home = f"/learn/{enrolment}"
    own = phone(site)
    own.sign_in("trainee@demo.test", PASSWORD)
    own.open(home)
    own.tap(own.page.get_by_role("link", name="Comprueba lo aprendido").first)
    own.press("Empezar la prueba")
    attempt_id = UUID(own.page.url.rpartition("/")[2])
    first = keep(own, home)

    with cut(own):
        go(own, first)
        line(own, "Sin conexión: lo que escribas se guarda aquí y se enviará después.")
        own.look()
        own.fill(text="Escrito en el autobús.")
        own.saved("#reflexion")
        tap(own, button(own, "Hecha, seguir"))
        assert own.page.url.endswith(first.rpartition("/")[0]) is False
        go(own, first)  # opened again, what was written stands there
        own.holds("text", "Escrito en el autobús.")
        go(own, f"/attempts/{attempt_id}")
        picked = site.answers(attempt_id, right=True)
        for place, keys in picked.items():
            for key in keys:
                own.page.locator(f"#q{place}-{key}").check()
        own.saved(f"fieldset#q{max(picked)}")
        go(own, f"/attempts/{attempt_id}")
        own.sees("10 de 10 preguntas respondidas")
        tap(own, button(own, "Entregar"))
        go(own, "/courses")
        line(own, "esa página no está en este teléfono")
        own.sees("Lo que escribiste sin conexión")
        assert (texts(site), site.rows(select(Answer)), site.rows(select(LessonDone))) == ([], [], [])

    line(own, "Enviado")
    assert texts(site) == ["Escrito en el autobús."]
    assert len(site.rows(select(LessonDone))) == 1
    assert [(one.state, one.score) for one in site.rows(select(Attempt))] == [("submitted", 10_000)]
    arrived = len(site.rows(select(Deed)))
    assert stored(own)["deeds"] >= 1
    own.open(first)
    own.holds("text", "Escrito en el autobús.")
    assert len(site.rows(select(Deed))) == arrived
    clash(site, phone, own, first)
    leave(own, first)


def clash(site: Site, phone: Callable[..., Tab], own: Tab, first: str) -> None:
    """Changed here without a connection and elsewhere with one: both are shown, and the person decides."""
    other = phone(site, script=False)
    other.sign_in("trainee@demo.test", PASSWORD)
    with cut(own):
        go(own, first)
        own.fill(text="Cambiado en el teléfono.")
        own.saved("#reflexion")
        other.open(first)
        other.fill(text="Cambiado en el ordenador.")
        other.press("Guardar la reflexión")
    line(own, "espera tu decisión")
    assert texts(site) == ["Cambiado en el ordenador."]
    tap(own, own.page.get_by_role("link", name="Verlo"))
    tap(own, own.page.get_by_role("link", name="Ver los dos"))
    own.look()
    own.holds("text", "Cambiado en el ordenador.")
    own.sees("Cambiado en el teléfono.")
    button(own, "Añadirlo al final").tap()
    own.saved("#reflexion")
    assert texts(site) == ["Cambiado en el ordenador.\n\nCambiado en el teléfono."]


def leave(own: Tab, first: str) -> None:
    """Whoever leaves takes everything along; the next person sees nothing."""
    with own.page.expect_navigation():
        own.page.get_by_role("button", name="Cerrar sesión").tap()
    own.page.wait_for_load_state()
    found = stored(own)
    assert (found["keep"], found["modules"], found["pages"]) == (0, 0, 0)
    with cut(own), pytest.raises(Exception, match="ERR_"):
        go(own, first)
