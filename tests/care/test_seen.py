"""Where a plan of self-care is met: in a lesson, on the account's page, and as a bare fact in a dossier."""

from datetime import timedelta

from courses.care import operations
from courses.learning import living
from lms import clock
from lms.db import transaction
from tests.cast import gather
from tests.statements import counted
from tests.world import World

SECRET = "Dejo de salir con la perra"


def test_a_dossier_says_that_there_is_one_and_when_it_was_looked_at_and_no_more(world: World) -> None:
    cast = gather(world)
    registrar, dossier = world.browser(cast.people["registrar"]), f"/dossiers/{cast.ids['dossier_id']}"
    assert "Hoy no consta ninguno con fecha." in registrar.get(dossier).text
    with world.database(), transaction():
        now = clock.now()
        plan = operations.write(cast.people["owner"], world.here, {"signs": SECRET}, writing=None, now=now)
        operations.keep_version(plan, now.date() + timedelta(days=9), today=now.date(), now=now)
    with counted() as statements:
        page = registrar.get(dossier).text
    assert "Hay un plan, revisado el" in page
    assert SECRET not in page
    assert len(statements) <= 12  # that it was read is written


def test_a_lesson_leads_to_the_plan_and_the_plan_back(world: World) -> None:
    person = world.person("agent")
    with world.app.test_request_context():
        html = living.filled('<section id="care-plan"><p>…</p></section>', None, "/learn/x/y/z")
    assert "/care?next=/learn/x/y/z" in html or "/care?next=%2Flearn%2Fx%2Fy%2Fz" in html
    browser = world.browser(person)
    assert 'href="/learn/x/y/z"' in browser.get("/care?next=/learn/x/y/z").text
    assert "evil.test" not in browser.get("/care?next=//evil.test/").text.partition("<main")[2].partition("</main>")[0]
    assert "Mi plan de cuidado" in browser.get("/account").text
