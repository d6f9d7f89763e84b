from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.register import rules

codes = st.integers(0, 2**60 - 1).map(rules.public_code)
SAMPLE = [rules.public_code(bits) for bits in (0, 2**60 - 1, 0x123456789ABCDEF, 0xFEDCBA987654321, 31 << 25)]


@given(codes)
def test_every_code_is_well_formed_and_reads_back(code: str) -> None:
    assert rules.well_formed(code)
    assert len(code) == 13
    assert rules.normalise(rules.grouped(code)) == code


@given(st.lists(st.integers(0, 2**60 - 1), min_size=2, max_size=20, unique=True))
def test_different_bits_give_different_codes(bits: list[int]) -> None:
    assert len({rules.public_code(each) for each in bits}) == len(bits)


@pytest.mark.parametrize("bits", [-1, 2**60])
def test_a_code_holds_sixty_bits_and_no_more(bits: int) -> None:
    with pytest.raises(ValueError, match="60 bits"):
        rules.public_code(bits)


@pytest.mark.parametrize("code", SAMPLE)
def test_every_wrong_symbol_in_every_place_is_caught(code: str) -> None:
    for place in range(13):
        for symbol in rules.ALPHABET:
            if symbol != code[place]:
                assert not rules.well_formed(code[:place] + symbol + code[place + 1 :])


def test_every_exchange_of_any_two_different_symbols_in_any_two_places_is_caught() -> None:
    # The check is linear: an exchange of a and b in places i and j is missed by all codes or by none. So one code for
    # each (i, j, a, b) proves it for all.
    for i, j in combinations(range(12), 2):
        for a, b in combinations(range(32), 2):
            code = rules.public_code(a << 5 * (11 - i) | b << 5 * (11 - j))
            symbols = list(code)
            symbols[i], symbols[j] = symbols[j], symbols[i]
            assert not rules.well_formed("".join(symbols))


@given(codes, st.integers(0, 11))
def test_every_exchange_with_the_check_symbol_is_caught(code: str, place: int) -> None:
    symbols = list(code)
    symbols[place], symbols[12] = symbols[12], symbols[place]
    assert ("".join(symbols) == code) == rules.well_formed("".join(symbols))


@given(codes)
def test_what_people_make_of_a_code_is_read_as_that_code(code: str) -> None:
    typed = rules.grouped(code).lower().replace("0", "o").replace("1", "l").replace("-", " – ")
    assert rules.normalise(f"  {typed}\t") == code
    assert rules.normalise(code.replace("1", "I").replace("0", "O")) == code


@pytest.mark.parametrize(
    "text", ["", "ABC", "U" * 13, "0" * 12, "0" * 14, "ÑÑÑÑÑÑÑÑÑÑÑÑÑ", "٣" * 13, "0" * 100_000, "%00" * 5]
)
def test_what_is_no_code_is_not_well_formed(text: str) -> None:
    assert not rules.well_formed(rules.normalise(text))


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 24, date(2030, 2, 28)),
        (date(2026, 3, 2), 24, date(2028, 3, 2)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_are_added_to_the_calendar(day: date, months: int, then: date) -> None:
    assert rules.add_months(day, months) == then


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 120))
def test_adding_months_lands_in_the_right_month_on_the_same_or_its_last_day(day: date, months: int) -> None:
    then = rules.add_months(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day == day.day or (then.day < day.day and (then + timedelta(days=1)).day == 1)


def test_a_certificate_holds_to_the_end_of_its_last_day_by_the_federations_clock() -> None:
    # 23:30 UTC on 1 March is already 2 March in Madrid.
    dates = rules.validity(datetime(2026, 3, 1, 23, 30, tzinfo=UTC), 24, "Europe/Madrid")
    assert (dates.issued_on, dates.valid_until) == (date(2026, 3, 2), date(2028, 3, 2))
    assert dates.ends_at == datetime(2028, 3, 2, 23, 0, tzinfo=UTC)


END = datetime(2028, 3, 2, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "now", "status"),
    [
        ("in-force", END - timedelta(days=91), "in-force"),
        ("in-force", END - timedelta(days=90), "expiring"),
        ("in-force", END - timedelta(microseconds=1), "expiring"),
        ("in-force", END, "expired"),
        ("suspended", END - timedelta(days=400), "suspended"),
        ("suspended", END, "suspended"),
        ("revoked", END - timedelta(days=400), "revoked"),
        ("revoked", END + timedelta(days=400), "revoked"),
    ],
)
def test_status_follows_state_and_time(state: str, now: datetime, status: str) -> None:
    assert rules.status(state, END, now) == status


def test_serials_carry_the_year_and_six_figures() -> None:
    assert rules.serial(2026, 123) == "2026-000123"


def test_what_a_certificate_freezes_of_the_evidence_never_says_who_took_part() -> None:
    hours = {"requirement": {"kind": "hours"}, "met": True, "have": 720, "need": 720, "unit": "minute"}
    evidence = [
        hours | {"facts": {"mentors": {"who": ["x"]}}, "note": "y", "parts": []},
        {"requirement": {"kind": "competency"}, "met": False},
        {"requirement": {"kind": "any-of"}, "met": True, "parts": [hours | {"facts": {"by": "x"}}, {"met": False}]},
    ]
    kept = {"requirement": {"kind": "hours"}, "done": 720, "total": 720, "unit": "minute"}
    assert rules.achieved(evidence) == [kept, {"requirement": {"kind": "any-of"}, "parts": [kept]}]
