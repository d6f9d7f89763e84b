"""Each role's desk answers its question, in few statements, whatever there is."""

from datetime import timedelta

import pytest
from flask import Flask

from courses.mentoring.models import MentoringSession
from lms import demo
from lms.db import transaction
from tests.cast import gather
from tests.statements import counted
from tests.world import NOW, World

QUESTIONS = {
    "owner": "¿Qué es lo siguiente para mí?",
    "mentor": "¿Quién espera algo de mí?",
    "registrar": "¿Qué decisiones están abiertas?",
    "assessor": "¿A quién me falta observar?",
    "trainer": "¿Cómo van mis ediciones?",
    "author": "¿Qué está en borrador?",
    "professional": "¿Qué me falta para terminar?",
    "admin": "¿Quién puede hacer qué?",
}


def add_sessions(world: World, like: object, count: int) -> None:
    """More waiting sessions of the same two people."""
    with world.database(), transaction() as session:
        first = session.get_one(MentoringSession, like)
        for number in range(count):
            session.add(
                MentoringSession(
                    federation_id=first.federation_id,
                    pairing_id=first.pairing_id,
                    person_id=first.person_id,
                    mentor_id=first.mentor_id,
                    author_id=first.author_id,
                    kind="individual",
                    format="video",
                    starts_at=NOW - timedelta(days=10 + number),
                    minutes=60,
                    written_at=NOW,
                )
            )


@pytest.mark.parametrize(("who", "question"), QUESTIONS.items())
def test_a_desk_answers_its_question_in_eight_statements_at_most(world: World, who: str, question: str) -> None:
    cast = gather(world)
    browser = world.browser(cast.people[who])
    browser.get("/")
    with counted() as before:
        page = browser.get("/")
    assert page.status_code == 200
    assert question in page.text
    add_sessions(world, cast.ids["session_id"], 30)
    with counted() as after:
        browser.get("/")
    assert len(before) <= 8, before
    assert len(after) == len(before)


def test_a_person_with_several_roles_has_several_desks(world: World) -> None:
    page = world.browser(world.person("agent", "senior")).get("/").text
    assert QUESTIONS["owner"] in page
    assert QUESTIONS["mentor"] in page


def test_a_person_without_a_role_is_told_so(world: World) -> None:
    assert "Todavía no tienes ningún papel aquí" in world.browser(world.person()).get("/").text


def test_who_has_not_consented_is_asked_first(world: World) -> None:
    answer = world.browser(world.person("agent", consented=False)).get("/")
    assert answer.location == "/account/consent"


def test_the_demonstration_is_not_mixed_with_real_people(world: World, app: Flask) -> None:
    with world.database(), pytest.raises(demo.NotEmpty):
        demo.fill("a-password-of-the-demo", 1, NOW)
