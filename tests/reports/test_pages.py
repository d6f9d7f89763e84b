"""Reports as those read them who may."""

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from courses.catalogue.models import Lesson
from courses.editions.models import EditionTrainer
from courses.learning.models import Enrolment, LessonDone
from lms.db import transaction
from lms.ids import new_id
from lms.people.models import Service
from lms.people.profile.models import Workplace
from tests.learning.conftest import School
from tests.statements import counted
from tests.world import NOW, World


@pytest.fixture
def school(world: World, tmp_path: Any) -> School:
    return School(world, tmp_path)


def fill(school: School, people: int, *, done: int = 0, service: str = "") -> UUID:
    """An edition with so many people, of whom `done` did every lesson; all work in `service`, if one is named."""
    world = school.world
    edition = school.edition(school.course(lessons=1), seats=200)
    made = world.people({str(n): ("agent", world.here) for n in range(people)})
    with world.database() as session, transaction():
        lessons = session.scalars(select(Lesson.id)).all()
        place = Service(id=new_id(), federation_id=world.here, name=service) if service else None
        if place:
            session.add(place)
            session.flush()
        for number, person in enumerate(made.values()):
            enrolment = Enrolment(
                id=new_id(), federation_id=world.here, edition_id=edition, person_id=person,
                enrolled_at=NOW - timedelta(days=9),
            )  # fmt: skip
            session.add(enrolment)
            session.flush()
            if place:
                session.add(Workplace(person_id=person, federation_id=world.here, service_id=place.id, said_at=NOW))
            if number < done:
                session.add_all(LessonDone(enrolment_id=enrolment.id, lesson_id=one, done_at=NOW) for one in lessons)
    return edition


def test_an_edition_of_ten_has_figures_and_one_of_nine_has_none(school: School) -> None:
    office = school.world.browser(school.world.person("registrar"))
    few, many = fill(school, 9, done=9), fill(school, 24, done=12)
    assert "Aún son pocas personas" in office.get(f"/reports/editions/{few}").text
    assert office.get(f"/reports/editions/{few}.csv").status_code == 404
    page = office.get(f"/reports/editions/{many}").text
    assert "Hasta dónde llegan" in page
    assert ">24<" in page
    assert ">12<" in page


def test_the_file_says_what_the_page_says(school: School) -> None:
    office, edition = school.world.browser(school.world.person("admin")), fill(school, 24, done=5)
    csv = office.get(f"/reports/editions/{edition}.csv").get_data().decode("utf-8-sig")
    assert "Se inscribieron;24" in csv
    assert "Empezaron;menos de 10" in csv
    with office.get(f"/reports/editions/{edition}.xlsx") as answer:
        book = load_workbook(io.BytesIO(answer.get_data()))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]  # type: ignore[union-attr]
    assert ["Empezaron", "menos de 10"] in rows


def test_who_trains_reads_only_what_they_teach(school: School) -> None:
    world, edition = school.world, fill(school, 10)
    trainer, other = world.person("trainer"), world.person("trainer")
    with world.database() as session, transaction():
        session.add(
            EditionTrainer(
                edition_id=edition, person_id=trainer, federation_id=world.here, since=NOW, given_by=other
            )
        )  # fmt: skip
    for end in ("", ".csv"):
        assert world.browser(trainer).get(f"/reports/editions/{edition}{end}").status_code == 200
        assert world.browser(other).get(f"/reports/editions/{edition}{end}").status_code == 404
    assert str(edition) in world.browser(trainer).get("/reports").text
    assert str(edition) not in world.browser(other).get("/reports").text


def test_nobody_of_another_federation_reads_an_edition(school: School) -> None:
    world, edition = school.world, fill(school, 10)
    stranger = world.browser(world.person("registrar", federation=world.elsewhere), world.elsewhere)
    assert stranger.get(f"/reports/editions/{edition}").status_code == 404
    assert stranger.get(f"/reports/editions/{edition}.xlsx").status_code == 404


def test_of_a_small_service_nothing_is_told(school: School) -> None:
    office = school.world.browser(school.world.person("registrar"))
    fill(school, 14, done=14, service="Unidad Norte")
    fill(school, 3, done=3, service="Unidad Sur")
    year = date(2026, 1, 1).year
    rows = office.get(f"/reports/services.csv?year={year}").get_data().decode("utf-8-sig").splitlines()
    assert "Unidad Norte;unas 10;unas 10;unas 10;0,5 h" in rows
    assert "Unidad Sur;menos de 10;menos de 10;menos de 10;sin dato" in rows
    assert "Unidad Norte" in office.get(f"/reports/services?year={year}").text


@pytest.mark.parametrize("year", ["", "abcd", "99999999999", "²²²²", "1000"])
def test_a_year_that_is_none_is_this_one(world: World, year: str) -> None:
    office = world.browser(world.person("registrar"))
    assert office.get("/reports/services", query_string={"year": year}).status_code == 200


def test_its_statements_do_not_grow_with_people(school: School) -> None:
    office, counts = school.world.browser(school.world.person("registrar")), []
    for people in (10, 40):
        edition = fill(school, people, done=people, service=f"Unidad {people}")
        with counted() as sent:
            assert office.get(f"/reports/editions/{edition}").status_code == 200
        with counted() as more:
            assert office.get("/reports/services?year=2026").status_code == 200
        counts.append((len(sent), len(more)))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 8


def test_one_says_where_one_works_changes_it_and_takes_it_back(world: World) -> None:
    person = world.person("professional")
    browser = world.browser(person)
    with world.database() as session, transaction():
        places = [Service(id=new_id(), federation_id=world.here, name=name) for name in ("Norte", "Sur")]
        foreign = Service(id=new_id(), federation_id=world.elsewhere, name="Ajeno")
        session.add_all([*places, foreign])
        session.flush()
        ids, strange = [str(one.id) for one in places], str(foreign.id)
    for chosen in (ids[0], ids[1], ""):
        assert browser.post("/account/service", {"service": chosen}).status_code == 302
        with world.database() as session:
            kept = session.scalars(select(Workplace.service_id).where(Workplace.person_id == person)).all()
        assert [str(one) for one in kept] == [one for one in [chosen] if one]
    for wrong in (strange, "nonsense"):
        assert browser.post("/account/service", {"service": wrong}).status_code == 422
