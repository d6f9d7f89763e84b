"""The catalogue, page by page, for some readers and in a language."""

import re
from typing import Any

from courses.catalogue import queries
from courses.catalogue.models import Course, CourseVersion
from lms.db import transaction
from lms.ids import new_id
from tests.statements import counted
from tests.world import NOW, World


def fill(world: World, many: int) -> None:
    """So many courses, every third for professionals and every fifth in English too."""
    with world.database(), transaction() as session:
        for number in range(many):
            title: dict[str, Any] = {"es": f"Curso {number:04}"} | (
                {"en": f"Course {number:04}"} if number % 5 == 0 else {}
            )
            course = Course(
                id=new_id(), slug=f"curso-{number:04}", audience="professional" if number % 3 == 0 else "agent",
                current_version_id=new_id(),
            )  # fmt: skip
            version = CourseVersion(
                id=course.current_version_id, course_id=course.id, number=1, digest="0" * 64, title=title,
                summary={"es": "x"}, html={}, minutes=60, published_at=NOW,
            )  # fmt: skip
            session.add(course)
            session.flush()
            session.add(version)


def names(page: str) -> list[str]:
    """The titles on a page."""
    return re.findall(r"(?:Curso|Course) \d{4}", page)


def test_every_course_stands_on_one_page_and_no_page_costs_more(world: World) -> None:
    fill(world, 60)
    browser = world.browser()
    found: list[str] = []
    for page in (1, 2, 3, 4):
        with counted() as sent:
            found += names(browser.get(f"/courses?page={page}").text)
        assert len(sent) <= 1, sent
    assert len(found) == len(set(found)) == 60
    assert "No hay cursos así" in browser.get("/courses?page=9").text


def test_it_is_narrowed_by_readers_and_language(world: World) -> None:
    fill(world, 30)
    browser = world.browser()
    assert len(names(browser.get("/courses?audience=professional").text)) == 10
    assert names(browser.get("/courses?language=en&audience=professional").text) == ["Curso 0000", "Curso 0015"]
    assert len(names(browser.get("/courses?language=en").text)) == 6
    for odd in ("audience='", "language=xx", "page=-3", "page=x", "page=99999999999999999999"):
        assert browser.get(f"/courses?{odd}").status_code == 200


def test_a_federations_course_is_in_its_own_catalogue_alone(world: World) -> None:
    fill(world, 1)
    with world.database(), transaction() as session:
        session.query(Course).update({"federation_id": world.here})
    with world.database():
        assert [len(queries.catalogue_page(one)) for one in (world.here, world.elsewhere, None)] == [1, 0, 0]
