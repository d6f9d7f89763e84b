"""Questions enter the bank."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from assessments.bank import queries
from assessments.bank.models import Question, QuestionVersion
from assessments.bank.operations import import_questions
from assessments.quizzes.models import Quiz
from courses.catalogue.models import CourseVersion, Module
from courses.catalogue.operations import ContentError
from lms.db import transaction
from tests.assessments.conftest import QUESTIONS, School, add_course, write_questions
from tests.statements import counted
from tests.world import NOW, World


def bring(school: School, text: str) -> dict[str, int]:
    """Import this text: what was new."""
    write_questions(school.folder, text)
    with school.world.database(), transaction() as session:
        return import_questions(session.get_one(CourseVersion, school.version_id), school.folder, now=NOW)


def count(school: School) -> tuple[int, int, int]:
    """Questions, versions, quizzes."""
    with school.world.database() as session:
        one, two, three = (
            session.scalar(select(func.count()).select_from(t)) for t in (Question, QuestionVersion, Quiz)
        )
        return one, two, three


def test_importing_again_changes_nothing(school: School) -> None:
    before = count(school)
    assert bring(school, QUESTIONS) == {"questions": 0, "versions": 0, "quizzes": 0}
    assert count(school) == before == (4, 4, 1)


def test_a_new_wording_is_a_new_version_which_the_quiz_draws_from_then_on(school: School) -> None:
    assert bring(school, QUESTIONS.replace("Una frase.", "Otra frase.")) == {
        "questions": 0,
        "versions": 1,
        "quizzes": 1,
    }
    old, new = school.versions_of("frase")
    assert (old.number, new.number) == (1, 2)
    assert (old.stem, new.stem) == ("<p>Una frase.</p>", "<p>Otra frase.</p>")
    with school.world.database() as session:
        drawn = session.scalars(select(Quiz.question_ids)).one()
    assert str(new.id) in drawn
    assert str(old.id) not in drawn


def test_an_earlier_wording_that_comes_back_is_its_earlier_version(school: School) -> None:
    bring(school, QUESTIONS.replace("Una frase.", "Otra frase."))
    assert bring(school, QUESTIONS) == {"questions": 0, "versions": 0, "quizzes": 1}


def test_new_rules_of_the_quiz_need_no_new_versions(school: School) -> None:
    assert bring(school, QUESTIONS.replace("pass: 75", "pass: 80")) == {"questions": 0, "versions": 0, "quizzes": 1}
    with school.world.database() as session:
        assert session.scalars(select(Quiz.pass_mark)).one() == 8_000


def test_the_keys_of_choices_do_not_tell_their_order(school: School) -> None:
    (case,) = school.versions_of("caso")
    keys = [choice["key"] for choice in case.choices]
    assert len(set(keys)) == 3
    assert all(len(key) == 10 for key in keys)


def test_words_are_read_once_and_few_are_kept(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_kept", {})
    monkeypatch.setattr(queries, "MOST_KEPT", 2)
    first, second, third = (str(school.versions_of(name)[0].id) for name in ("caso", "una", "frase"))
    with school.world.database(), counted() as sent:
        words = queries.wordings([first, second])
        assert queries.wordings([second, first]) == words
        assert len(sent) == 1
        assert queries.wordings([third])[third].stem == "<p>Una frase.</p>"
        assert queries.wordings([first, second, third]) == {**words, **queries.wordings([third])}
        assert len(queries._kept) <= 3


def test_faults_stop_the_whole_import_and_name_file_and_line(school: School) -> None:
    before = count(school)
    module = school.folder / "02-otro"
    module.mkdir()
    (module / "questions.md").write_text(QUESTIONS.replace("[100]", "[99]"), encoding="utf-8")
    with school.world.database(), transaction() as session:
        session.add(
            Module(
                version_id=school.version_id, number=2, slug="otro", title={"es": "Otro"}, html={}, notice={},
                outcomes={}, competencies=[], minutes=60, lesson_count=0,
            )
        )  # fmt: skip
    with pytest.raises(ContentError) as caught:
        bring(school, QUESTIONS.replace("Una frase.", "Otra."))
    with school.world.app.test_request_context():
        lines = str(caught.value).splitlines()
    assert any(line.startswith("un-curso/02-otro/questions.md:8: ") for line in lines)
    assert any("«una»" in line and "01-bienvenida/questions.md" in line for line in lines)
    assert count(school) == before


def test_questions_of_a_module_that_is_not_there_are_refused(school: School) -> None:
    (school.folder / "07-nada").mkdir()
    (school.folder / "07-nada" / "questions.md").write_text(QUESTIONS, encoding="utf-8")
    with pytest.raises(ContentError):
        bring(school, QUESTIONS)


def test_broken_bytes_are_a_fault_with_its_line(world: World, tmp_path: Path) -> None:
    folder = write_questions(tmp_path / "un-curso")
    (folder / "01-bienvenida" / "questions.md").write_bytes(b"---\ntitle: a\n\xff\xfe\n")
    with world.database(), pytest.raises(ContentError) as caught, transaction() as session:
        import_questions(add_course(session), folder, now=NOW)
    assert [(fault.file, fault.line) for fault in caught.value.faults] == [("un-curso/01-bienvenida/questions.md", 3)]
