"""A module on the phone, with the network cut: read, written, answered; sent once; gone when its reader leaves."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Error, Locator, expect
from sqlalchemy import select

from assessments.bank import operations as bank
from assessments.quizzes.models import Answer, Attempt
from courses.catalogue import operations as catalogue
from courses.learning import operations as learning
from courses.learning.models import Edition, Enrolment, LessonDone, Reflection
from courses.offline.models import Deed
from lms.db import transaction
from lms.people.models import SignIn
from tests.browser.conftest import NEUTRAL
from tests.browser.pages import PATIENCE, Tab
from tests.browser.site import PASSWORD, Site

CONTENT = Path("courses/content")
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


LONG_AGO = """() => new Promise((done) => {
  const asked = indexedDB.open('entrepares');
  asked.onsuccess = () => {
    const keep = asked.result.transaction('keep', 'readwrite').objectStore('keep');
    const one = keep.get('reader');
    one.onsuccess = () => {
      keep.put({ ...one.result, seen: Date.now() - 15 * 86400000 }, 'reader').onsuccess = () => { asked.result.close(); done(); };
    };
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


@pytest.fixture
def site(make_site: Callable[..., Site], tmp_path: Path) -> Site:
    """A federation with the first module of a course, and an edition of it."""
    found, folder, now = make_site(courses=False), tmp_path / "apoyo-mutuo", datetime.now(UTC) - timedelta(days=90)
    folder.mkdir()
    shutil.copy(CONTENT / "apoyo-mutuo" / "course.md", folder)
    module = next((CONTENT / "apoyo-mutuo").glob("01-*"))
    shutil.copytree(module, folder / module.name)
    with found.database(), transaction():
        version = catalogue.import_course(folder, now=now)
        bank.import_questions(version, folder, now=now)
        dates = {"begins_on": now.date(), "ends_on": now.date() + timedelta(days=365)}
        learning.open_edition(found.federation_id, version.id, "Apoyo mutuo", **dates, seats=9, by=None, now=now)
    return found


@pytest.fixture
def own(site: Site, phone: Callable[..., Tab]) -> Tab:
    """Julia's phone, signed in; she is enrolled."""
    found, julia = phone(site), site.add("trainee", "Julia Ferrer", "agent")
    with site.database() as session, transaction():
        edition = session.scalars(select(Edition.id)).one()
        learning.enrol(julia, edition, federation_id=site.federation_id, now=datetime.now(UTC))
    found.context.route(f"{NEUTRAL}**", lambda route: route.fulfill(body="El tiempo", content_type="text/html"))
    found.sign_in("trainee@demo.test", PASSWORD)
    return found


@pytest.fixture
def home(site: Site, own: Tab) -> str:
    """The address of Julia's course."""
    return f"/learn/{site.rows(select(Enrolment.id))[0]}"


def test_a_kept_module_works_without_a_connection_and_what_was_done_arrives_once(
    site: Site, own: Tab, home: str, phone: Callable[..., Tab]
) -> None:
    own.open(home)
    own.tap(own.page.get_by_role("link", name="Comprueba lo aprendido").first)
    own.press("Empezar la prueba")
    attempt_id = UUID(own.page.url.rpartition("/")[2])
    first, sheet, picked = keep(own, home), f"/attempts/{attempt_id}", site.answers(attempt_id, right=True)

    with cut(own):
        go(own, first)
        line(own, "Sin conexión: lo que escribas se guarda aquí y se enviará después.")
        own.look()
        own.fill(text="Escrito en el autobús.")
        own.saved("#reflexion")
        tap(own, button(own, "Hecha, seguir"))
        own.sees("Lección 2 de")
        go(own, first)  # opened again, what was written stands there
        own.holds("text", "Escrito en el autobús.")
        go(own, sheet)
        for place, keys in picked.items():
            tick(own, place, keys)
        go(own, sheet)
        own.sees("10 de 10 preguntas respondidas")
        go(own, "/courses")
        line(own, "esa página no está en este teléfono")
        own.sees("Lo que escribiste sin conexión")
        assert (texts(site), site.rows(select(Answer)), site.rows(select(LessonDone))) == ([], [], [])

    line(own, "Enviado")
    assert texts(site) == ["Escrito en el autobús."]
    assert len(site.rows(select(LessonDone))) == 1
    assert {one.position: set(one.chosen) for one in site.rows(select(Answer))} == {
        n: set(k) for n, k in picked.items()
    }
    arrived = len(site.rows(select(Deed)))
    own.open(first)
    own.holds("text", "Escrito en el autobús.")
    assert len(site.rows(select(Deed))) == arrived
    other = phone(site, script=False)
    other.sign_in("trainee@demo.test", PASSWORD)
    clash(site, own, other, first, sheet)
    too_late(site, own, other, sheet)


def tick(own: Tab, place: int, keys: list[str]) -> None:
    for key in keys:
        own.page.locator(f"#q{place}-{key}").check()
    own.saved(f"fieldset#q{place}")


def wrong(own: Tab, place: int) -> str:
    """The id of a choice that is not ticked at this place."""
    found = own.page.locator(f"[name=q{place}]:not(:checked)").first.get_attribute("id")
    assert found is not None
    return found


def clash(site: Site, own: Tab, other: Tab, first: str, sheet: str) -> None:
    """Changed here without a connection and elsewhere with one: both are shown, and the person decides."""
    own.open(sheet)
    single = next(n for n in range(10) if own.page.locator(f"[name=q{n}][type=radio]").count() > 2)
    marks = own.page.locator(f"[name=q{single}]:not(:checked)")
    here, there = (marks.nth(n).get_attribute("id") or "" for n in (0, 1))
    with cut(own):
        go(own, first)
        own.fill(text="Cambiado en el teléfono.")
        own.saved("#reflexion")
        go(own, sheet)
        own.page.locator(f"#{here}").check()
        own.saved(f"fieldset#q{single}")
        other.open(first)
        other.fill(text="Cambiado en el ordenador.")
        other.press("Guardar la reflexión")
        other.open(sheet)
        other.page.locator(f"#{there}").check()
        other.press("Guardar y seguir luego")
    line(own, "espera tu decisión")
    assert texts(site) == ["Cambiado en el ordenador."]
    assert chosen(site, single) == [there.rpartition("-")[2]]
    tap(own, own.page.get_by_role("link", name="Verlo"))
    own.look()
    tap(own, own.page.locator("main").get_by_role("link", name="Ver los dos").first)
    own.look()
    own.holds("text", "Cambiado en el ordenador.")
    own.sees("Cambiado en el teléfono.")
    button(own, "Añadirlo al final").tap()
    own.saved("#reflexion")
    assert texts(site) == ["Cambiado en el ordenador.\n\nCambiado en el teléfono."]
    go(own, "/offline")
    tap(own, own.page.locator("main").get_by_role("link", name="Ver los dos"))
    expect(own.page.locator(f"#{there}")).to_be_checked()
    own.look()
    button(own, "Quedarme con esta").tap()
    own.saved(f"fieldset#q{single}")
    assert chosen(site, single) == [here.rpartition("-")[2]]
    go(own, "/offline")
    expect(own.page.get_by_role("heading", name="Lo que escribiste sin conexión")).to_be_hidden()


def chosen(site: Site, place: int) -> list[str]:
    return next(one.chosen for one in site.rows(select(Answer)) if one.position == place)


def too_late(site: Site, own: Tab, other: Tab, sheet: str) -> None:
    """Handed in elsewhere meanwhile: the result stands, and what was ticked here stays to be read."""
    with cut(own):
        go(own, sheet)
        mark = wrong(own, 0)
        words = own.page.locator(f"label[for={mark}]").inner_text()
        own.page.locator(f"#{mark}").check()
        own.saved("fieldset#q0")
        tap(own, button(own, "Entregar"))
        other.open(sheet)
        other.press("Entregar")
    line(own, "espera tu decisión")
    before = [(one.state, one.score) for one in site.rows(select(Attempt))]
    assert before[0][0] == "submitted"
    go(own, "/offline")
    own.sees("Este intento ya está entregado.")
    own.page.locator("summary", has_text="Ver lo que escribiste").first.tap()
    own.sees(words)
    button(own, "Ya lo he visto, quitarlo").tap()
    expect(own.page.get_by_role("heading", name="Lo que escribiste sin conexión")).to_be_hidden()
    assert [(one.state, one.score) for one in site.rows(select(Attempt))] == before


EMPTY = {"keep": 0, "modules": 0, "pages": 0}


def gone(own: Tab) -> bool:
    """Whether nothing that was kept is left, but what waits, sealed."""
    found = stored(own)
    return found | EMPTY == found


def test_what_is_kept_goes_with_its_reader_and_what_waits_is_sent_by_nobody_else(
    site: Site, own: Tab, home: str
) -> None:
    first = keep(own, home)
    with cut(own):
        go(own, first)
        own.fill(text="Solo mío.")
        own.saved("#reflexion")
        site.change(SignIn, expires_at=datetime.now(UTC) - timedelta(minutes=1))
    line(own, "Entra otra vez para enviarlo")
    assert not gone(own)  # the sign-in only ran out

    own.sign_in("senior@demo.test", PASSWORD)
    assert (gone(own), stored(own)["deeds"], texts(site)) == (True, 1, [])
    go(own, "/offline")
    own.sees("Aquí no hay ninguno.")
    own.sees_not("Solo mío.")
    sign_out(own)
    own.sign_in("trainee@demo.test", PASSWORD)
    own.open(first)
    own.holds("text", "Solo mío.")
    assert texts(site) == ["Solo mío."]

    keep(own, home)
    sign_out(own)
    assert gone(own)
    with cut(own), pytest.raises(Error, match="ERR_"):
        go(own, first)

    own.sign_in("trainee@demo.test", PASSWORD)
    keep(own, home)
    site.change(SignIn, ended_at=datetime.now(UTC))  # from another device
    own.open("/crisis")
    assert gone(own)

    own.sign_in("trainee@demo.test", PASSWORD)
    keep(own, home)
    own.page.evaluate(LONG_AGO)
    with cut(own), pytest.raises(Error, match="ERR_"):
        go(own, first)
    own.open("/crisis")
    assert gone(own)

    keep(own, home)
    own.page.keyboard.press("Escape")
    own.page.keyboard.press("Escape")
    own.page.wait_for_url(NEUTRAL)
    own.open("/crisis")
    assert gone(own)


def sign_out(own: Tab) -> None:
    with own.page.expect_navigation():
        own.page.get_by_role("button", name="Cerrar sesión").tap()
    own.page.wait_for_load_state()
