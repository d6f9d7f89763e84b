from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.accreditation import rules
from certificates.accreditation.requirements import faults
from certificates.accreditation.rules import Acknowledged, Quizzed, Rated, Record, Studied
from certificates.accreditation.schemes import DEFAULT_SCHEME
from tests.accreditation.evidence import COURSE, record
from tests.world import NOW

SCHEME = DEFAULT_SCHEME["requirements"]
DOCUMENT, STUDY, QUIZ, HOURS, LEVELS = SCHEME
TITLE = {"es": "T", "en": "T"}


def missing(found: Record) -> list[str]:
    return [answer.requirement["kind"] for answer in rules.unmet(rules.evaluate(SCHEME, found))]


def one(requirement: dict[str, Any], found: Record) -> rules.Answer:
    return rules.evaluate([requirement], found)[0]


def test_a_full_record_earns_the_built_in_scheme() -> None:
    assert missing(record()) == []


def test_an_empty_record_lacks_everything() -> None:
    assert missing(Record()) == ["document", "course", "quiz", "hours", "competency"]


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({"documents": {"code-of-ethics": Acknowledged(1, False, NOW)}}, "document"),
        ({"modules": {(COURSE, 1): Studied(5, 5), (COURSE, 4): Studied(5, 4)}}, "course"),
        ({"modules": {(COURSE, 1): Studied(5, 5), (COURSE, 4): Studied(0, 0)}}, "course"),
        ({"modules": {("otro", 1): Studied(5, 5), (COURSE, 4): Studied(5, 5)}}, "course"),
        ({"quizzes": {(COURSE, 1): Quizzed(9000, True, 1, NOW), (COURSE, 4): Quizzed(7000, False, 2, NOW)}}, "quiz"),
        ({"minutes": {"individual": 480, "group": 150, "observation": 89}}, "hours"),
        ({"minutes": {"individual": 700, "group": 120, "observation": 59}}, "hours"),
        ({"minutes": {"individual": 360, "group": 120, "observation": 60, "practice": 600}}, "hours"),
        ({"mentors": frozenset({"m1"})}, "hours"),
        ({"levels": {code: Rated(3, "a", NOW) for code in ("1.1", "1.2", "3.1")}}, "competency"),
        ({"levels": {code: Rated(2, "a", NOW) for code in ("1.1", "2.1", "3.1")}}, "competency"),
        ({"levels": {code: Rated(4, "a", NOW) for code in ("1.1", "7.1", "9.1")}}, "competency"),
        ({"levels": {code: Rated(4, "a", NOW, "self") for code in ("1.1", "2.1", "3.1")}}, "competency"),
    ],
)
def test_what_falls_short_is_named(changes: dict[str, Any], lacks: str) -> None:
    assert missing(record(**changes)) == [lacks]


def test_exactly_what_is_asked_is_enough() -> None:
    assert one(HOURS, record(minutes={"individual": 540, "group": 120, "observation": 60})).met


def test_a_met_requirement_is_nobodys_turn() -> None:
    found = rules.evaluate(SCHEME, record(waiting_sessions=2, waiting_since=NOW, waiting_for=frozenset({"m1"})))
    assert {(answer.whose, answer.waiting_since) for answer in found} == {(None, None)}


def test_hours_wait_for_the_mentor_while_sessions_are_unsigned() -> None:
    since = NOW - timedelta(days=3)
    answer = one(HOURS, Record(waiting_sessions=2, waiting_since=since, waiting_for=frozenset({"m1"})))
    assert (answer.whose, answer.waiting_since, answer.facts["waiting_for"]) == ("mentor", since, ["m1"])


def test_turns_of_what_is_missing() -> None:
    turns = [answer.whose for answer in rules.evaluate(SCHEME, Record())]
    assert turns == ["me", "me", "me", "me", "assessor"]


def test_a_module_to_come_is_the_federations_turn_once_the_rest_is_done() -> None:
    done = record(modules={(COURSE, 1): Studied(5, 5), (COURSE, 4): Studied(0, 0)})
    assert one(STUDY, done).whose == "federation"
    assert one(STUDY, replace(done, modules={(COURSE, 1): Studied(5, 4), (COURSE, 4): Studied(0, 0)})).whose == "me"


def test_all_open_asks_for_every_module_with_lessons() -> None:
    requirement = STUDY | {"modules": "all-open"}
    modules = {(COURSE, 1): Studied(5, 5), (COURSE, 2): Studied(0, 0), (COURSE, 4): Studied(5, 5)}
    assert one(requirement, record(modules=modules)).met
    assert not one(requirement, record(modules=modules | {(COURSE, 3): Studied(3, 2)})).met
    assert not one(requirement, Record()).met


def test_an_area_may_ask_for_several_competencies() -> None:
    requirement = LEVELS | {"per_area": 2, "at_least": 1}
    assert not one(requirement, record()).met
    assert one(requirement, record(levels={code: Rated(3, "a", NOW) for code in ("1.1", "1.2")})).met


def test_a_frozen_answer_says_the_same_when_thawed() -> None:
    requirement = {"kind": "all-of", "title": TITLE, "of": SCHEME}
    answer = one(requirement, record())
    thawed = rules.thawed(answer.frozen())
    assert thawed.frozen() == answer.frozen()


def combined(n: int | None, flags: list[bool]) -> rules.Answer:
    held = {f"d{i}": Acknowledged(1, flag, NOW) for i, flag in enumerate(flags)}
    parts = [{"kind": "document", "title": TITLE, "document": name} for name in held]
    kind = {"kind": "n-of", "n": n} if n else {"kind": "all-of"}
    return one({**kind, "title": TITLE, "of": parts}, Record(documents=held))


@given(st.lists(st.booleans(), min_size=1, max_size=6), st.data())
def test_n_of_is_met_by_n_or_more_of_its_parts(flags: list[bool], data: st.DataObject) -> None:
    n = data.draw(st.integers(1, len(flags)))
    answer = combined(n, flags)
    assert answer.met == (sum(flags) >= n)
    assert (answer.done, answer.total) == (min(sum(flags), n), n)


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_all_of_and_any_of_are_the_ends_of_n_of(flags: list[bool]) -> None:
    assert combined(None, flags).met == combined(len(flags), flags).met == all(flags)
    assert combined(1, flags).met == any(flags)


CODES = ("1.1", "1.2", "2.1", "3.1", "7.1", "8.1")
PLACES = [(COURSE, n) for n in (1, 2, 4)]
RECORDS = st.builds(
    Record,
    documents=st.dictionaries(
        st.just("code-of-ethics"), st.builds(Acknowledged, st.just(1), st.booleans(), st.just(NOW))
    ),
    modules=st.fixed_dictionaries({place: st.builds(Studied, st.just(3), st.integers(0, 3)) for place in PLACES}),
    quizzes=st.dictionaries(
        st.sampled_from(PLACES),
        st.builds(Quizzed, st.integers(0, 10000), st.booleans(), st.integers(1, 2), st.just(NOW)),
    ),
    minutes=st.fixed_dictionaries(
        {kind: st.integers(0, 800) for kind in ("individual", "group", "observation", "practice")}
    ),
    mentors=st.frozensets(st.sampled_from(["m1", "m2", "m3"])),
    levels=st.dictionaries(st.sampled_from(CODES), st.builds(Rated, st.integers(0, 4), st.just("a"), st.just(NOW))),
)
MORE = {
    "all": SCHEME,
    "some": [{"kind": "n-of", "n": 3, "title": TITLE, "of": SCHEME}, STUDY | {"modules": "all-open"}],
}


def joined(a: Record, b: Record) -> Record:
    """What both records hold: `b` added to `a`, nothing taken away."""
    return Record(
        documents={k: max((r.documents[k] for r in (a, b) if k in r.documents), key=lambda d: d.current)
                   for k in {*a.documents, *b.documents}},
        modules={k: Studied(3, max(a.modules[k].done, b.modules[k].done)) for k in PLACES},
        quizzes={k: max((r.quizzes[k] for r in (a, b) if k in r.quizzes), key=lambda q: q.passed)
                 for k in {*a.quizzes, *b.quizzes}},
        minutes={k: a.minutes[k] + b.minutes[k] for k in a.minutes},
        mentors=a.mentors | b.mentors,
        levels={k: max((r.levels[k] for r in (a, b) if k in r.levels), key=lambda level: level.level)
                for k in {*a.levels, *b.levels}},
    )  # fmt: skip


@pytest.mark.parametrize("requirements", MORE.values(), ids=MORE.keys())
@given(a=RECORDS, b=RECORDS)
def test_more_evidence_never_takes_back_what_was_met(requirements: list[Any], a: Record, b: Record) -> None:
    before, after = rules.evaluate(requirements, a), rules.evaluate(requirements, joined(a, b))
    assert all(new.met for old, new in zip(before, after, strict=True) if old.met)
    assert all(new.done >= old.done for old, new in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], None),
        (["approve"], None),
        (["refuse"], None),
        (["approve", "refuse"], None),
        (["approve", "approve"], "approved"),
        (["refuse", "refuse"], "refused"),
        (["approve", "refuse", "approve"], "approved"),
        (["refuse", "approve", "refuse"], "refused"),
    ],
)
def test_two_votes_that_agree_decide(verdicts: list[str], expected: str | None) -> None:
    assert rules.outcome(verdicts) == expected


@pytest.mark.parametrize("name", ["Ana Ruiz", "李小龍", "محمد علی", "Ñ", "Zoë O’Connor-Ibáñez", "x" * 120])
def test_a_name_in_any_script_will_do(name: str) -> None:
    assert rules.usable_name(f"  {name} ") == name


@pytest.mark.parametrize("name", ["", "   ", "123", "…", "x" * 121, "Ana\u202eziuR", "Ana\x00", "\ud800a"])
def test_a_name_that_cannot_be_printed_is_refused(name: str) -> None:
    assert rules.usable_name(name) is None


def test_blanks_and_line_breaks_in_a_name_become_one_space() -> None:
    assert rules.usable_name("Ana \n\t Ruiz") == "Ana Ruiz"


def fault(requirements: Any) -> tuple[str, str, str]:
    found = faults(requirements, areas={"1", "2"}, codes={"1.1"})
    return (found[0].code, found[0].place, found[0].detail) if found else ("", "", "")


def test_the_built_in_scheme_is_sound() -> None:
    assert faults(SCHEME) == []


@pytest.mark.parametrize(
    ("requirements", "code", "place"),
    [
        ([], "empty", ""),
        (None, "empty", ""),
        ({}, "empty", ""),
        ([{"kind": "references"}], "unknown", "1"),
        ([{"kind": ["hours"]}], "unknown", "1"),
        (["hours"], "unknown", "1"),
        ([DOCUMENT, DOCUMENT | {"versions": 2}], "unknown", "2"),
        ([DOCUMENT | {"title": {"en": "only English"}}], "impossible", "1"),
        ([DOCUMENT | {"document": "Code of Ethics"}], "impossible", "1"),
        ([STUDY | {"modules": []}], "impossible", "1"),
        ([STUDY | {"modules": [1, 1]}], "impossible", "1"),
        ([STUDY | {"modules": [0]}], "impossible", "1"),
        ([STUDY | {"modules": [True]}], "impossible", "1"),
        ([QUIZ | {"modules": "all-open"}], "impossible", "1"),
        ([HOURS | {"minimum": -60}], "impossible", "1"),
        ([HOURS | {"minimum": 12.5}], "impossible", "1"),
        ([HOURS | {"minima": {"individual": 0}}], "impossible", "1"),
        ([HOURS | {"minima": {"sleep": 60}}], "impossible", "1"),
        ([HOURS | {"minima": {"group": 10**9}}], "impossible", "1"),
        ([HOURS | {"mentors": -1}], "impossible", "1"),
        ([{"kind": "hours", "title": TITLE, "mentors": 2}], "impossible", "1"),
        ([LEVELS | {"areas": []}], "impossible", "1"),
        ([LEVELS | {"level": 5}], "impossible", "1"),
        ([LEVELS | {"at_least": 8}], "impossible", "1"),
        ([LEVELS | {"sources": []}], "impossible", "1"),
        ([LEVELS | {"sources": ["horoscope"]}], "impossible", "1"),
        ([LEVELS | {"areas": ["1", "12"], "at_least": 1}], "unknown", "areas"),
        ([{"kind": "any-of", "title": TITLE, "of": []}], "empty", "1"),
        ([{"kind": "n-of", "title": TITLE, "n": 2, "of": [DOCUMENT]}], "impossible", "1"),
        ([{"kind": "all-of", "title": TITLE, "of": [DOCUMENT, {"kind": "?"}]}], "unknown", "1.of.2"),
    ],
)
def test_a_malformed_scheme_is_named_with_its_place(requirements: Any, code: str, place: str) -> None:
    assert fault(requirements)[:2] == (code, place)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(kind=st.sampled_from(["document", "course", "quiz", "hours", "competency", "n-of", "any-of"]), data=st.data())
def test_whatever_passes_can_be_judged(kind: str, data: st.DataObject) -> None:
    keys = ["document", "course", "modules", "minimum", "minima", "mentors", "areas", "level", "sources", "of", "n"]
    sensible = st.sampled_from(["apoyo-mutuo", [1], {"group": 60}, 1, ["1"], ["assessor"], [DOCUMENT]])
    body = data.draw(st.dictionaries(st.sampled_from(keys), sensible | JSON, max_size=4))
    requirement = {"kind": kind, "title": TITLE, **body}
    if not faults([requirement]):
        assert one(requirement, record()).total >= 0
