"""Separation of duties, written straight into the database: refused there too, on both databases."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from assessments.competencies.models import Observation
from certificates.accreditation.models import Decision, Dossier
from certificates.register.models import Certificate, RegisterAct
from courses.mentoring.models import HoursEntry, MentoringSession, Pairing
from lms.db import Base, transaction
from lms.ids import new_id
from lms.people.models import Membership
from tests.register import seed
from tests.world import NOW, World


@dataclass
class Place:
    """A candidate with a mentor, an assessor, a written session and an open dossier; and somebody apart from all that."""

    world: World
    candidate: UUID
    mentor: UUID
    assessor: UUID
    apart: UUID
    pairing: UUID
    session: UUID
    dossier: UUID

    def write(self, statement: Any) -> None:
        with self.world.database(), transaction() as session:
            session.execute(statement)

    def row(self, model: type[Base], **facts: Any) -> UUID:
        values = {"federation_id": self.world.here, "id": new_id()} | facts
        known = {column.name for column in model.__table__.columns}
        self.write(insert(model).values({name: value for name, value in values.items() if name in known}))
        return values["id"]

    def hours(self, **facts: Any) -> UUID:
        return self.row(
            HoursEntry,
            **{"session_id": self.session, "person_id": self.candidate, "mentor_id": self.mentor, "kind": "group",
               "minutes": 30, "signed_by": self.mentor, "at": NOW} | facts,
        )  # fmt: skip

    def vote(self, member: UUID, **facts: Any) -> UUID:
        return self.row(
            Decision,
            **{"dossier_id": self.dossier, "member_id": member, "person_id": self.candidate, "verdict": "approve",
               "reasons": "x", "at": NOW} | facts,
        )  # fmt: skip

    def certificate(self, by: UUID, **facts: Any) -> UUID:
        id_ = new_id()
        return self.row(
            Certificate,
            **{"id": id_, "dossier_id": self.dossier, "person_id": self.candidate, "code": id_.hex[:13], "serial": "1",
               "snapshot": {}, "digest": "", "issued_at": NOW, "issued_by": by, "valid_until": NOW} | facts,
        )  # fmt: skip

    def observe(self, by: UUID, **facts: Any) -> UUID:
        return self.row(
            Observation,
            **{"person_id": self.candidate, "assessor_id": by, "setting": "role-play", "observed_at": NOW,
               "recorded_at": NOW, "framework": "1"} | facts,
        )  # fmt: skip

    def pair(self, mentor: UUID, **facts: Any) -> UUID:
        return self.row(
            Pairing, **{"person_id": self.candidate, "mentor_id": mentor, "since": NOW, "made_by": self.apart} | facts
        )


@pytest.fixture
def place(world: World) -> Place:
    people = {name: world.person(role) for name, role in
              (("candidate", "agent"), ("mentor", "senior"), ("assessor", "assessor"), ("apart", "registrar"))}  # fmt: skip
    made = Place(world, pairing=new_id(), session=new_id(), dossier=new_id(), **people)
    made.dossier = seed.approved(world, made.candidate, state="open")
    made.pairing = made.pair(made.mentor)
    made.session = made.row(
        MentoringSession, pairing_id=made.pairing, person_id=made.candidate, mentor_id=made.mentor,
        author_id=made.candidate, kind="group", format="video", starts_at=NOW, minutes=30, written_at=NOW,
    )  # fmt: skip
    made.observe(made.assessor)
    return made


def _sign(place: Place, by: UUID) -> None:
    place.write(update(MentoringSession).values(state="signed", signed_by=by, signed_at=NOW))


def _role(place: Place, person: UUID, **facts: Any) -> UUID:
    return place.row(Membership, **{"person_id": person, "role": "trainer", "since": NOW} | facts)


def _change(place: Place, **values: Any) -> None:
    place.write(update(Membership).where(Membership.person_id == place.candidate).values(**values))


def _second_vote(place: Place) -> None:
    place.vote(place.apart)
    place.vote(place.apart)


def _decide_alone(place: Place) -> None:
    place.vote(place.apart)
    place.write(update(Dossier).values(state="approved"))


def _own_act(place: Place) -> None:
    id_ = place.certificate(place.apart)
    place.row(RegisterAct, certificate_id=id_, number=1, act="revoke", by=place.candidate, at=NOW, digest="")


def _prolong(place: Place) -> None:
    _role(place, place.candidate, until=NOW + timedelta(days=1))
    place.write(update(Membership).where(Membership.role == "trainer").values(until=NOW + timedelta(days=2)))


def _untake(place: Place) -> None:
    _change(place, until=NOW, taken_by=place.apart)
    _change(place, taken_by=None)


REFUSED: dict[str, Callable[[Place], Any]] = {
    "hours signed by whose they are": lambda p: _sign(p, p.candidate),
    "a line of hours signed by whose they are": lambda p: p.hours(signed_by=p.candidate),
    "a line of hours given to somebody else": lambda p: p.hours(person_id=p.apart),
    "the candidate decides": lambda p: p.vote(p.candidate),
    "the candidate decides under another's name": lambda p: p.vote(p.candidate, person_id=p.apart),
    "the mentor decides": lambda p: p.vote(p.mentor),
    "the assessor decides": lambda p: p.vote(p.assessor),
    "two votes of one person": _second_vote,
    "a decision by one": _decide_alone,
    "a decision by nobody": lambda p: p.write(update(Dossier).values(state="refused")),
    "issued before it is approved": lambda p: p.write(update(Dossier).values(state="issued")),
    "issued by the candidate": lambda p: p.certificate(p.candidate),
    "issued by the mentor": lambda p: p.certificate(p.mentor),
    "issued by the assessor": lambda p: p.certificate(p.assessor),
    "issued to somebody else": lambda p: p.certificate(p.apart, person_id=p.mentor),
    "a certificate changed by its holder": _own_act,
    "observing oneself": lambda p: p.observe(p.candidate),
    "observing whom one accompanies": lambda p: p.observe(p.mentor),
    "accompanying whom one observed": lambda p: p.pair(p.assessor),
    "accompanying oneself": lambda p: p.pair(p.candidate),
    "a role given to oneself": lambda p: _role(p, p.candidate, given_by=p.candidate),
    "a role made one's own gift later": lambda p: _change(p, given_by=p.candidate),
    "an account deactivated by its owner": lambda p: _change(p, paused_at=NOW, paused_by=p.candidate),
    "a role turned into another": lambda p: _change(p, role="admin"),
    "a role handed to another person": lambda p: _change(p, person_id=p.apart),
    "a role begun earlier": lambda p: _change(p, since=NOW - timedelta(days=2000)),
    "a role prolonged": _prolong,
    "a taking unsaid": _untake,
    "a role that ends before it begins": lambda p: _role(p, p.candidate, until=NOW - timedelta(days=1)),
    "a role that there is not": lambda p: _role(p, p.candidate, role="king"),
    "a role deleted": lambda p: p.write(delete(Membership)),
}


@pytest.mark.parametrize("deed", REFUSED)
def test_the_database_refuses(place: Place, deed: str) -> None:
    with pytest.raises(IntegrityError):
        REFUSED[deed](place)


def test_a_session_that_its_mentor_wrote_is_not_signed_by_them(place: Place) -> None:
    place.write(update(MentoringSession).values(author_id=place.mentor))
    for deed in (lambda: _sign(place, place.mentor), place.hours):
        with pytest.raises(IntegrityError):
            deed()


def test_the_database_lets_pass_what_is_done_by_those_apart(place: Place) -> None:
    second = place.world.person("registrar")
    _sign(place, place.mentor)
    place.hours()
    place.vote(place.apart)
    place.vote(second)
    place.write(update(Dossier).values(state="approved"))
    place.certificate(place.apart)
    place.write(update(Dossier).values(state="issued"))
    _change(place, until=NOW, taken_by=place.candidate)  # one may leave


def test_a_mentor_whose_hours_were_taken_back_is_still_no_stranger(place: Place) -> None:
    former = place.world.person("senior", "registrar")
    place.hours(mentor_id=former, signed_by=former)
    for deed in (place.vote, place.certificate, place.observe):
        with pytest.raises(IntegrityError):
            deed(former)
