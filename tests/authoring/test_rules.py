"""Names and places of a course's files."""

import pytest

from courses.authoring import rules


@pytest.mark.parametrize(
    ("path", "kind", "locale"),
    [
        ("course.md", "course", "es"),
        ("course.en.md", "course", "en"),
        ("01-a/module.md", "module", "es"),
        ("01-a/questions.md", "questions", "es"),
        ("01-a/questions.en.md", "questions", "en"),
        ("01-a/02-b.md", "lesson", "es"),
        ("01-a/02-b.plain.en.md", "plain", "en"),
        ("01-a/dibujo.svg", "picture", "es"),
        ("01-a/b.md", "other", "es"),
        ("a/02-b.md", "other", "es"),
        ("01-a/b/02-c.md", "other", "es"),
        ("notas.md", "other", "es"),
    ],
)
def test_a_path_says_what_its_file_is(path: str, kind: str, locale: str) -> None:
    place = rules.place_of(path)
    assert (place.kind, place.locale if place.is_text else locale) == (kind, locale)


def test_a_thing_that_moves_renumbers_those_that_it_passes() -> None:
    names = ["01-a", "02-b", "05-c"]
    assert rules.renumbered(names, "05-c", 0) == {"05-c": "01-c", "01-a": "02-a", "02-b": "03-b"}
    assert rules.renumbered(names, "01-a", 9) == {"02-b": "01-b", "05-c": "02-c", "01-a": "03-a"}
    assert rules.renumbered(["01-a", "02-b"], "01-a", 0) == {}


def test_a_title_becomes_an_address() -> None:
    assert rules.slug("¿Qué es «recuperarse», de verdad?") == "que-es-recuperarse-de-verdad"
    assert rules.slug("???") == ""
    assert rules.unused("a", ["a", "a-2"]) == "a-3"


def test_a_line_of_a_file_belongs_to_the_field_that_it_stands_in() -> None:
    lines = {"title": 2, "minutes": 3, "sources": 6}
    assert [rules.field_of(lines, 9, line) for line in (1, 2, 4, 7, 9, 40)] == [
        "title", "title", "minutes", "sources", "body", "body",
    ]  # fmt: skip
