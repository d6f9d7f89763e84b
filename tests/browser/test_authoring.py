"""A lesson is written on a phone, by two who meet in it, and published."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from courses.catalogue.models import Lesson
from tests.browser.pages import PATIENCE, Tab
from tests.browser.site import PASSWORD, Site

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """A federation with two who write, and no course yet."""
    made = make_site(courses=False)
    made.add("author", "Aurora Peña", "author")
    made.add("author2", "Benito Sanz", "author")
    return made


def test_two_write_a_lesson_lose_nothing_and_publish_it(site: Site, phone: Callable[..., Tab]) -> None:
    one, two = phone(site), phone(site, script=False)
    one.sign_in("author@demo.test", PASSWORD)
    one.open("/author")
    one.fill(title="Hablar en el equipo")
    one.press("Empezar el borrador")
    one.page.fill("#title", "Pedir la palabra")
    one.press("Añadir el módulo")
    one.fill(outcomes="Pido lo que necesito en una frase.", body="De la idea a la petición.")
    one.saved()
    one.follow("hablar-en-el-equipo")
    one.page.get_by_text("Añadir una lección").first.tap()
    one.page.fill("#lesson-1", "Antes de la reunión")
    one.press("Añadir la lección")

    # A second one is dragged before it, and taken out again.
    lesson = one.page.url
    one.follow("hablar-en-el-equipo")
    one.page.get_by_text("Añadir una lección").first.tap()
    one.page.fill("#lesson-1", "Otra")
    one.press("Añadir la lección")
    one.follow("hablar-en-el-equipo")
    with one.page.expect_navigation():
        one.page.drag_and_drop("li[data-path$='02-otra']", "li[data-path$='01-antes-de-la-reunion']")
    expect(one.page.locator("li[data-path*='/'] .row-meta")).to_have_text(["01-otra", "02-antes-de-la-reunion"])
    one.press("Quitar: Otra")
    one.open(lesson)

    # What is typed is kept, and seen as it will be read; a script of its author's is a text like any other.
    one.fill(body="## Una frase\n\nSe llega mejor con **una frase escrita**.\n\n[aquí](javascript:alert(1))")
    preview = one.page.locator("#preview")
    expect(preview.locator("strong")).to_have_text("una frase escrita", timeout=PATIENCE)
    expect(preview).to_contain_text("Este enlace no se admite")
    assert preview.locator("a[href^='javascript']").count() == 0
    one.saved()

    # Somebody else, without script, has the page open meanwhile; both write.
    two.sign_in("author2@demo.test", PASSWORD)
    two.open(lesson)
    two.sees("Aurora Peña guardó este texto")
    one.fill(body="## Una frase\n\nSe llega mejor con **una frase escrita**.", reflection="¿Qué pediste la última vez?")
    expect(preview).not_to_contain_text("Este enlace no se admite", timeout=PATIENCE)
    one.saved()
    two.fill(body="## Una frase\n\nLo que escribe Benito.", alternative="Escribe tres frases.")
    two.press("Guardar", status=422)
    two.sees("no se ha perdido nada", "Esto es lo que está guardado", "una frase escrita")
    two.holds("body", "## Una frase\n\nLo que escribe Benito.")
    two.fill(
        body="## Una frase\n\nUna frase escrita, y lo que escribe Benito.", reflection="¿Qué pediste la última vez?"
    )
    two.press("Guardar")

    # The first one, who goes on typing, is told as well.
    one.page.bring_to_front()
    one.fill(title="Antes de una reunión")
    mark = one.page.locator("[data-autosave-mark]").first
    expect(mark).to_contain_text("Alguien ha guardado este texto", timeout=PATIENCE)
    one.complaints.clear()  # the browser reports the answer 409
    one.press("Guardar", status=422)
    one.sees("Lo guardó Benito Sanz")
    one.fill(body="## Una frase\n\nUna frase escrita, y lo que escribe Benito.", alternative="Escribe tres frases.")
    one.press("Guardar")
    one.follow("Historial")
    one.sees("Benito Sanz", "Aurora Peña")

    # What is missing leads to its place; then it is published.
    one.follow("hablar-en-el-equipo")
    one.follow("Revisar y publicar")
    one.follow("Línea 1")
    one.sees("Falta «Resumen».")
    one.fill(summary="Pedir y disentir en las reuniones.", body="Un curso corto.")
    one.press("Guardar")
    one.follow("hablar-en-el-equipo")
    one.follow("Revisar y publicar")
    one.press("Publicar esta versión")
    one.sees("La versión 1 está publicada", "Pedir la palabra")
    (published,) = site.rows(select(Lesson))
    assert (published.title, published.slug) == ({"es": "Antes de una reunión"}, "antes-de-la-reunion")
    assert "lo que escribe Benito" in published.html["es"]
