"""The same questions in English: what does not match is named; what is shown is in the reader's language; scores stay."""

import re
from pathlib import Path
from uuid import UUID

from assessments.bank.operations import read_questions
from assessments.bank.source import parse
from lms.audit import fingerprint
from lms.db import transaction
from lms.people.models import Person
from tests.assessments.conftest import QUESTIONS, School, write_questions
from tests.statements import counted
from tests.world import Browser

CONTENT = Path(__file__).parents[2] / "courses" / "content"
ENGLISH = """---
title: Check what you have learnt
---

## caso · situation
competency: 1.1

A **situation**.

- [40] By halves.
  > Feedback by halves.
- [100] The best.
  > Feedback on the best.
- [0] The worst.
  > Feedback on the worst.

## una · single
competency: 1.2

One is right.

- [ ] A wrong one.
  > Wrong.
- [x] A right one.
  > Right.

## frase · boolean
competency: 1.2

A sentence.

- [x] True
  > Indeed.
- [ ] False
  > Not so.

## varias · multiple
competency: 8.1

Several are right.

- [x] First.
  > Yes.
- [ ] Second.
  > No.
- [x] Third.
  > Yes again.
"""
CASE, ONE = ENGLISH.index("## caso"), ENGLISH.index("## una")


def with_english(folder: Path, text: str, spanish: str = QUESTIONS) -> Path:
    """The course folder with these English questions beside the Spanish ones."""
    write_questions(folder, spanish)
    (folder / "01-bienvenida" / "questions.en.md").write_text(text, encoding="utf-8")
    return folder


def wrong(folder: Path) -> list[tuple[str, int, str]]:
    """(file, line, sentence) of what the checker finds."""
    faults = read_questions(folder, {1: "bienvenida"})[1]
    return [(fault.file.rpartition("/")[2], fault.line, fault.sentence._args[0]) for fault in faults]


def test_what_does_not_match_the_spanish_questions_is_named_with_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "un-curso"
    assert wrong(with_english(folder, ENGLISH)) == []
    for text, line, words in (
        (ENGLISH.replace("## frase", "## sentence"), 27, "no hay ninguna pregunta"),
        (ENGLISH[:ONE], 1, "Falta la pregunta"),
        (ENGLISH[:CASE] + ENGLISH[ONE:] + "\n" + ENGLISH[CASE:ONE], 5, "el orden"),
        (ENGLISH.replace("una · single", "una · boolean"), 17, "de la clase"),
        (ENGLISH.replace("competency: 8.1", "competency: 1.1"), 37, "de la competencia"),
        (ENGLISH.replace("- [0] The worst.\n  > Feedback on the worst.\n", ""), 5, "opciones"),
        (ENGLISH.replace("[40]", "[50]"), 10, "lleva"),
        (ENGLISH.replace("- [x] First", "- [ ] First").replace("- [ ] Second", "- [x] Second"), 42, "lleva"),
        (ENGLISH.replace("---\n\n##", "pass: 60\n---\n\n##", 1), 3, "todos los idiomas"),
        (ENGLISH.replace("  > Indeed.\n", ""), 32, "comentario"),
    ):
        found = wrong(with_english(folder, text))
        assert [one for one in found if one[:2] == ("questions.en.md", line) and words in one[2]], (words, found)


def test_english_without_spanish_is_named_and_a_wrong_spanish_file_is_not_said_twice(tmp_path: Path) -> None:
    folder = with_english(tmp_path / "un-curso", ENGLISH, QUESTIONS.replace("[40] A medias", "[4O] A medias"))
    assert {file for file, _line, _words in wrong(folder)} == {"questions.md"}
    (folder / "01-bienvenida" / "questions.md").unlink()
    assert [(file, "Falta questions.md" in words) for file, _line, words in wrong(folder)] == [
        ("questions.en.md", True)
    ]


def test_the_course_for_professionals_has_all_its_questions_in_english() -> None:
    folder = CONTENT / "atencion-profesionales"
    modules = {
        int(number): slug
        for number, _hyphen, slug in (one.parent.name.partition("-") for one in folder.glob("*/module.md"))
    }
    quizzes, faults = read_questions(folder, modules)
    assert faults == []
    assert [len(quiz.translations["en"].questions) for quiz in quizzes.values()] == [11, 12, 12, 12]


def attempt_of(address: str) -> UUID:
    return UUID(address.rpartition("/")[2])


def reader(school: School) -> tuple[Browser, str, str]:
    """Somebody who reads English: their browser, their enrolment's quiz and the address of an attempt just begun."""
    person, enrolment = school.learner()
    with school.world.database(), transaction() as session:
        session.get_one(Person, person).locale = "en"
    return school.world.browser(person), f"/learn/{enrolment}/bienvenida/quiz", f"/attempts/{school.start(enrolment)}"


def test_a_quiz_is_shown_and_judged_in_english_and_what_was_begun_before_stays_as_it_was(school: School) -> None:
    before, _quiz, old = reader(school)
    sheet = school.attempt(attempt_id := attempt_of(old)).sheet
    best = {f"q{place}": keys for place, keys in school.best(attempt_id).items()}
    with_english(school.folder, ENGLISH)
    school.reword(QUESTIONS)
    browser, quiz, new = reader(school)

    assert "Check what you have learnt" in browser.get(quiz).text
    with counted() as sent:
        page = browser.get(new).text
    assert len(sent) <= 3, sent
    assert "A <strong>situation</strong>." in page
    assert ">The best.<" in page
    assert not any(words in page for words in ("situación", "Lo mejor", "Feedback", ' lang="es" id="q'))
    given = {f"q{place}": keys for place, keys in school.best(attempt_of(new)).items()}
    browser.post(f"{new}/submit", given | {"confirm": "1"})
    assert "Feedback on the best." in browser.get(new).text

    page = before.get(old).text
    assert '<span class="choice-text">Lo mejor.' in page
    assert page.count('<div lang="es">') == 4
    before.post(f"{old}/submit", best | {"confirm": "1"})
    assert '<span lang="es">SECRETO lo mejor.</span>' in before.get(old).text
    scored = [school.attempt(attempt_of(address)) for address in (old, new)]
    assert [(one.score, one.passed) for one in scored] == [(10_000, True)] * 2
    assert scored[0].sheet == sheet


def test_each_language_is_part_of_a_version_and_the_spanish_ones_keep_their_keys_and_digests(school: School) -> None:
    (plain,) = school.versions_of("caso")
    with_english(school.folder, ENGLISH)
    school.reword(QUESTIONS)
    school.reword(QUESTIONS)  # again: nothing new
    old, new = school.versions_of("caso")
    assert (old.digest, old.translations, old.choices) == (plain.digest, None, new.choices)
    said = (new.translations or {})["en"]
    assert said["stem"] == "<p>A <strong>situation</strong>.</p>"
    words = {choice["score"]: said["choices"][choice["key"]]["html"] for choice in new.choices}
    assert words == {4_000: "By halves.", 10_000: "The best.", 0: "The worst."}
    choices = [[re.sub("<.*?>", "", one["html"]), one["html"], one["score"], one["feedback"]] for one in old.choices]
    assert old.digest == fingerprint(["situation", "1.1", old.stem, choices])  # as before there were languages
    (school.folder / "01-bienvenida" / "questions.en.md").unlink()
    school.reword(QUESTIONS)
    assert len(school.versions_of("caso")) == 2  # the first one is drawn from again


def test_english_has_no_rules_of_its_own() -> None:
    quiz, faults = parse(ENGLISH, "questions.en.md", "en")
    assert (quiz.pass_mark, quiz.attempts, quiz.draw, faults) == (0, 0, 0, [])
