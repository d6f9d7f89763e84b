"""questions.md is read, or every fault is named with its line."""

from pathlib import Path

import pytest

from assessments.bank.source import parse
from tests.assessments.conftest import QUESTIONS

CONTENT = Path(__file__).parents[2] / "courses" / "content"


def faults(text: str) -> list[tuple[int, str]]:
    """(line, msgid) of what is wrong."""
    return [(fault.line, fault.sentence._args[0]) for fault in parse(text)[1]]


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*/*/questions.md")), ids=lambda path: path.parent.name)
def test_the_questions_of_our_courses_are_sound(path: Path) -> None:
    quiz, wrong = parse(path.read_text(encoding="utf-8"), str(path))
    assert wrong == []
    assert len(quiz.questions) >= quiz.draw >= 10


def test_a_quiz_is_read() -> None:
    quiz, wrong = parse(QUESTIONS)
    assert wrong == []
    assert (quiz.title, quiz.pass_mark, quiz.attempts, quiz.draw) == ("Comprueba lo aprendido", 7_500, 2, 4)
    case, single, boolean, several = quiz.questions
    assert (case.name, case.kind, case.competency, case.line) == ("caso", "situation", "1.1", 8)
    assert case.stem == "<p>Una <strong>situación</strong>.</p>"
    assert [choice.score for choice in case.choices] == [4_000, 10_000, 0]
    assert case.choices[0].feedback == "SECRETO a medias."
    assert [choice.score for choice in single.choices] == [0, 10_000]
    assert [choice.html for choice in boolean.choices] == ["Verdadero", "Falso"]
    assert [choice.score for choice in several.choices] == [5_000, -5_000, 5_000]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("---\ntitle", "title", 1, "cabecera"),
        ("pass: 75", "pass: 750", 3, "número entero"),
        ("attempts: 2\n", "", 1, "número entero"),
        ("draw: 4", "draw: 5", 5, "pide"),
        ("title: Comprueba lo aprendido", "titel: x", 2, "ninguna clave"),
        ("## caso · situation", "## caso situation", 8, "empieza con"),
        ("## caso · situation", "## Caso · situation", 8, "minúsculas"),
        ("## caso · situation", "## caso · essay", 8, "clase"),
        ("## una · single", "## caso · single", 20, "Ya hay otra"),
        ("competency: 1.1\n", "", 8, "competency"),
        ("Una **situación**.\n", "", 8, "no tiene texto"),
        ("Una **situación**.", "Una <script>alert(1)</script>.", 11, "HTML"),
        ("Una **situación**.", "Una [trampa](javascript:alert(1)).", 11, "enlace"),
        ("[40] A medias", "[x] A medias", 13, "valor"),
        ("[40] A medias", "[140] A medias", 13, "valor"),
        ("[40] A medias", "[100] A medias", 8, "exactamente una"),
        ("  > SECRETO a medias.\n", "", 13, "comentario"),
        ("> SECRETO a medias.", "> <b>SECRETO</b>", 14, "HTML"),
        ("[40] A medias.", "[40] Lo mejor.", 15, "iguales"),
        ("[40] A medias.", "[40]", 13, "no tiene texto"),
        ("- [ ] Una mala.", "- [x] Una mala.", 20, "exactamente una"),
        ("- [x] Tercera.", "- [ ] Tercera.", 40, "al menos dos"),
        ("- [ ] Falso\n  > SECRETO falso.", "", 30, "de 2 a"),
        ("  > SECRETO lo peor.", "  > SECRETO lo peor.\nSuelto.", 19, "Después de una opción"),
    ],
)  # fmt: skip
def test_each_fault_has_its_line_and_a_sentence(old: str, new: str, line: int, words: str) -> None:
    assert old in QUESTIONS
    found = faults(QUESTIONS.replace(old, new, 1))
    assert [one for one in found if one[0] == line and words in one[1]], found


def test_all_faults_come_at_once_in_order_of_their_lines() -> None:
    found = faults(
        QUESTIONS.replace("pass: 75", "pass: x").replace("[40]", "[4O]").replace("- [x] Tercera", "- [ ] Tercera")
    )
    assert [line for line, _words in found] == sorted(line for line, _words in found)
    assert len(found) == 3


@pytest.mark.parametrize(
    "text", ["", "---", "---\n---", "\x00", "## a · b", "-" * 300_000, "---\ntitle: [[[\n---\n## a\n"]
)
def test_nonsense_is_a_fault_and_never_a_crash(text: str) -> None:
    assert parse(text)[1]
