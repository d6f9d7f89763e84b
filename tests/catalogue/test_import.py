"""Course folders become published versions."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from courses.catalogue import operations, queries
from courses.catalogue.models import Course, CourseVersion, Lesson, Module
from courses.catalogue.operations import ContentError
from lms.audit import INSTALL, AuditEntry
from lms.config import CHECKOUT
from lms.db import db, transaction
from tests.learning.together import at_once
from tests.world import NOW, World

CONTENT = CHECKOUT / "courses" / "content"

LESSON = """---
title: Escuchar
minutes: 20
competencies: [3.1]
reflection: ¿Qué te ayuda a escuchar?
alternative: Escribe tres señales de que alguien escucha.
---
## Antes de hablar

Un párrafo.
"""
MODULE = "---\ntitle: Escucha\nhours: 2\noutcomes:\n  - Escucho sin interrumpir.\n---\nDe qué trata.\n"
COURSE = "---\ntitle: Un curso\naudience: agent\nhours: 2\nsummary: Un curso pequeño.\n---\nTexto.\n"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h9" stroke="currentColor"/></svg>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small course without faults."""
    folder = tmp_path / "un-curso"
    (folder / "01-escucha").mkdir(parents=True)
    (folder / "course.md").write_text(COURSE)
    (folder / "01-escucha" / "module.md").write_text(MODULE)
    (folder / "01-escucha" / "01-escuchar.md").write_text(LESSON)
    (folder / "01-escucha" / "dibujo.svg").write_text(DRAWING)
    return folder


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def publish(world: World, folder: Path) -> tuple[Any, int]:
    with world.database(), transaction():
        version = operations.import_course(folder, now=NOW)
        return version.id, version.number


def faults(world: World, folder: Path) -> list[str]:
    with world.database(), pytest.raises(ContentError) as refused, transaction():
        operations.import_course(folder, now=NOW)
    assert refused.value.code == "content-faulty"
    return str(refused.value).splitlines()


@pytest.mark.parametrize("slug", ["apoyo-mutuo", "atencion-profesionales"])
def test_the_courses_that_are_shipped_have_no_fault(world: World, slug: str) -> None:
    publish(world, CONTENT / slug)
    with world.database():
        course = queries.course(slug)
        assert course is not None
        modules = queries.modules(course.version_id)
        assert sum(module.minutes for module in modules) == course.minutes
        for lesson in db.session.scalars(select(Lesson)):
            assert all(texts["es"] for texts in (lesson.html, lesson.reflection, lesson.alternative))
            assert "///" not in lesson.html["es"]
            assert "![" not in lesson.html["es"]


def test_the_same_folder_is_published_once(world: World, folder: Path) -> None:
    assert publish(world, folder) == publish(world, folder)
    with world.database():
        assert db.session.scalar(select(func.count()).select_from(CourseVersion)) == 1
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.chain == INSTALL)).all()
        assert [entry.action for entry in entries] == ["course.publish"]


def test_new_text_makes_a_new_version_and_leaves_the_old_one_alone(world: World, folder: Path) -> None:
    old, _number = publish(world, folder)
    change(folder, "01-escucha/01-escuchar.md", "Un párrafo.", "Otro párrafo.")
    new, number = publish(world, folder)
    assert number == 2
    with world.database():
        for version, words in ((old, "Un párrafo."), (new, "Otro párrafo.")):
            lesson = db.session.scalars(select(Lesson).join(Module).where(Module.version_id == version)).one()
            assert words in lesson.html["es"]
        assert queries.version_ids()["un-curso"] == new


def test_a_folder_that_is_imported_twice_at_once_is_published_once(world: World, folder: Path) -> None:
    def importing() -> Any:
        with transaction():
            return operations.import_course(folder, now=NOW).id

    assert len(set(at_once(world, [importing] * 4))) == 1
    with world.database():
        assert db.session.scalar(select(func.count()).select_from(CourseVersion)) == 1


def test_a_new_wording_of_the_quiz_makes_no_new_version_of_the_course(world: World, folder: Path) -> None:
    first = publish(world, folder)
    (folder / "01-escucha" / "questions.md").write_text("---\ntitle: Quiz\n---\n")
    assert publish(world, folder) == first


def test_an_english_text_lies_beside_the_spanish_one(world: World, folder: Path) -> None:
    english = LESSON.replace("Escuchar", "Listening").replace("Un párrafo.", "A paragraph.")
    (folder / "01-escucha" / "01-escuchar.en.md").write_text(english)
    publish(world, folder)
    with world.database():
        lesson = db.session.scalars(select(Lesson)).one()
        assert lesson.title == {"es": "Escuchar", "en": "Listening"}
        assert "A paragraph." in lesson.html["en"]


def test_a_module_without_lessons_is_to_come(world: World, folder: Path) -> None:
    (folder / "02-despues").mkdir()
    (folder / "02-despues" / "module.md").write_text(MODULE)
    version, _number = publish(world, folder)
    with world.database():
        assert [(module.number, module.slug, module.lesson_count) for module in queries.modules(version)] == [
            (1, "escucha", 1),
            (2, "despues", 0),
        ]


L = "01-escucha/01-escuchar.md"
M = "01-escucha/module.md"
FAULTY = {
    "an outcome is missing": (M, "  - Escucho sin interrumpir.\n", "", 4, "outcomes"),
    "hours are not whole": (M, "hours: 2", "hours: 2.5", 3, "entero"),
    "the reflection is missing": (L, "reflection: ¿Qué te ayuda a escuchar?\n", "", 1, "reflection"),
    "the alternative is missing": (
        L,
        "alternative: Escribe tres señales de que alguien escucha.",
        "alternative:",
        6,
        "alternative",
    ),
    "minutes are negative": (L, "minutes: 20", "minutes: -5", 3, "entero"),
    "minutes are a 30-digit number": (L, "minutes: 20", f"minutes: {'9' * 30}", 3, "entero"),
    "a code of the framework is none": (L, "[3.1]", "[3.1, tres]", 4, "tres"),
    "a key is unknown": (L, "minutes: 20", "minutes: 20\nauthor: Yo", 4, "author"),
    "a key comes twice": (L, "minutes: 20", "minutes: 20\nminutes: 30", 4, "dos veces"),
    "a block is not closed": (L, "Un párrafo.", "/// scene | Título\nUn párrafo.", 10, "cerrar"),
    "a block is closed that was not open": (L, "Un párrafo.", "Un párrafo.\n\n///", 12, "cierra"),
    "a block is unknown": (L, "Un párrafo.", "/// carrusel | Título\nUn párrafo.\n///", 10, "carrusel"),
    "a block has no title": (L, "Un párrafo.", "/// scene\nUn párrafo.\n///", 10, "título"),
    "a block lies in another": (L, "Un párrafo.", "/// scene | A\n\n/// example | B\n\nUn párrafo.\n///", 12, "dentro"),
    "a picture has no description": (L, "Un párrafo.", "![](dibujo.svg)", 10, "descripción"),
    "a picture lies elsewhere": (L, "Un párrafo.", "![Algo](https://example.org/a.svg)", 10, "carpeta"),
    "a picture lies above": (L, "Un párrafo.", "![Algo](../dibujo.svg)", 10, "carpeta"),
    "a heading is too big": (L, "## Antes", "# Antes", 8, "orden"),
    "a heading skips a level": (L, "Un párrafo.", "#### Detalle", 10, "orden"),
    "there is raw HTML": (L, "Un párrafo.", "Un <b>párrafo</b>.", 10, "HTML"),
    "there is a script": (L, "Un párrafo.", "<script>alert(1)</script>", 10, "HTML"),
    "a link runs a script": (L, "Un párrafo.", "[aquí](javascript:alert(1))", 10, "enlace"),
    "a link hides its script": (L, "Un párrafo.", "[aquí](JaVa\tscript:alert)", 10, "enlace"),
    "a way round goes round nothing": (L, "minutes: 20", "minutes: 20\nskip: Salta la escena.", 4, "notice"),
    "the audience is unknown": ("course.md", "audience: agent", "audience: everyone", 3, "audience"),
    "the head is missing": (M, "---\ntitle", "title", 1, "cabecera"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_is_named_with_its_file_and_line(world: World, folder: Path, name: str) -> None:
    file, old, new, line, word = FAULTY[name]
    change(folder, file, old, new)
    said = faults(world, folder)
    assert any(fault.startswith(f"un-curso/{file}:{line}: ") and word in fault for fault in said), said
    with world.database():
        assert db.session.scalar(select(func.count()).select_from(Course)) == 0


def test_all_faults_are_told_at_once(world: World, folder: Path) -> None:
    change(folder, L, "minutes: 20", "minutes: veinte")
    change(folder, M, "title: Escucha", "title:")
    assert len(faults(world, folder)) == 2


def test_broken_bytes_are_a_fault(world: World, folder: Path) -> None:
    (folder / L).write_bytes(LESSON.encode() + b"\n\xff\xfe")
    assert faults(world, folder)[0].startswith(f"un-curso/{L}:12: ")


def test_a_file_that_points_elsewhere_is_not_read(world: World, folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(LESSON)
    (folder / "01-escucha" / "02-secreto.md").symlink_to(secret)
    version, _number = publish(world, folder)
    with world.database():
        assert queries.modules(version)[0].lesson_count == 1


def test_an_empty_folder_is_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "nada").mkdir()
    assert "nada/course.md:1: " in faults(world, tmp_path / "nada")[0]


def test_a_course_of_a_federation_is_not_overwritten(world: World, folder: Path) -> None:
    with world.database(), transaction() as session:
        session.add(Course(slug="un-curso", audience="agent", federation_id=world.here))
    with world.database(), pytest.raises(operations.CourseElsewhere), transaction():
        operations.import_course(folder, now=NOW)


def test_a_copy_under_another_name_is_another_course(world: World, folder: Path) -> None:
    publish(world, folder)
    publish(world, Path(shutil.copytree(folder, folder.parent / "otro-curso")))
    with world.database():
        assert {card.slug for card in queries.published()} == {"un-curso", "otro-curso"}
        assert db.session.scalar(select(func.count()).select_from(Module)) == 2


def test_a_variant_in_plain_language_lies_beside_its_lesson(world: World, folder: Path) -> None:
    (folder / "01-escucha" / "01-escuchar.plain.md").write_text("## Antes\n\nEscucha. No cortes.\n")
    publish(world, folder)
    with world.database():
        lesson = db.session.scalars(select(Lesson)).one()
        assert "No cortes." in lesson.plain["es"]
        assert lesson.title["es"] == "Escuchar"


def test_a_long_sentence_in_plain_language_is_named_with_file_and_line(world: World, folder: Path) -> None:
    (folder / "01-escucha" / "01-escuchar.plain.md").write_text("Corta.\n\n" + "una " * 26 + "\n")
    with pytest.raises(ContentError, match=r"01-escuchar\.plain\.md:3: .*26 palabras"):
        publish(world, folder)


def test_a_competency_that_the_framework_does_not_have_is_named(world: World, folder: Path) -> None:
    change(folder, "01-escucha/01-escuchar.md", "[3.1]", "[3.1, 7.9]")
    with pytest.raises(ContentError, match=r"01-escuchar\.md:4: .*7\.9"), world.database(), transaction():
        operations.import_course(folder, now=NOW, competencies={"3.1"})


def test_a_link_to_a_heading_that_is_not_there_is_named(world: World, folder: Path) -> None:
    change(folder, "01-escucha/01-escuchar.md", "Un párrafo.", "[Bien](#t-antes-de-hablar) y [mal](#t-despues).")
    with pytest.raises(ContentError, match=r"01-escuchar\.md:10: .*#t-despues"):
        publish(world, folder)
