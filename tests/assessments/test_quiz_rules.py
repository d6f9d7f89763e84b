"""Quizzes decided: drawing, scoring, passing, beginning."""

from hypothesis import given
from hypothesis import strategies as st

from assessments.quizzes import rules
from assessments.quizzes.rules import Drawable

KEYS = "abcdefgh"
seeds = st.integers(0, 2**31 - 1)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, dict[str, int]]:
    """A kind of question and the scores of its choices, as the bank keeps them."""
    kind = draw(st.sampled_from(["single", "boolean", "situation", "multiple"]))
    keys = KEYS[: 2 if kind == "boolean" else draw(st.integers(2, 8))]
    if kind == "multiple":
        right = draw(st.sets(st.sampled_from(keys), min_size=2 if len(keys) > 1 else 1))
        share = round(rules.FULL / len(right))
        return kind, {key: share if key in right else -share for key in keys}
    best = draw(st.sampled_from(keys))
    graded = st.integers(0, 99).map(lambda score: score * 100) if kind == "situation" else st.just(0)
    return kind, {key: rules.FULL if key == best else draw(graded) for key in keys}


@st.composite
def pools(draw: st.DrawFn) -> list[Drawable]:
    """Questions to draw from."""
    kinds = draw(st.lists(st.sampled_from(["single", "boolean", "multiple"]), min_size=1, max_size=30))
    return [
        Drawable(f"q{number}", kind, tuple(f"{number}{key}" for key in "abcd")) for number, kind in enumerate(kinds)
    ]


@given(marked(), st.data())
def test_a_score_lies_between_nothing_and_everything(question: tuple[str, dict[str, int]], data: st.DataObject) -> None:
    kind, scores = question
    chosen = data.draw(st.lists(st.sampled_from(sorted(scores)), unique=True))
    assert 0 <= rules.score(kind, scores, chosen) <= rules.FULL


@given(marked())
def test_the_best_choices_earn_everything_and_no_choice_nothing(question: tuple[str, dict[str, int]]) -> None:
    kind, scores = question
    assert rules.score(kind, scores, rules.best_keys(kind, scores)) == rules.FULL
    assert rules.score(kind, scores, []) == 0


@given(marked(), st.data())
def test_the_order_of_picks_and_choices_changes_nothing(
    question: tuple[str, dict[str, int]], data: st.DataObject
) -> None:
    kind, scores = question
    chosen = data.draw(st.lists(st.sampled_from(sorted(scores)), unique=True))
    moved = dict(data.draw(st.permutations(list(scores.items()))))
    assert rules.score(kind, scores, chosen) == rules.score(kind, moved, data.draw(st.permutations(chosen)))


def test_several_right_choices_share_the_whole_and_a_wrong_one_takes_a_share_back() -> None:
    scores = {"a": 3333, "b": -3333, "c": 3333, "d": 3333, "e": -3333}
    assert rules.score("multiple", scores, ["a"]) == 3333
    assert rules.score("multiple", scores, ["a", "c"]) == 6667
    assert rules.score("multiple", scores, ["a", "c", "b"]) == 3333
    assert rules.score("multiple", scores, ["b", "e"]) == 0
    assert rules.score("multiple", scores, list("abcde")) == 3333


def test_a_situation_gives_what_its_choice_is_worth() -> None:
    assert rules.score("situation", {"a": 10_000, "b": 4_000, "c": 0}, ["b"]) == 4_000


def test_two_picks_where_one_is_asked_earn_nothing() -> None:
    assert rules.score("single", {"a": 10_000, "b": 0}, ["a", "b"]) == 0


@given(st.lists(st.integers(0, rules.FULL), max_size=40))
def test_a_total_lies_among_its_scores(scores: list[int]) -> None:
    total = rules.total(scores)
    assert min(scores, default=0) <= total <= max(scores, default=0)
    assert rules.total(scores[::-1]) == total


def test_a_total_is_rounded_half_up() -> None:
    assert rules.total([0, 1]) == 1
    assert rules.total([10_000, 10_000, 0]) == 6_667


@given(pools(), st.integers(1, 40), seeds)
def test_a_sheet_has_no_question_twice_and_each_choice_once(pool: list[Drawable], draw: int, seed: int) -> None:
    sheet = rules.draw_sheet(pool, draw, seed)
    by_id = {question.id: question for question in pool}
    assert len(sheet) == min(draw, len(pool)) == len({item.question for item in sheet})
    for item in sheet:
        assert sorted(item.choices) == sorted(by_id[item.question].keys)
        assert item.kind == by_id[item.question].kind


@given(pools(), st.integers(1, 40), seeds)
def test_a_seed_gives_the_same_sheet_every_time(pool: list[Drawable], draw: int, seed: int) -> None:
    assert rules.draw_sheet(pool, draw, seed) == rules.draw_sheet(pool, draw, seed)


@given(pools(), seeds)
def test_true_and_false_keep_their_places(pool: list[Drawable], seed: int) -> None:
    by_id = {question.id: question for question in pool}
    for item in rules.draw_sheet(pool, len(pool), seed):
        if item.kind == "boolean":
            assert item.choices == by_id[item.question].keys


def test_seeds_differ() -> None:
    pool = [Drawable(f"q{number}", "single", ("a", "b", "c")) for number in range(12)]
    assert len({tuple(rules.draw_sheet(pool, 10, seed)) for seed in range(20)}) == 20


def test_a_score_at_the_mark_passes() -> None:
    assert rules.passed(7_500, 7_500)
    assert not rules.passed(7_499, 7_500)


def test_an_attempt_begins_only_when_one_is_left_none_is_open_and_none_has_passed() -> None:
    assert rules.may_start(used=0, allowed=2, passed=False, open=False)
    assert rules.may_start(used=1, allowed=2, passed=False, open=False)
    assert not rules.may_start(used=2, allowed=2, passed=False, open=False)
    assert not rules.may_start(used=1, allowed=2, passed=True, open=False)
    assert not rules.may_start(used=0, allowed=2, passed=False, open=True)


def test_answers_that_are_not_on_the_sheet_are_found() -> None:
    sheet = [rules.Item("q1", "single", ("a", "b")), rules.Item("q2", "multiple", ("c", "d"))]
    assert rules.stray_answers(sheet, {0: ["a"], 1: ["c", "d"]}) == []
    assert rules.stray_answers(sheet, {0: [], 1: []}) == []
    assert rules.stray_answers(sheet, {0: ["a", "b"]}) == [0]
    assert rules.stray_answers(sheet, {0: ["c"], 1: ["c", "c"], 2: ["a"], -1: []}) == [-1, 0, 1, 2]
