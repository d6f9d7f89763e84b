"""What a question asks for, and what of a text is shown."""

import pytest

from courses.study import rules
from courses.study.rules import asked
from courses.study.terms import plain_text, terms


@pytest.mark.parametrize(
    ("asked_for", "stands"),
    [
        ("recuperacion", "La recuperación"),
        ("RECUPERACIÓN", "sus recuperaciones"),
        ("acompanar", "la acompañaba"),
        ("limite", "Los límites"),
        ("emoción", "contener emociones"),
        ("boundaries", "Set a boundary"),
        ("listening", "She listens"),
        ("escuch", "escuchábamos juntas"),
        ("tries", "to try again"),
    ],
)
def test_a_word_is_found_in_any_of_its_forms_with_or_without_accents(asked_for: str, stands: str) -> None:
    assert rules.found_in(asked(asked_for), stands)


@pytest.mark.parametrize(
    ("asked_for", "stands"), [("cama", "camino"), ("límites", "limonada"), ("recuperación", "recurso")]
)
def test_another_word_that_begins_alike_is_not_found(asked_for: str, stands: str) -> None:
    assert not rules.found_in(asked(asked_for), stands)


@pytest.mark.parametrize(
    "question", ["", "de la", "¿y qué es?", "…", '* NEAR( "', "the and of", "日本語", "' OR 1=1; --"[:4]]
)
def test_nothing_is_looked_for_with_words_that_stand_everywhere_or_are_none(question: str) -> None:
    assert asked(question).words == () or question.startswith("*")


def test_signs_of_the_indexs_language_are_no_signs_here() -> None:
    question = asked("límites\" OR scope:v* NEAR(a b) -- ' & | ! :*")
    for engine in ("sqlite", "postgresql"):
        where = question.where(["everybody"], engine)
        assert "NEAR(" not in where
        assert not set("<>!\\") & set(where)
        assert where.count("'") == 0
    assert asked("x" * 10_000).too_long


def test_a_snippet_shows_where_the_words_stand_together_and_marks_them() -> None:
    text = "Un principio largo. " * 40 + "Los límites protegen la relación de apoyo. " + "Un final largo. " * 40
    pieces = rules.snippet(asked("limite relaciones"), text)
    assert [piece.text for piece in pieces if piece.marked] == ["límites", "relación"]
    assert (pieces[0].text, pieces[-1].text[-2:]) == ("… ", " …")
    assert sum(len(piece.text) for piece in pieces) < rules.SHOWN + 20


def test_a_text_is_its_words_without_tags_a_line_for_each_paragraph() -> None:
    assert (
        plain_text("<h2>Uno</h2><p>Dos <strong>tr</strong>es &amp; 4</p><img alt='Un dibujo'>")
        == "Uno\nDos tres & 4\nUn dibujo"
    )
    assert terms("Los límites", "es") == "limit"


def test_marked_words_are_found_again_however_lines_are_broken() -> None:
    assert rules.stands_in("dos\npalabras  más", "Son dos palabras más.")
    assert not rules.stands_in("dos palabras", "Son tres.")
