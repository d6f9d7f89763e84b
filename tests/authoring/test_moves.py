"""An edition goes over to a newer version of its course, and nobody loses what they did, wrote or tried."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assessments.quizzes import operations as quizzes
from assessments.quizzes import queries as tried
from assessments.quizzes.models import Attempt, Quiz
from courses.authoring import moves, structure
from courses.authoring.moves import LessonKey, match
from courses.authoring.refusals import PlanChanged
from courses.catalogue.models import Course, CourseVersion, Lesson, Module
from courses.learning import operations as learning
from courses.learning.models import Edition, LessonDone, Reflection
from courses.learning.queries import enrolment_progress
from courses.study.models import Note
from lms import jobs
from lms.audit import AuditEntry
from lms.db import Base, db, transaction
from tests.authoring.conftest import FILES, LESSON, Desk, begun
from tests.statements import counted
from tests.world import NOW, Browser, World

QUESTIONS = """---
title: Comprueba
pass: 75
attempts: 2
draw: 1
---

## escuchar-01 · single
competency: 3.1

¿Qué haces?

- [x] Escuchar.
  > Sí.
- [ ] Hablar.
  > No.
"""
SECOND = "01-escucha/02-callar.md"


@dataclass
class Group:
    """An edition of a course in its first version, with somebody who has done, written and tried."""

    desk: Desk
    edition: UUID
    person: UUID
    enrolment: UUID
    registrar: Browser

    @property
    def world(self) -> World:
        """Where it is."""
        return self.desk.world

    def bring(self, files: dict[str, str]) -> None:
        """Publish these files as the next version."""
        with self.world.database(), transaction():
            structure.take_over(self.desk.id, {p: t.encode() for p, t in files.items()}, by=self.desk.author, now=NOW)
        answer = self.desk.browser.post(f"{self.desk.address}/publish")
        assert answer.location == "/courses/un-curso", self.desk.browser.get(answer.location).text

    def move(self) -> Any:
        """As the registrar does it: look, then confirm."""
        address = f"/editions/{self.edition}/version"
        with self.world.database():
            plan = moves.plan(self.edition)
            assert plan is not None
            sent = {"old": str(plan.edition.version_id), "new": str(plan.new_id)}
        return self.registrar.post(address, sent)


FIRST = FILES | {"01-escucha/questions.md": QUESTIONS}


@pytest.fixture
def group(world: World) -> Group:
    desk = begun(world, FIRST)
    person, registrar = world.person("agent"), world.person("registrar")
    assert desk.browser.post(f"{desk.address}/publish").status_code == 302
    with world.database(), transaction():
        version = db.session.scalars(select(CourseVersion)).one()
        edition = learning.open_edition(
            world.here,
            version.id,
            "Otoño",
            begins_on=date(2026, 1, 1),
            ends_on=date(2030, 1, 1),
            seats=9,
            by=None,
            now=NOW,
        )
        enrolment = learning.enrol(person, edition.id, federation_id=world.here, now=NOW)
        lessons = db.session.scalars(select(Lesson).order_by(Lesson.number)).all()
        for lesson in lessons:
            learning.save_reflection(enrolment, lesson.id, f"Sobre {lesson.slug}.", used_alternative=None, now=NOW)
            learning.mark_done(enrolment, lesson.id, now=NOW)
        quiz = db.session.scalars(select(Quiz)).one()
        attempt = quizzes.start(quiz.id, enrolment, now=NOW, seed=1)
        quizzes.submit(attempt.id, person, now=NOW)
        db.session.add(
            Note(enrolment_id=enrolment.id, module="escucha", lesson="callar", words=b"x", made_at=NOW, updated_at=NOW)
        )
        ids = (edition.id, enrolment.id)
    return Group(desk, ids[0], person, ids[1], world.browser(registrar))


def stands(group: Group) -> dict[str, Any]:
    """What the person has, as their pages would show it in the edition's version."""
    with group.world.database():
        found = enrolment_progress(group.enrolment)
        assert found is not None
        done = [(module.slug, line.slug) for module in found.modules for line in module.lines if line.done]
        written = db.session.execute(
            select(Module.slug, Lesson.slug, Reflection.text)
            .select_from(Reflection)
            .join(Lesson, Lesson.id == Reflection.lesson_id)
            .join(Module, Module.id == Lesson.module_id)
            .join(Edition, Edition.version_id == Module.version_id)
            .where(Edition.id == group.edition)
        )
        standing = tried.standing(group.enrolment, "escucha")
        return {
            "done": sorted(done),
            "written": sorted(text for *_place, text in written),
            "attempts": len(standing.attempts) if standing else None,
            "last": found.last_lesson.lesson_slug if found.last_lesson else None,
        }


EVERYTHING = {
    "done": [("escucha", "callar"), ("escucha", "escuchar")],
    "written": ["Sobre callar.", "Sobre escuchar."],
    "attempts": 1,
    "last": "callar",
}


def test_progress_goes_along_wherever_the_lessons_lie_in_the_newer_version(group: Group) -> None:
    assert stands(group) == EVERYTHING
    group.bring(
        {
            "course.md": FIRST["course.md"],
            "01-antes/module.md": FIRST["01-escucha/module.md"],
            "01-antes/01-nueva.md": LESSON.replace("Escuchar", "Nueva"),
            "01-antes/02-callar.md": FIRST[SECOND],  # put into another module
            "02-escucha/module.md": FIRST["01-escucha/module.md"],
            "02-escucha/questions.md": QUESTIONS.replace("Hablar", "Mirar"),
            "02-escucha/01-mas.md": LESSON.replace("Escuchar", "Más"),
            "02-escucha/02-escuchar.md": LESSON.replace("Un p", "Otro p"),
        }
    )
    with group.world.database():
        plan = moves.plan(group.edition)
        assert plan is not None
        assert [(old.lesson, new.module) for old, new in plan.kept] == [("escuchar", "escucha"), ("callar", "antes")]
        assert [key.lesson for key in plan.new] == ["nueva", "mas"]
        assert plan.gone == []
        sheet = db.session.scalars(select(Attempt)).one().sheet
    page = group.registrar.get(f"/editions/{group.edition}/version").text
    assert "2 lecciones siguen" in page
    assert "2 lecciones son nuevas" in page

    assert group.move().location == "/editions"
    assert stands(group) == EVERYTHING | {"done": [("antes", "callar"), ("escucha", "escuchar")]}
    learner = group.world.browser(group.person)
    assert "Otro párrafo." in learner.get(f"/learn/{group.enrolment}/escucha/escuchar").text
    assert "Sobre callar." in learner.get(f"/learn/{group.enrolment}/antes/callar").text
    with group.world.database():
        attempt = db.session.scalars(select(Attempt)).one()
        assert (attempt.sheet, attempt.score, attempt.number) == (sheet, 0, 1)
        assert [note.module for note in db.session.scalars(select(Note))] == ["antes"]
        deed = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "edition.move")).one()
        assert (deed.subject, deed.facts["lessons"]) == (f"edition:{group.edition}", 2)


def test_what_falls_away_is_named_kept_and_back_when_its_lesson_is(group: Group) -> None:
    group.bring({path: text for path, text in FIRST.items() if path != SECOND})
    page = group.registrar.get(f"/editions/{group.edition}/version").text
    assert "1 lección ya no está" in page
    assert "1 persona la hizo, 1 escribió en ella" in page
    group.move()
    assert stands(group) == EVERYTHING | {
        "done": [("escucha", "escuchar")], "written": ["Sobre escuchar."], "last": None,
    }  # fmt: skip
    with group.world.database():
        assert len(db.session.scalars(select(Reflection)).all()) == 2
    group.bring(FIRST | {"course.md": FIRST["course.md"].replace("Corto", "Largo")})
    group.move()
    assert stands(group) == EVERYTHING | {"last": None}


def test_what_arrives_on_the_old_version_after_the_move_is_brought_along(group: Group) -> None:
    with group.world.database():
        old = {lesson.slug: lesson.id for lesson in db.session.scalars(select(Lesson))}
    with group.world.database(), transaction() as session:
        session.query(LessonDone).delete()
    group.bring(FIRST | {"course.md": FIRST["course.md"].replace("Corto", "Largo")})
    group.move()
    with group.world.database(), transaction() as session:
        session.add(LessonDone(enrolment_id=group.enrolment, lesson_id=old["callar"], done_at=NOW))
    assert stands(group)["done"] == []
    with group.world.database():
        (job,) = db.session.scalars(select(jobs.Job).where(jobs.Job.kind == "edition.settle")).all()
        jobs.HANDLERS[job.kind](job.payload)
    assert stands(group)["done"] == [("escucha", "callar")]


def test_another_edition_of_the_course_and_its_people_stay_where_they_are(group: Group) -> None:
    with group.world.database(), transaction():
        version = db.session.scalars(select(CourseVersion)).one().id
        other = learning.open_edition(
            group.world.here, version, "Invierno", begins_on=date(2026, 1, 1), ends_on=date(2030, 1, 1), seats=9, by=None,
            now=NOW,
        )  # fmt: skip
        enrolment = learning.enrol(group.person, other.id, federation_id=group.world.here, now=NOW)
        lesson = db.session.scalars(select(Lesson).where(Lesson.slug == "callar")).one()
        learning.mark_done(enrolment, lesson.id, now=NOW)
        kept = (enrolment.id, lesson.id)
    group.bring(FIRST | {"course.md": FIRST["course.md"].replace("Corto", "Largo")})
    group.move()
    with group.world.database():
        assert db.session.get(LessonDone, kept) is not None
        assert db.session.get_one(Edition, group.edition).version_id != version


def test_a_plan_that_is_no_longer_true_is_not_carried_out(group: Group) -> None:
    with group.world.database():
        old = db.session.scalars(select(CourseVersion.id)).one()
    group.bring(FIRST | {"course.md": FIRST["course.md"].replace("Corto", "Largo")})
    with group.world.database():
        new = db.session.scalars(select(Course.current_version_id)).one()
    stale = group.registrar.post(f"/editions/{group.edition}/version", {"old": str(old), "new": str(old)})
    assert (stale.status_code, "Algo ha cambiado" in stale.text) == (422, True)
    assert group.move().status_code == 302
    with group.world.database(), pytest.raises(PlanChanged), transaction():
        moves.move(group.edition, old, new, by=group.person, now=NOW)
    assert "ya tiene la versión más nueva" in group.registrar.get(f"/editions/{group.edition}/version").text


def test_a_plan_takes_few_statements(group: Group) -> None:
    group.bring({path: text for path, text in FIRST.items() if path != SECOND})
    with counted() as sent:
        assert group.registrar.get(f"/editions/{group.edition}/version").status_code == 200
    assert len(sent) <= 6


def test_every_table_that_names_a_lesson_follows_an_edition_or_says_why_not(app: Flask) -> None:
    following = {(table.name, column.name) for table, column, _to in moves.followers()}
    naming = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in ("lessons", "modules") and table.name not in moves.OF_A_VERSION
    }
    assert {("lessons_done", "lesson_id"), ("reflections", "lesson_id"), ("enrolments", "last_lesson_id")} <= following
    assert naming - following == set(STAY)


# Columns that belong to a version, not to somebody's study in an edition.
STAY = {
    ("quizzes", "module_id"): "a module's own quiz; its attempts follow (assessments/quizzes/moves.py)",
    ("package_items", "lesson_id"): "what a lesson of a version runs",
    ("search_entries", "lesson_id"): "the text of a version, as it is found",
}


def key(module: str, lesson: str) -> LessonKey:
    return LessonKey(
        UUID(int=0), UUID(int=hash(module) % 2**64), module, 1, UUID(int=hash((module, lesson)) % 2**64), lesson, 1, {}
    )


def test_lessons_are_matched_by_place_then_by_a_name_that_only_one_has() -> None:
    old = [key("a", "uno"), key("a", "dos"), key("b", "tres"), key("c", "tres")]
    new = [key("b", "uno"), key("a", "dos"), key("x", "tres")]
    became = {one.lesson_id: one for one in new}
    found = match(old, new)
    names = {one.lesson: became[found[one.lesson_id]].module for one in old if one.lesson_id in found}
    assert names == {"uno": "b", "dos": "a"}  # two lessons are called "tres": neither is guessed
