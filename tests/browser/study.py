"""Studying: an edition, its lessons with a private reflection, and each module's quiz twice."""

import re
from uuid import UUID

from playwright.sync_api import expect
from sqlalchemy import select

from assessments.quizzes.models import Attempt
from tests.browser.pages import Tab
from tests.browser.site import Site

MODULES = (1, 4)
THOUGHT = "Hoy pensé en mi abuela.\nMe quedo con una frase: «puedes decir que no»."


def enrol(trainee: Tab) -> str:
    """From the desk to the course's own home: its address."""
    trainee.tap(trainee.page.locator(".card-next a.button"))
    trainee.tap(trainee.page.locator("main a[href='/courses/apoyo-mutuo']").first)
    trainee.press("Inscribirme en esta edición")
    trainee.sees("Empieza por aquí")
    return trainee.page.url


def read(trainee: Tab, home: str, module: int) -> None:
    """Every lesson of a module through its button, until its quiz; a reflection in the first."""
    trainee.open(home)
    step = trainee.page.locator("ol.steps > li", has_text=re.compile(rf"^\s*{module}\. "))
    if not step.locator("details[open]").count():
        step.locator("summary").tap()
    trainee.tap(step.get_by_role("link", name=re.compile(r"^1\. ")))
    reflect(trainee)
    lessons = trainee.page.locator("nav[aria-label='Lecciones del módulo'] li").count() - 1
    assert lessons >= 5
    for _lesson in range(lessons - 1):
        trainee.press("Hecha, seguir")
    trainee.press("Hecha, ir a la comprobación")


def reflect(trainee: Tab) -> None:
    """It is kept while one writes."""
    trainee.fill(text=THOUGHT)
    trainee.saved("#reflexion")
    trainee.reload()
    trainee.holds("text", THOUGHT)


def pass_quiz(site: Site, trainee: Tab) -> None:
    """First with the worst answers, then with the best."""
    trainee.press("Empezar la prueba")
    answer(site, trainee, right=False)
    trainee.press("Entregar")
    trainee.sees("Resultado del intento 1", "Sin superar", "(se pide 75 %)", "Queda 1 intento.")
    assert trainee.page.locator(".choice-feedback").count() >= 10
    trainee.follow("Ir a la prueba")
    trainee.press("Empezar el segundo intento")
    answer(site, trainee, right=True)
    trainee.press("Entregar")
    trainee.sees("Resultado del intento 2", "Superada", "100 % (se pide 75 %)")
    first, second = site.rows(
        select(Attempt).where(Attempt.quiz_id == attempt_of(site, trainee).quiz_id).order_by(Attempt.number)
    )
    assert (first.passed, second.passed) == (False, True)


def attempt_of(site: Site, trainee: Tab) -> Attempt:
    """The attempt whose page is open."""
    return site.rows(select(Attempt).where(Attempt.id == UUID(trainee.page.url.rpartition("/")[2])))[0]


def answer(site: Site, trainee: Tab, *, right: bool) -> None:
    """Tap an answer to each question; they are kept as one taps."""
    picked = site.answers(attempt_of(site, trainee).id, right=right)
    marks = [f"#q{place}-{key}" for place, keys in picked.items() for key in keys]
    for mark in marks:
        trainee.page.locator(mark).check()
    trainee.saved(f"fieldset:has({marks[-1]})")
    trainee.sees("10 de 10 preguntas respondidas")
    trainee.reload()
    for mark in marks:
        expect(trainee.page.locator(mark)).to_be_checked()
