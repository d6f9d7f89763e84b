"""Texts without a database: differences, Markdown out of old HTML, which sending is the newer one."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms import markup
from lms.people.federations.texts import Piece, Writing, as_markdown, differences, may_replace
from lms.people.operations import TEXTS

lines = st.lists(st.text(alphabet="abc -", min_size=1, max_size=12), max_size=8).map("\n".join)


def words(html: str) -> list[str]:
    return re.sub(r"<[^>]*>", " ", html).split()


@pytest.mark.parametrize("name", sorted(path.name for path in TEXTS.glob("*.html")))
def test_the_texts_that_come_with_the_house_can_be_gone_on_with_in_markdown(name: str) -> None:
    html = (TEXTS / name).read_text("utf-8")
    made = markup.render(as_markdown(html))
    assert words(made) == words(html)
    assert [made.count(tag) for tag in ("<li>", "<h2", "<p>", "<strong>")] == [
        html.count(tag) for tag in ("<li>", "<h2", "<p>", "<strong>")
    ]


def test_a_reworded_line_is_shown_word_by_word() -> None:
    assert differences("Guardo tu nombre.", "Guardo tu correo.") == [
        [Piece("same", "Guardo tu "), Piece("gone", "nombre."), Piece("new", "correo.")]
    ]


def test_unchanged_lines_far_from_a_change_are_counted_not_shown() -> None:
    old = "\n".join(f"línea {number}" for number in range(9))
    found = differences(old, old + "\notra")
    assert found == [[Piece("skipped", "8")], [Piece("same", "línea 8")], [Piece("new", "otra")]]


@given(lines, lines)
def test_what_stayed_and_went_is_the_old_text_and_what_stayed_and_came_the_new(old: str, new: str) -> None:
    found = [piece for line in differences(old, new) for piece in line]
    skipped = [piece for piece in found if piece.change == "skipped"]
    if not skipped:
        for text, gone in ((old, "new"), (new, "gone")):
            kept = "".join(piece.text for piece in found if piece.change != gone)
            assert kept.replace("\n", "").replace(" ", "") == text.replace("\n", "").replace(" ", "")
    assert (old == new) <= all(piece.change in ("same", "skipped") for piece in found)


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 3))
def test_long_and_monotonous_texts_are_compared_in_time(seed: int) -> None:
    old, new = "a b " * 10_000, "b a " * 10_000 + "c" * seed
    began = time.process_time()
    differences(old, new)
    differences("- a\n" * 3_000, "- b\n" * 3_000)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("sent", "newer"),
    [
        (Writing("one", 3, 1), True),
        (Writing("one", 2, 1), True),
        (Writing("one", 1, 1), False),
        (Writing("two", 0, 7), True),
        (Writing("two", 9, 6), False),
    ],
)
def test_older_words_never_replace_newer_ones(sent: Writing, newer: bool) -> None:
    assert may_replace(Writing("one", 2, 7), sent) is newer
