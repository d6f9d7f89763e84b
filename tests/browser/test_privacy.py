"""The privacy desk as a person meets it: permissions, a copy, and erasure with its way back."""

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.people.models import Person
from lms.people.privacy import erasures
from tests.browser.pages import Tab
from tests.browser.site import PASSWORD, Site

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_a_permission_is_given_and_taken_back_in_the_same_place(
    make_site: Callable[..., Site], phone: Callable[..., Tab]
) -> None:
    site = make_site(courses=False)
    site.add("trainee", "Julia Ferrer", "agent")
    own = phone(site)
    own.sign_in("trainee@demo.test", PASSWORD)
    own.open("/account/privacy")
    own.follow("Lo que has aceptado")
    places = []
    for words in ("Dar este permiso", "Retirar este permiso"):
        card = own.page.locator("form[action$='consent-registry']")
        button = card.get_by_role("button", name=words)
        box = button.bounding_box()
        assert box is not None
        places.append((box["x"], box["height"]))
        own.tap(button)
    assert places[0] == places[1]
    own.sees("Queda retirado")


def test_a_copy_is_asked_for_and_fetched(make_site: Callable[..., Site], phone: Callable[..., Tab]) -> None:
    site = make_site(courses=False)
    site.add("trainee", "Julia Ferrer", "agent")
    own = phone(site)
    own.sign_in("trainee@demo.test", PASSWORD)
    own.open("/account/privacy/copy")
    own.press("Pedir mi copia")
    ready = own.page.get_by_role("link", name="Descargar la copia")
    for _try in range(200):  # the worker is another thread; each look takes a while
        own.reload()
        if ready.count():
            break
    with own.page.expect_download() as waiting:
        ready.click()
    archive = zipfile.ZipFile(waiting.value.path())
    assert "Julia Ferrer" in archive.read("index.html").decode()


def test_erasure_is_asked_for_called_back_asked_again_and_done(
    make_site: Callable[..., Site], phone: Callable[..., Tab]
) -> None:
    site = make_site(courses=False)
    person = site.add("trainee", "Julia Ferrer", "agent")
    own = phone(site)
    own.sign_in("trainee@demo.test", PASSWORD)
    own.open("/account/privacy/erase")
    own.fill(word="borra")
    own.press("Borrar mis datos", status=422)
    own.sees("Escribe la palabra tal como aparece")
    own.fill(word="BORRAR")
    own.press("Borrar mis datos")
    own.press("Anular el borrado")
    own.sees("El borrado está anulado")
    own.open("/account/privacy/erase")
    own.fill(word="BORRAR")
    own.press("Borrar mis datos")
    with site.app.app_context():
        erasure = erasures.standing(person)
        assert erasure is not None
        erasures.carry_out(erasure.id, now=datetime.now(UTC) + timedelta(days=9))
    assert site.rows(select(Person.name).where(Person.id == person)) == [""]
    own.open("/account/privacy")
    own.sees("Entrar")
