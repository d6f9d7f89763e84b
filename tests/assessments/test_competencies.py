"""Observed competence: recorded by an assessor, read by the person."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from assessments.competencies import operations, queries
from assessments.competencies.framework import framework
from assessments.competencies.models import Observation
from assessments.competencies.rules import Rated, faults
from courses.mentoring.models import Pairing
from lms.audit import AuditEntry
from lms.db import transaction
from lms.ids import new_key
from tests.statements import counted
from tests.world import NOW, World

RATINGS = [("1.1", 3, "Preguntó antes de empezar.", [0, 1]), ("2.1", 4, "", [])]


def record(world: World, person: UUID, assessor: UUID, **facts: Any) -> UUID:
    """An observation of `person` by `assessor`."""
    values: dict[str, Any] = {
        "setting": "role-play",
        "observed_at": NOW - timedelta(days=1),
        "ratings": RATINGS,
        "now": NOW,
    }
    with world.database(), transaction():
        return operations.record(world.here, person, assessor_id=assessor, **{**values, **facts}).id


@pytest.fixture
def people(world: World) -> tuple[UUID, UUID]:
    """An agent and an assessor."""
    return world.person("agent", name="Lucía Peña"), world.person("assessor", name="Omar Ruiz")


def form(**facts: Any) -> dict[str, Any]:
    """The form of an observation as a browser sends it."""
    base = {
        "setting": "encounter",
        "observed_on": "2026-03-01",
        "level_1_1": "3",
        "words_1_1": "Preguntó antes de empezar.",
        "indicators_1_1": ["0", "2"],
        "once": new_key(),
    }
    return {**base, **facts}


def test_the_framework_is_whole_and_bilingual() -> None:
    found = framework()
    assert [area.code for area in found.areas] == [str(number) for number in range(1, 10)]
    for competency in found.by_code.values():
        assert competency.title["es"]
        assert competency.title["en"]
        assert competency.indicators


def test_ratings_out_of_bounds_are_found() -> None:
    known = {"1.1": 3}
    assert faults([Rated("1.1", 3, "", (0, 2))], known, 0, 4) == []
    for wrong in (
        Rated("9.9", 3),
        Rated("1.1", 5),
        Rated("1.1", -1),
        Rated("1.1", 3, "", (3,)),
        Rated("1.1", 3, "", (0, 0)),
        Rated("1.1", 3, "x" * 2001),
    ):
        assert faults([wrong], known, 0, 4) == [wrong.code]
    assert faults([Rated("1.1", 3), Rated("1.1", 2)], known, 0, 4) == ["1.1"]


def test_the_newest_observation_of_each_competency_counts(world: World, people: tuple[UUID, UUID]) -> None:
    person, assessor = people
    other = world.person("assessor")
    record(world, person, other, observed_at=NOW - timedelta(days=1), ratings=[("1.1", 4, "", [])])
    record(world, person, assessor, observed_at=NOW - timedelta(days=9), ratings=RATINGS)
    with world.database():
        levels = queries.levels(person, world.here)
        assert queries.levels(person, world.elsewhere) == {}
    assert levels["1.1"] == queries.Level(4, other, NOW - timedelta(days=1), "role-play")
    assert levels["2.1"] == queries.Level(4, assessor, NOW - timedelta(days=9), "role-play")


def test_an_observation_is_in_the_trail_without_words(world: World, people: tuple[UUID, UUID]) -> None:
    id_ = record(world, *people)
    with world.database() as session:
        entry = session.query(AuditEntry).filter_by(action="observation.record").one()
        assert entry.subject == f"observation:{id_}"
        assert entry.facts["levels"] == {"1.1": 3, "2.1": 4}
        assert "Preguntó" not in str(entry.facts)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"ratings": []}, operations.NothingRated),
        ({"observed_at": NOW + timedelta(minutes=1)}, operations.ObservedInFuture),
        ({"setting": "dream"}, operations.SettingUnknown),
        ({"ratings": [("9.9", 3, "", [])]}, operations.RatingUnsound),
        ({"ratings": [("1.1", 5, "", [])]}, operations.RatingUnsound),
        ({"ratings": [("1.1", 3, "", []), ("1.1", 2, "", [])]}, operations.RatingUnsound),
        ({"ratings": [("1.1", 3, "", [77])]}, operations.RatingUnsound),
    ],
)
def test_what_cannot_be_recorded_is_refused_by_name(
    world: World, people: tuple[UUID, UUID], facts: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        record(world, *people, **facts)
    with world.database() as session:
        assert session.query(Observation).count() == 0


def test_nobody_rates_themselves(world: World) -> None:
    both = world.person("agent", "assessor")
    with pytest.raises(operations.OwnObservation):
        record(world, both, both)
    browser = world.browser(both)
    assert browser.get(f"/competencies/people/{both}/observe").status_code == 404
    assert browser.post(f"/competencies/people/{both}/observe", form()).status_code == 404


def test_only_an_assessor_of_the_federation_observes_an_agent_of_it(world: World, people: tuple[UUID, UUID]) -> None:
    person, assessor = people
    for observed, by, refusal in (
        (person, world.person("registrar"), operations.NotAssessor),
        (person, world.person("assessor", federation=world.elsewhere), operations.NotAssessor),
        (world.person("professional"), assessor, operations.NotObservable),
        (world.person("agent", federation=world.elsewhere), assessor, operations.NotObservable),
    ):
        with pytest.raises(refusal):
            record(world, observed, by)


def test_the_mentor_is_not_the_assessor(world: World, people: tuple[UUID, UUID]) -> None:
    person, _assessor = people
    both = world.person("senior", "assessor")
    with world.database(), transaction() as session:
        session.add(
            Pairing(
                federation_id=world.here, person_id=person, mentor_id=both, since=NOW, made_by=world.person("registrar")
            )
        )
    with pytest.raises(operations.ObservedByMentor):
        record(world, person, both)


def test_an_assessor_records_what_was_seen_and_the_person_reads_it(world: World, people: tuple[UUID, UUID]) -> None:
    person, assessor = people
    browser = world.browser(assessor)
    assert "Lucía Peña" in browser.get("/competencies/people").text
    assert browser.get(f"/competencies/people/{person}/observe").status_code == 200
    answer = browser.post(f"/competencies/people/{person}/observe", form())
    assert answer.status_code == 302
    assert "Preguntó antes de empezar." in browser.get(answer.location).text
    own = world.browser(person).get("/competencies").text
    for words in ("Preguntó antes de empezar.", "Omar Ruiz", "3 · autónomo", "1 de marzo de 2026"):
        assert words in own
    assert world.browser(person).get(answer.location).status_code == 200


def test_sending_twice_records_once(world: World, people: tuple[UUID, UUID]) -> None:
    person, assessor = people
    browser, data = world.browser(assessor), form()
    first = browser.post(f"/competencies/people/{person}/observe", data)
    second = browser.post(f"/competencies/people/{person}/observe", data)
    assert first.location == second.location
    with world.database() as session:
        assert session.query(Observation).count() == 1


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"level_1_1": "", "words_1_1": "", "indicators_1_1": []}, "Falta valorar al menos una competencia"),
        ({"level_1_1": ""}, "Elige un nivel para lo que anotaste"),
        ({"observed_on": (datetime.now(UTC).date() + timedelta(days=2)).isoformat()}, "La fecha es posterior a hoy"),
        ({"observed_on": "0001-01-01"}, "Revisa el año"),
        ({"observed_on": "ayer"}, "fecha"),
        ({"setting": ""}, "Elige dónde lo viste"),
    ],
)
def test_wrong_input_gets_a_sentence_and_keeps_what_was_typed(
    world: World, people: tuple[UUID, UUID], facts: dict[str, Any], words: str
) -> None:
    person, assessor = people
    answer = world.browser(assessor).post(
        f"/competencies/people/{person}/observe",
        form(**{"words_5_2": "Avisó a tiempo.", "level_5_2": "", **facts})
        if words == "Elige un nivel para lo que anotaste"
        else form(**facts),
    )
    assert answer.status_code == 422
    assert words in answer.text
    if facts.get("words_1_1") is None:
        assert "Preguntó antes de empezar." in answer.text
    with world.database() as session:
        assert session.query(Observation).count() == 0


@pytest.mark.parametrize(
    "facts", [{"level_1_1": "7"}, {"level_1_1": "x"}, {"indicators_1_1": ["99"]}, {"indicators_1_1": ["x"]}]
)
def test_what_the_form_does_not_offer_is_refused(
    world: World, people: tuple[UUID, UUID], facts: dict[str, Any]
) -> None:
    person, assessor = people
    assert world.browser(assessor).post(f"/competencies/people/{person}/observe", form(**facts)).status_code == 422


def test_today_is_not_the_future(world: World, people: tuple[UUID, UUID]) -> None:
    person, assessor = people
    today = datetime.now(UTC).date()
    answer = world.browser(assessor).post(f"/competencies/people/{person}/observe", form(observed_on=today.isoformat()))
    assert answer.status_code == 302


def test_what_belongs_to_others_is_not_there(world: World, people: tuple[UUID, UUID]) -> None:
    person, assessor = people
    id_ = record(world, person, assessor)
    stranger = world.browser(world.person("agent", "senior"))
    abroad = world.browser(world.person("assessor", "registrar", federation=world.elsewhere), world.elsewhere)
    assert stranger.get(f"/competencies/observations/{id_}").status_code == 404
    assert abroad.get(f"/competencies/observations/{id_}").status_code == 404
    assert abroad.get(f"/competencies/people/{person}/observe").status_code == 404
    assert abroad.post(f"/competencies/people/{person}/observe", form()).status_code == 404
    assert "Lucía Peña" not in abroad.get("/competencies/people").text
    assert stranger.get("/competencies/people").status_code == 404
    assert world.browser(world.person("registrar")).get(f"/competencies/observations/{id_}").status_code == 200
    assert world.browser().get("/competencies").location.startswith("/login")


def test_the_list_is_searched_by_name(world: World, people: tuple[UUID, UUID]) -> None:
    _person, assessor = people
    world.person("senior", name="Samuel Gil")
    page = world.browser(assessor).get("/competencies/people?name=samuel").text
    assert "Samuel Gil" in page
    assert "Lucía Peña" not in page


def test_statements_do_not_grow_with_the_data(world: World, people: tuple[UUID, UUID]) -> None:
    person, assessor = people
    own, theirs = world.browser(person), world.browser(assessor)
    found: list[list[int]] = []
    for _round in range(2):
        counts = []
        for browser, address in (
            (own, "/competencies"),
            (theirs, "/competencies/people"),
            (theirs, f"/competencies/people/{person}/observe"),
        ):
            with counted() as sent:
                assert browser.get(address).status_code == 200
            counts.append(len(sent))
        found.append(counts)
        for _again in range(3):
            record(world, person, assessor)
            world.person("agent")
    assert all(count <= 8 for counts in found for count in counts)
    assert found[1][1:] == found[0][1:]
    assert found[1][0] <= 3
