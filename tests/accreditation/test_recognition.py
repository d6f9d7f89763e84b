"""What another federation gave counts as evidence while an agreement recognises it; what was judged stays."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from certificates.accreditation import operations, queries, rules, words
from certificates.accreditation.refusals import NotYetEarned
from certificates.register.models import Certificate
from courses.learning.models import Enrolment
from lms import clock
from lms.db import db, transaction
from lms.ids import new_id
from lms.people.federations.models import Recognition
from lms.texts import speaking
from tests.accreditation import evidence as rows
from tests.statements import counted
from tests.world import NOW, World

DAY = timedelta(days=1)


def agree(world: World, what: str, ended: bool = False) -> UUID:
    """`here` recognises what `elsewhere` gives; `ended`: until yesterday."""
    with world.database(), transaction() as session:
        agreement = Recognition(
            id=new_id(), recognising_id=world.here, recognised_id=world.elsewhere, what=what,
            proposed_by_id=world.here, proposed_by=new_id(), proposed_at=NOW - 9 * DAY,
            accepted_by=new_id(), accepted_at=NOW - 8 * DAY, ended_at=NOW - DAY if ended else None,
        )  # fmt: skip
        session.add(agreement)
        return agreement.id


def end(world: World, agreement_id: UUID) -> None:
    with world.database(), transaction() as session:
        session.get_one(Recognition, agreement_id).ended_at = clock.now()


@pytest.fixture
def learner(world: World) -> rows.Learner:
    """Whose course, with its quizzes, is all done."""
    learner = rows.Learner(world)
    learner.study()
    learner.take()
    return learner


def moved(learner: rows.Learner) -> None:
    """What the learner studied was studied elsewhere."""
    world = learner.world
    with world.database(), transaction() as session:
        enrolment = session.get_one(Enrolment, learner.enrolment)
        for table in ("attempts", "enrolments", "editions"):
            session.execute(db.metadata.tables[table].update().values(federation_id=world.elsewhere))
        assert enrolment.person_id == learner.person


def certificate(world: World, person: UUID, **changes: Any) -> None:
    """A certificate of the built-in scheme, issued elsewhere."""
    scheme_id = rows.scheme(world, world.elsewhere)
    with world.database(), transaction() as session:
        dossier = operations.apply(
            person, world.elsewhere, scheme_id, "Ana", now=NOW - DAY, gather=lambda *_, **__: rows.record()
        )
        values = {
            "federation_id": world.elsewhere, "dossier_id": dossier.id, "person_id": person, "code": "A" * 12,
            "serial": "2026-0007", "snapshot": {}, "digest": "0" * 64, "issued_at": NOW - DAY, "issued_by": new_id(),
            "valid_until": NOW + 300 * DAY, "state": "in-force",
        }  # fmt: skip
        session.add(Certificate(**values | changes))


def road(world: World, person: UUID, now: Any = NOW) -> queries.Road:
    with world.database():
        (found,) = queries.roads(person, world.here, now=now)
        return found


def met(road: queries.Road) -> dict[str, bool]:
    return {answer.requirement["kind"]: answer.met for answer in road.answers}


def told(world: World, road: queries.Road, kind: str) -> str:
    with world.app.test_request_context(), speaking("es"):
        return " ".join(
            sentence
            for answer in road.answers
            if answer.requirement["kind"] == kind
            for sentence in words.details(answer, {})
        )


def test_a_course_completed_where_it_is_recognised_counts_with_its_quizzes(learner: rows.Learner) -> None:
    world = learner.world
    rows.scheme(world)
    moved(learner)
    assert not any(met(road(world, learner.person)).values())
    agree(world, "courses")
    found = road(world, learner.person)
    assert {kind for kind, yes in met(found).items() if yes} == {"course", "quiz"}
    for kind in ("course", "quiz"):
        assert "Hecho en Federación elsewhere" in told(world, found, kind)


def test_one_begun_there_does_not_nor_after_the_agreement_or_of_certificates_only(world: World) -> None:
    learner = rows.Learner(world)
    rows.scheme(world)
    learner.take()
    moved(learner)
    agree(world, "certificates")
    agree(world, "courses", ended=True)
    assert not any(met(road(world, learner.person)).values())
    agree(world, "courses")
    assert not any(met(road(world, learner.person)).values())  # its lessons are not done


def test_the_other_way_round_nothing_is_recognised(learner: rows.Learner) -> None:
    world = learner.world
    rows.scheme(world, world.elsewhere)
    agree(world, "courses")
    with world.database():
        (found,) = queries.roads(learner.person, world.elsewhere, now=NOW)
    assert not any(met(found).values())


def test_a_certificate_in_force_stands_for_what_earned_it_but_not_for_the_texts_of_this_federation(
    learner: rows.Learner,
) -> None:
    world, person = learner.world, learner.person
    rows.scheme(world)
    certificate(world, person)
    agree(world, "certificates")
    found = road(world, person)
    assert [kind for kind, yes in met(found).items() if not yes] == ["document"]
    assert "Por el certificado 2026-0007 de Federación elsewhere, en vigor hasta el" in told(world, found, "hours")
    learner.accept()
    assert road(world, person).may_apply


@pytest.mark.parametrize("changes", [{"state": "suspended"}, {"state": "revoked"}, {"valid_until": NOW}])
def test_one_that_is_not_in_force_stands_for_nothing(world: World, changes: dict[str, Any]) -> None:
    person = rows.Learner(world).person
    rows.scheme(world)
    agree(world, "certificates")
    certificate(world, person, **changes)
    assert not any(met(road(world, person)).values())


def test_an_ended_agreement_earns_nothing_new_and_what_was_judged_stays(learner: rows.Learner) -> None:
    world, person = learner.world, learner.person
    scheme_id, other = rows.scheme(world), world.person("agent")
    certificate(world, person)
    certificate(world, other, code="B" * 12, serial="2026-0008")
    agreement = agree(world, "certificates")
    learner.accept()
    with world.database(), transaction():
        dossier_id = operations.apply(person, world.here, scheme_id, "Ana", now=NOW).id
    end(world, agreement)
    later = clock.now()
    found = road(world, person, later)
    assert all(met(found).values())
    assert "2026-0007" in told(world, found, "competency")
    (frozen,) = (item for item in rows.dossier_of(world, dossier_id).evidence if item["kind"] == "competency")
    assert frozen["facts"]["certificate"]["from"] == {"id": str(world.elsewhere), "name": "Federación elsewhere"}
    assert not any(met(road(world, other, later)).values())
    with world.database(), pytest.raises(NotYetEarned), transaction():
        operations.apply(other, world.here, scheme_id, "Eva", now=later)


def test_recognition_asks_one_statement_more_at_most(learner: rows.Learner) -> None:
    world = learner.world
    rows.scheme(world)
    moved(learner)
    certificate(world, learner.person)
    with world.database(), counted() as before:
        queries.roads(learner.person, world.here, now=NOW)
    agree(world, "courses")
    agree(world, "certificates")
    road(world, learner.person)  # a version of a course is read once and kept
    with world.database(), counted() as after:
        queries.roads(learner.person, world.here, now=NOW)
    assert len(after) <= len(before) + 1


def test_a_certificate_meets_what_stands_in_combinations_and_no_text() -> None:
    title = {"es": "T"}
    text = {"kind": "document", "title": title, "document": "code-of-ethics"}
    course = {"kind": "course", "title": title, "course": "c", "modules": [1]}
    held = rules.Record(certified=rules.Certified(rules.Origin("x", "X"), "1", NOW))
    (both,) = rules.evaluate([{"kind": "all-of", "title": title, "of": [text, course]}], held)
    assert [part.met for part in both.parts] == [False, True]
    assert not both.met
    assert rules.thawed(both.frozen()).parts[1].facts["certificate"]["serial"] == "1"
