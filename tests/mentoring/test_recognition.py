"""A senior agent of a federation that this one recognises: paired, signing, and no longer once the agreement has ended."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from courses.mentoring import operations, queries
from courses.mentoring.forms import chosen_key
from courses.mentoring.models import HoursEntry, Pairing
from courses.mentoring.refusals import MentorBusy, NotMentor, NotRecognised, NotSenior
from lms import clock
from lms.db import db, transaction
from lms.ids import new_id
from lms.people.federations import agreements
from lms.people.federations.models import Recognition
from lms.people.messages.models import Message
from lms.people.models import Acknowledgement, Document, Membership
from tests.mentoring.place import LATER, Place, at_once
from tests.world import NOW, World

DAY = timedelta(days=1)


class Abroad(Place):
    """`trainee` of `here`, and `mentor`, a senior agent of `elsewhere`, which `here` recognises."""

    def __init__(self, world: World) -> None:
        self.world, self.start, self.here, self.there = world, NOW, world.here, world.elsewhere
        self.trainee = world.person("agent", name="Luis Ortega")
        self.mentor = world.person("senior", federation=world.elsewhere, name="Rosa Martín")
        self.registrar = world.person("registrar")
        self.agreement = self.agree()
        self.pairing = self.pair(self.trainee, self.mentor)

    def agree(self, what: str = "certificates") -> UUID:
        with self.world.database(), transaction() as session:
            agreement = Recognition(
                id=new_id(), recognising_id=self.here, recognised_id=self.there, what=what, proposed_by_id=self.here,
                proposed_by=new_id(), proposed_at=NOW - DAY, accepted_by=new_id(), accepted_at=NOW - DAY,
            )  # fmt: skip
            session.add(agreement)
            return agreement.id

    def end(self, at: Any = LATER) -> None:
        with self.world.database(), transaction():
            seen = agreements.one(self.here, self.agreement)
            assert seen is not None
            agreements.end(seen, by=self.registrar, now=at)

    def pair(self, person: UUID, mentor: UUID, **more: Any) -> UUID:
        values = {"mentor_federation_id": self.there, "by": self.registrar, "now": self.start} | more
        with self.world.database(), transaction():
            return operations.pair(self.here, person, mentor, **values).id

    def sign(self, *session_ids: UUID, by: UUID | None = None, seen: Any = None) -> int:
        with self.world.database(), transaction():
            who = by or self.mentor
            return len(operations.sign(list(session_ids), by=who, federation_id=self.there, now=LATER, seen=seen))

    def write(self, statement: Any) -> None:
        with self.world.database(), transaction() as session:
            session.execute(statement)


@pytest.fixture
def abroad(world: World) -> Abroad:
    return Abroad(world)


def test_a_recognised_mentor_signs_and_the_hours_count_where_the_trainee_is(abroad: Abroad) -> None:
    session_id = abroad.log()
    assert abroad.sign(session_id) == 1
    assert abroad.balance().total == 60
    (entry,) = abroad.entries()
    assert (entry.federation_id, entry.signed_by) == (abroad.here, abroad.mentor)
    assert abroad.reverse(session_id) == "reversed"
    assert abroad.balance().total == 0


def test_own_and_recognised_sessions_are_signed_in_one_act(abroad: Abroad) -> None:
    theirs = abroad.world.person("agent", federation=abroad.there)
    registrar = abroad.world.person("registrar", federation=abroad.there)
    with abroad.world.database(), transaction():
        pairing = operations.pair(abroad.there, theirs, abroad.mentor, by=registrar, now=NOW).id
    assert abroad.sign(abroad.log(), abroad.log(2, pairing=pairing)) == 2
    with abroad.world.database() as session:
        told = session.execute(
            select(Message.person_id, Message.federation_id).where(Message.kind == "sessions-signed")
        )
        assert set(map(tuple, told)) == {(abroad.trainee, abroad.here), (theirs, abroad.there)}


def test_once_the_agreement_has_ended_nothing_is_signed_returned_or_taken_back_and_what_was_signed_counts(
    abroad: Abroad,
) -> None:
    signed, waiting = abroad.log(), abroad.log(2)
    abroad.sign(signed)
    abroad.end()
    for deed in (
        lambda: abroad.sign(waiting),
        lambda: abroad.give_back(waiting),
        lambda: abroad.reverse(signed),
        lambda: abroad.pair(abroad.trainee, abroad.world.person("senior", federation=abroad.there), now=LATER),
    ):
        with pytest.raises(NotRecognised):
            deed()
    assert abroad.balance().total == 60
    assert abroad.state(waiting) == "waiting"


def test_a_role_taken_away_there_ends_its_power_here(abroad: Abroad) -> None:
    session_id = abroad.log()
    abroad.take_role(abroad.mentor)
    with pytest.raises(NotSenior):
        abroad.sign(session_id)


def test_who_is_no_senior_agent_there_or_is_not_recognised_is_not_paired(abroad: Abroad, world: World) -> None:
    trainee, other = world.person("agent"), world.person("agent", federation=world.elsewhere)
    with pytest.raises(NotMentor):
        abroad.pair(trainee, other)
    with pytest.raises(NotMentor):
        abroad.pair(trainee, abroad.mentor, mentor_federation_id=None)
    with world.database(), transaction() as session:
        session.get_one(Recognition, abroad.agreement).what = "courses"
    with pytest.raises(NotRecognised):
        abroad.pair(trainee, abroad.mentor)


def test_the_database_refuses_what_policy_refuses(abroad: Abroad) -> None:
    session_id = abroad.log()
    stranger = abroad.world.person("senior", federation=abroad.there)
    both = {"federation_id": abroad.here, "person_id": abroad.trainee, "mentor_federation_id": abroad.there}
    line = {
        "federation_id": abroad.here, "session_id": session_id, "person_id": abroad.trainee, "kind": "individual",
        "mentor_id": abroad.mentor, "minutes": 60, "signed_by": abroad.mentor, "at": LATER,
    }  # fmt: skip
    pairing = insert(Pairing).values(
        id=new_id(), since=NOW - 2 * DAY, made_by=abroad.registrar, mentor_id=stranger, **both
    )
    moved = update(Pairing).where(Pairing.id == abroad.pairing)
    abroad.end(NOW + DAY)
    for wrong in (
        pairing,  # before there was an agreement
        moved.values(mentor_federation_id=None),
        moved.values(mentor_id=stranger),
        insert(HoursEntry).values(id=new_id(), **line),  # after it has ended
    ):
        with pytest.raises(IntegrityError):
            abroad.write(wrong)
    abroad.write(insert(HoursEntry).values(id=new_id(), **line | {"at": NOW}))


def test_a_mentor_is_in_one_place_also_across_federations(abroad: Abroad) -> None:
    theirs = abroad.world.person("agent", federation=abroad.there)
    with abroad.world.database(), transaction():
        registrar = abroad.world.person("registrar", federation=abroad.there)
        pairing = operations.pair(abroad.there, theirs, abroad.mentor, by=registrar, now=NOW).id
    abroad.log(1, pairing=pairing)
    with pytest.raises(MentorBusy):
        abroad.log(1.5)


def test_an_agreement_that_ends_while_somebody_signs_counts_wholly_or_not_at_all(abroad: Abroad) -> None:
    for hours in range(4):
        session_id, after = abroad.log(2 * hours), LATER + (hours + 1) * DAY
        with abroad.world.database(), transaction() as session:
            abroad.agreement = session.scalars(select(Recognition.id).where(Recognition.ended_at.is_(None))).one()

        def sign(session_id: UUID = session_id, at: Any = after) -> int:
            with abroad.world.database(), transaction():
                return len(operations.sign([session_id], by=abroad.mentor, federation_id=abroad.there, now=at))

        answers = at_once(sign, lambda at=after: abroad.end(at - timedelta(seconds=1)))
        assert answers[0] in (1, "not-recognised")
        assert abroad.state(session_id) == ("signed" if answers[0] == 1 else "waiting")
        abroad.agree()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # SQLite has one writer anyway
def test_an_agreement_does_not_end_in_the_middle_of_a_sign_off(abroad: Abroad) -> None:
    session_id = abroad.log()

    def end() -> None:
        with abroad.world.database(), transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '50ms'"))
            session.execute(text("UPDATE recognitions SET ended_at = now()"))

    with abroad.world.database(), transaction(), ThreadPoolExecutor(1) as pool:
        operations.sign([session_id], by=abroad.mentor, federation_id=abroad.there, now=LATER)
        assert isinstance(pool.submit(end).exception(), OperationalError)


def test_pages_show_each_side_what_is_theirs(abroad: Abroad, world: World) -> None:
    session_id = abroad.log()
    mentor = world.browser(abroad.mentor, federation=abroad.there)
    registrar = world.browser(abroad.registrar)
    assert "Luis Ortega" in mentor.get("/").text
    assert "Federación here" in mentor.get("/mentoring").text
    assert mentor.get(f"/mentoring/sessions/{session_id}").status_code == 200
    assert "Rosa Martín" in registrar.get("/mentoring/pairings").text
    assert "agente sénior de Federación elsewhere" in registrar.get("/mentoring/pairings").text
    assert "Rosa Martín" in world.browser(abroad.trainee).get("/mentoring").text
    for role in ("registrar", "senior"):
        elsewhere = world.browser(world.person(role, federation=abroad.there), federation=abroad.there)
        assert elsewhere.get(f"/mentoring/sessions/{session_id}").status_code == 404
    marked = {"session": chosen_key(session_id, abroad.session(session_id).written_at)}
    stranger = world.browser(world.person("senior", federation=abroad.there), federation=abroad.there)
    assert stranger.post("/mentoring/sign", marked).status_code == 404
    assert mentor.post("/mentoring/sign", marked).status_code == 302
    assert abroad.state(session_id) == "signed"


def test_the_registrar_chooses_among_recognised_mentors_while_there_is_an_agreement(
    abroad: Abroad, world: World
) -> None:
    other = world.person("agent", name="Otra Persona")
    browser = world.browser(abroad.registrar)
    value = f"{abroad.mentor}@{abroad.there}"
    assert (
        f'<option value="{value}">Rosa Martín, de Federación elsewhere</option>'
        in browser.get("/mentoring/pairings").text
    )
    assert browser.post("/mentoring/pairings", {"person_id": str(other), "mentor_id": value}).status_code == 302
    abroad.end(clock.now())
    assert value not in browser.get("/mentoring/pairings").text
    third = world.person("agent")
    assert browser.post("/mentoring/pairings", {"person_id": str(third), "mentor_id": value}).status_code == 422


def test_after_the_end_the_desk_says_why_nothing_can_be_signed(abroad: Abroad, world: World) -> None:
    session_id = abroad.log()
    abroad.end(clock.now())
    mentor = world.browser(abroad.mentor, federation=abroad.there)
    answer = mentor.post("/mentoring/sign", {"session": chosen_key(session_id, abroad.session(session_id).written_at)})
    assert answer.status_code == 422
    assert "no hay ahora un acuerdo" in answer.text


def test_who_is_a_senior_agent_in_both_signs_where_they_were_paired(abroad: Abroad, world: World) -> None:
    session_id = abroad.log()
    with world.database(), transaction() as session:
        session.add(Membership(person_id=abroad.mentor, federation_id=abroad.here, role="senior", since=NOW))
        consent = session.scalars(select(Document.id).where(Document.federation_id == abroad.here)).one()
        session.add(
            Acknowledgement(person_id=abroad.mentor, document_id=consent, federation_id=abroad.here, given_at=NOW)
        )
    page = f"/mentoring/sessions/{session_id}"
    assert world.browser(abroad.mentor, federation=abroad.here).get(page).status_code == 404
    assert world.browser(abroad.mentor, federation=abroad.there).get(page).status_code == 200
    with world.database():
        assert queries.waiting_for(abroad.mentor, abroad.here) == []
        assert [one.id for one in queries.waiting_for(abroad.mentor, abroad.there)] == [session_id]
        with transaction():
            assert operations.sign([session_id], by=abroad.mentor, federation_id=abroad.here, now=LATER) == []
        assert db.session.get_one(Pairing, abroad.pairing).mentor_federation_id == abroad.there
