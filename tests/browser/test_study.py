"""A lesson with all that one reads it with: marked, noted, found again, heard and printed."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from sqlalchemy import select

from courses.learning import operations as learning
from courses.learning.models import Edition
from lms.db import transaction
from tests.browser.pages import Tab
from tests.browser.site import PASSWORD, Site

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
# A voice that says at once what it is given, so that the test does not wait for one; at the fifth sentence it stays.
VOICE = """
window.said = [];
const voice = { getVoices: () => [{ lang: 'es-ES' }], cancel() { clearTimeout(this.at); }, addEventListener() {},
  speak(one) { window.said.push(one.text); if (window.said.length < 5) this.at = setTimeout(() => one.onend(), 30); } };
Object.defineProperty(window, 'speechSynthesis', { value: voice });
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""
CHOOSE = """([from, to]) => {
  const block = [...document.querySelectorAll('article > p')].find((p) => p.firstChild.nodeType === 3 && p.firstChild.length > to);
  const range = document.createRange();
  range.setStart(block.firstChild, from);
  range.setEnd(block.firstChild, to);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  block.scrollIntoView({ block: 'center' });
}"""
WORDS = "Mi idea del volcán, para el martes"


def test_who_reads_marks_writes_listens_prints_and_finds_it_again(site: Site, phone: Callable[..., Tab]) -> None:
    own = _reader(site, phone)
    home = own.page.url
    own.page.evaluate(CHOOSE, [0, 30])
    own.page.locator("[data-mark]").tap()
    expect(own.page.locator("article mark").first).to_be_visible()
    expect(own.page.locator(".mark-bar")).to_be_hidden()
    # By keys alone, without choosing words.
    own.page.locator("[data-by-paragraph]").focus()
    own.page.keyboard.press("Enter")
    own.page.keyboard.press("Tab")
    own.page.keyboard.press("Enter")
    expect(own.page.locator("#note-words")).to_be_focused()
    own.page.keyboard.type(WORDS)
    own.saved("dialog")
    own.look()
    own.page.keyboard.press("Escape")
    assert own.page.url == home  # a dialog closes; nobody is sent away

    own.reload()
    expect(own.page.locator(".note-mark")).to_have_count(2)
    own.page.locator(".note-mark-words").tap()
    expect(own.page.locator("#note-words")).to_have_value(WORDS)
    _write_in_two_windows(own)

    own.page.locator("[data-speak]").tap()
    expect(own.page.locator("[data-hush]")).to_be_visible()
    own.page.wait_for_function("() => said.length === 5 && document.querySelectorAll('.being-read').length === 1")
    own.page.locator("[data-speak]").tap()
    expect(own.page.locator("[data-speak]")).to_have_text("Seguir escuchando")
    own.look()

    paper = "".join(page.extract_text() for page in PdfReader(BytesIO(own.page.pdf(format="A4"))).pages)
    assert "Para pensar, a solas" in paper
    for screen in ("Salida segura", "Anotar", "Seguir escuchando", "Guardar la reflexión"):
        assert screen not in paper

    _write_away(own)

    own.open("/search?q=volcanes")
    own.sees("En lo que has escrito", "volcán")
    own.tap(own.page.locator("main .row-title a").first)
    expect(own.page.locator(".note-mark")).to_have_count(3)
    own.follow("Tus notas de esta lección")
    own.sees(WORDS)
    own.follow("Todas tus notas del curso")
    own.sees(WORDS)


def _write_in_two_windows(own: Tab) -> None:
    """The note is open here; what is written meanwhile in another window is not lost, nor is what follows here."""
    other = own.another()
    other.open(own.page.url)
    other.page.locator(".note-mark-words").tap()
    other.page.locator("#note-words").fill(f"{WORDS}. Y una cosa más")
    other.saved("dialog")
    other.page.close()
    own.page.bring_to_front()
    own.page.locator("#note-words").fill("Lo que escribo aquí")
    expect(own.page.locator("#note-words")).to_have_value(f"{WORDS}. Y una cosa más\n\nLo que escribo aquí")
    own.saved("dialog")
    own.page.locator("[data-close]").tap()
    own.complaints.clear()  # the browser tells of the answer that asked for both


def _write_away(own: Tab) -> None:
    """What is written without connection waits in the browser, and is sent when the connection is back."""
    own.context.set_offline(True)
    own.page.evaluate(CHOOSE, [0, 30])
    own.page.locator("[data-note]").tap()
    own.page.locator("#note-words").fill("Escrito en el tren")
    expect(own.page.locator("dialog [data-autosave-mark]")).to_contain_text("Sin guardar todavía")
    own.page.locator("[data-close]").tap()
    own.context.set_offline(False)
    own.page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('draft:notes:'))")
    own.complaints.clear()  # the browser says that it could not reach the server
    own.reload()
    expect(own.page.locator(".note-mark")).to_have_count(3)


def _reader(site: Site, phone: Callable[..., Tab]) -> Tab:
    """Somebody on the first lesson, in a browser with a voice."""
    person, now = site.add("lectora", "Inés Campos", "agent"), datetime.now(UTC)
    [edition] = [one for one in site.rows(select(Edition)) if "Agente de apoyo mutuo" in one.name]
    with site.database(), transaction():
        enrolment = learning.enrol(person, edition.id, federation_id=site.federation_id, now=now).id
    own = phone(site)
    own.context.add_init_script(VOICE)
    own.sign_in("lectora@demo.test", PASSWORD)
    own.open(f"/learn/{enrolment}")
    own.tap(own.page.locator("ol.steps details[open] .row-title a").first)
    return own
