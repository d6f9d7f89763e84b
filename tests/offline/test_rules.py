"""Whose phone, what is told of a sign-in, how large a module is; and when two answers clash."""

from uuid import uuid4

import pytest

from assessments.quizzes.forms import seen, shown
from assessments.quizzes.rules import clashing
from courses.offline import rules


def test_a_reader_keeps_their_mark_and_nobody_has_anothers() -> None:
    person = uuid4()
    assert rules.mark(person) == rules.mark(person) != rules.mark(uuid4())
    assert str(person) not in rules.mark(person)


@pytest.mark.parametrize(
    ("there", "ended", "left", "told"),
    [
        (True, False, False, "in"),
        (False, True, False, "ended"),
        (False, False, True, "ended"),
        (False, False, False, "lapsed"),  # it ran out: what is kept stays until its days are over
    ],
)
def test_only_a_sign_in_that_was_ended_on_purpose_takes_what_is_kept(
    there: bool, ended: bool, left: bool, told: str
) -> None:
    assert rules.standing(there=there, ended=ended, left=left) == told


def test_a_module_takes_its_texts_and_a_frame_for_each_page() -> None:
    assert rules.room(["á", "bc"], around=1, assets=10) == 2 + 2 + 3 * rules.FRAME + 10


def test_the_files_of_a_text_are_known_by_their_fingerprints() -> None:
    one, two = "a" * 32, "b" * 32
    texts = [
        f'<audio src="/media/{one}/a.mp3"></audio><a href="/media/{one}/a.mp3">',
        f'<a download href="/media/{two}/b.pdf">',
    ]
    assert rules.files([*texts, '<a href="/media/x/y">']) == {one, two}


def test_what_a_page_showed_comes_back_as_it_was_and_odd_text_as_nothing() -> None:
    answers = {0: ["a"], 3: ["b", "c"], 4: []}
    assert seen(shown(answers)) == {0: ["a"], 3: ["b", "c"]}
    assert seen("x=1 =a 99999=b 1 2=") == {1: [], 2: []}


@pytest.mark.parametrize(
    ("had", "there", "given", "clash"),
    [
        ({}, {}, {0: ["a"]}, []),  # nobody answered meanwhile
        ({0: ["a"]}, {0: ["a"]}, {0: ["b"]}, []),  # a change of what was seen
        ({}, {0: ["b"]}, {0: ["a"]}, [0]),  # answered elsewhere, otherwise
        ({}, {0: ["a"]}, {0: ["a"]}, []),  # answered elsewhere, the same
        ({0: ["a"]}, {}, {0: ["b"]}, [0]),  # taken back elsewhere
        ({0: ["a"]}, {0: ["b"]}, {0: []}, [0]),  # taken back here, changed there
        ({1: ["a", "b"]}, {1: ["b", "a"]}, {1: ["a"]}, []),  # of several, the order says nothing
        ({}, {0: ["b"], 1: ["b"]}, {0: ["a"], 1: ["a"], 2: ["a"]}, [0, 1]),
    ],
)
def test_an_answer_clashes_only_with_one_that_its_page_had_not_seen(
    had: dict[int, list[str]], there: dict[int, list[str]], given: dict[int, list[str]], clash: list[int]
) -> None:
    assert clashing(had, there, given) == clash
