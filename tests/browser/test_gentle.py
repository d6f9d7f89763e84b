"""What spares people: a way out, forms without JavaScript, and words that stay words."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from assessments.quizzes.models import Attempt
from courses.learning import operations as learning
from courses.learning.models import Edition, Reflection
from courses.mentoring import operations as mentoring
from courses.mentoring.models import MentoringSession
from lms.db import transaction
from tests.browser import hours
from tests.browser.conftest import NEUTRAL
from tests.browser.pages import Tab
from tests.browser.site import PASSWORD, Site

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
RUN = "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'>\"'><b>{{ 7 * 7 }}</b>"


def trainee(site: Site, name: str = "Julia Ferrer") -> UUID:
    """An agent who is enrolled and paired with Rosa: the id of her enrolment."""
    julia, then = site.add("trainee", name, "agent"), datetime.now(UTC) - timedelta(days=60)
    with site.database() as session, transaction():
        edition = next(one for one in session.scalars(select(Edition)) if "apoyo mutuo" in one.name.lower())
        mentoring.pair(site.federation_id, julia, site.people["senior"], by=site.people["registrar"], now=then)
        return learning.enrol(julia, edition.id, federation_id=site.federation_id, now=then).id


def first_lesson(own: Tab, enrolment: UUID) -> None:
    own.open(f"/learn/{enrolment}")
    own.follow("Abrir la primera lección")


def test_a_session_a_quiz_and_a_reflection_need_no_javascript(site: Site, phone: Callable[..., Tab]) -> None:
    enrolment = trainee(site)
    own = phone(site, script=False)
    own.sign_in("trainee@demo.test", PASSWORD)

    hours.log(own, hours.ROSA, "individual", 3, 90)
    assert [one.minutes for one in site.rows(select(MentoringSession))] == [90]

    first_lesson(own, enrolment)
    own.fill(text="Sin prisa.")
    own.press("Guardar la reflexión")
    own.sees("Tu reflexión está guardada.")
    own.holds("text", "Sin prisa.")

    own.page.locator("summary", has_text="Todas las lecciones").tap()
    own.follow("Comprueba lo aprendido")
    own.press("Empezar la prueba")
    attempt_id = UUID(own.page.url.rpartition("/")[2])
    picked = site.answers(attempt_id, right=True)
    for place, keys in list(picked.items())[1:]:
        for key in keys:
            own.page.locator(f"#q{place}-{key}").check()
    own.press("Entregar")
    own.sees("Queda 1 pregunta sin responder")
    for key in picked[0]:
        own.page.locator(f"#q0-{key}").check()
    own.press("Entregar")
    own.sees("Superada", "100 %")
    assert [one.passed for one in site.rows(select(Attempt))] == [True]


@pytest.fixture
def senior(make_site: Callable[..., Site], phone: Callable[..., Tab]) -> Tab:
    """Rosa, signed in, and a neutral page outside."""
    own = phone(make_site(courses=False))
    own.context.route(f"{NEUTRAL}**", lambda route: route.fulfill(body="El tiempo", content_type="text/html"))
    own.sign_in("senior@demo.test", PASSWORD)
    own.sees("Hola, Rosa")
    return own


def leave(own: Tab) -> None:
    """Escape twice, then the browser's Back."""
    own.page.keyboard.press("Escape")
    own.page.keyboard.press("Escape")
    own.page.wait_for_url(NEUTRAL)
    own.page.go_back()


def test_two_taps_on_escape_leave_and_going_back_does_not_show_the_page(senior: Tab) -> None:
    fresh = senior.another()
    fresh.open("/mentoring")
    leave(fresh)
    assert fresh.page.url == "about:blank"


def test_after_signing_in_and_leaving_going_back_does_not_show_the_desk(senior: Tab) -> None:
    leave(senior)
    assert "Hola, Rosa" not in senior.page.content()


def test_escape_once_and_once_more_after_another_key_stays(
    make_site: Callable[..., Site], phone: Callable[..., Tab]
) -> None:
    own = phone(make_site(courses=False))
    own.open("/crisis")
    own.page.keyboard.press("Escape")
    own.page.keyboard.press("Tab")
    own.page.keyboard.press("Escape")
    own.look()
    assert own.page.url.endswith("/crisis")


def test_what_people_write_is_shown_as_they_wrote_it_and_runs_nowhere(site: Site, phone: Callable[..., Tab]) -> None:
    name = RUN.replace("window.ran", "ran")
    enrolment = trainee(site, name)
    own, senior, registrar = phone(site), phone(site), phone(site)
    own.sign_in("trainee@demo.test", PASSWORD)
    own.open("/account/name")
    own.holds("name", name)

    first_lesson(own, enrolment)
    own.fill(text=RUN)
    own.saved("#reflexion")
    own.reload()
    own.holds("text", RUN)
    assert [one.text for one in site.rows(select(Reflection))] == [RUN]

    own.open("/mentoring/sessions/new")
    own.fill(day=hours.ago(3), time="10:00", note=RUN)
    own.press("Apuntar la sesión")
    senior.sign_in("senior@demo.test", PASSWORD)
    senior.sees(name)
    senior.open("/mentoring")
    senior.sees(name, RUN)
    senior.page.locator("summary", has_text="Devolver con un motivo").tap()
    senior.fill(reason=RUN)
    senior.press("Devolver la sesión")
    own.open("/mentoring")
    own.sees(RUN)
    own.follow("Corregir")
    own.sees(RUN)
    own.holds("note", RUN)

    registrar.sign_in("registrar@demo.test", PASSWORD)
    for address in ("/people", f"/people/{own_id(site)}", "/mentoring/pairings"):
        registrar.open(address)
        registrar.sees(name)
    own.open("/account")
    own.open("/verify/" + "%3Cscript%3Eran=1", status=422)
    for each in (own, senior, registrar):
        assert each.page.evaluate("() => window.ran") is None
        assert each.page.locator("script:not([src])").count() == 0


def own_id(site: Site) -> UUID:
    """The trainee's id."""
    return site.rows(select(MentoringSession.person_id))[0]
