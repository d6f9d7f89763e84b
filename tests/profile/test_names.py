"""Names in odd forms."""

import pytest

from lms.people.profile.rules import tidy


@pytest.mark.parametrize(
    "name", ["محمد بن علي", "Nguyễn Thị Ánh", "O’Brien-Ñúñez", "x", "李小龙", "ᚠᚢᚦ", "zoë", "می‌خواهم"]
)
def test_a_name_stays_as_it_is_written(name: str) -> None:
    assert tidy(name) == name


@pytest.mark.parametrize(
    "name", ["", " ", "\u200b", "\u200d\u200c", "\u202e\u2066", "\ufeff \u2060", "\u0301", "\u00ad"]
)
def test_of_what_cannot_be_seen_nothing_is_left(name: str) -> None:
    assert tidy(name) == ""


def test_combined_and_composed_letters_are_one_name() -> None:
    assert tidy("Jose\u0301") == tidy("José") == "José"


def test_nothing_in_a_name_turns_the_text_around_it() -> None:
    assert tidy("Ana \u202eoidA\u202c") == "Ana oidA"


def test_blanks_are_single() -> None:
    assert tidy("  Ana \u00a0 María ") == "Ana María"
