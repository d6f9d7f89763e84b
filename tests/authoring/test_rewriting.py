"""A value of a head is changed without touching a byte of the rest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.authoring.rewriting import read, rewritten, value_of
from tests.authoring.conftest import LESSON

words = st.text(alphabet="añ [](){}\"'#:-,.*é0", max_size=30).map(lambda text: " ".join(text.split()))


def test_what_is_the_same_stays_byte_by_byte() -> None:
    odd = "\ufeff---\r\n# una nota\r\ntitle:   Escuchar  # así\r\nminutes: 20\r\n\r\n---\r\nTexto. \r\n\r\n\r\n"
    assert rewritten(odd, {"title": "Escuchar", "minutes": "20"}, "Texto.") == odd
    changed = rewritten(odd, {"minutes": "30"})
    assert changed == odd.replace("20", "30")


def test_a_value_is_changed_added_and_removed_in_its_place() -> None:
    text = rewritten(
        LESSON, {"notice": "Hay una pérdida.", "minutes": "25", "sources": ["S1", "S2"], "competencies": []}
    )
    assert text == LESSON.replace("minutes: 20", "minutes: 25").replace(
        "competencies: [3.1]\n", "notice: Hay una pérdida.\n"
    ).replace("  - S1\n", "  - S1\n  - S2\n")
    assert rewritten(text, {"notice": ""}) == text.replace("notice: Hay una pérdida.\n", "")


def test_a_body_is_replaced_below_its_head() -> None:
    assert rewritten(LESSON, {}, "Otro.\r\n\r\nMás.") == LESSON[: LESSON.index("## Antes")] + "Otro.\n\nMás.\n"


def test_a_file_without_a_head_gets_one() -> None:
    assert rewritten("Solo texto.\n", {"title": "Uno"}) == "---\ntitle: Uno\n---\nSolo texto.\n"


@settings(max_examples=60, deadline=None)
@given(title=words, items=st.lists(words, max_size=4), body=words)
def test_what_is_written_is_what_is_read(title: str, items: list[str], body: str) -> None:
    items = [one for one in items if one]
    head, sound = read(rewritten(LESSON, {"title": title, "sources": items}, body))
    assert sound
    assert (value_of(head, "title"), value_of(head, "sources"), head.body.strip()) == (title, items, body)
    assert head.text("reflection") == "¿Qué te ayuda a escuchar?"


@pytest.mark.parametrize("body", ["---\n\nUna raya.", "title: Otro"])
def test_a_body_that_looks_like_a_head_stays_a_body(body: str) -> None:
    head, _sound = read(rewritten(LESSON, {}, body))
    assert (head.text("title"), head.body.strip()) == ("Escuchar", body)
