"""A person with something in every table, beside another who shares course and mentor."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from assessments.quizzes.models import Answer
from certificates.accreditation.models import Decision
from courses.learning.models import Edition, Enrolment, Reflection
from courses.mentoring import operations as mentoring
from courses.mentoring.models import MentoringSession, Pairing
from lms.db import transaction
from lms.ids import new_id
from lms.people.models import Invitation, Passkey, Person
from lms.people.privacy.models import Correction
from lms.people.profile import operations as profile
from tests.cast import _course, _observation
from tests.register import seed
from tests.world import NOW, World

# What the person is called and wrote, and what was written about them.
MINE = (
    "Nombre Elegido Únicamente",
    "pronombre-propio",
    "una-reflexión-muy-mía",
    "una-nota-de-sesión-mía",
    "nota-de-la-sesión-sin-visar",
    "petición-de-corrección-mía",
    "navegador-de-la-persona",
    "llave-de-la-persona",
    "palabras-de-quien-observó",
    "motivos-de-la-decisión",
    "Nombre Del Certificado",
)
THEIRS = ("reflexión-de-otra-persona", "nota-de-otra-persona", "Nombre De La Otra")


@dataclass
class Life:
    """Who there is, and one of each thing."""

    person: UUID
    other: UUID
    mentor: UUID
    assessor: UUID
    email: str
    certificate: UUID
    session: UUID
    observation: UUID


def lead(world: World) -> Life:
    """Fill every table for a person, and for another beside them."""
    person = world.person("agent", name=MINE[0])
    other = world.person("agent", name=THEIRS[2])
    mentor, assessor = world.person("senior", name="Mentora Con Nombre"), world.person("assessor", name="Asesora")
    registrar = world.person("registrar", name="Registro Que Mira")
    with world.database(), transaction() as session:
        email = session.get_one(Person, person).email
        session.execute(update(Person).where(Person.id == person).values(pronouns=MINE[1]))
        made = _course(session, world, person)
        _reflect(session, world, made, person, MINE[2])
        second = Enrolment(
            id=new_id(), federation_id=world.here, edition_id=made["edition_id"], person_id=other, enrolled_at=NOW
        )
        session.add(second)
        session.execute(update(Edition).values(seats_taken=2))
        session.flush()
        _reflect(session, world, {"enrolment_id": second.id}, other, THEIRS[0])
        session.add(Answer(attempt_id=made["attempt_id"], position=0, chosen=["a"], saved_at=NOW))
        signed = _session(session, world, person, mentor, MINE[3])
        _session(session, world, other, mentor, THEIRS[1], days=4)
        _session(session, world, person, mentor, MINE[4], days=3, sign=False)
        observation = _observation(session, world, person, assessor)["observation_id"]
        session.execute(_words(observation))
        session.add(
            Passkey(
                user_id=person, credential_id=b"c", public_key=b"p", backup_state=False, device_type="single",
                lastuse_datetime=NOW, name=MINE[7], usage="secondary",
            )
        )  # fmt: skip
        session.add(Correction(federation_id=world.here, person_id=person, wish=MINE[5], asked_at=NOW))
        session.add(
            Invitation(
                federation_id=world.here, email=email, name=MINE[0], role="agent", nonce="m" * 20, sent_at=NOW,
                expires_at=NOW + timedelta(days=14), accepted_at=NOW, accepted_by=person,
            )
        )  # fmt: skip
        profile.keep_legal_name(person, "Nombre De Sus Papeles", now=NOW)
    certificate = seed.issued(world, person, registrar, name=MINE[10])
    with world.database(), transaction() as session:
        session.add(
            Decision(
                dossier_id=certificate.dossier_id, member_id=registrar, person_id=person, verdict="approve",
                reasons=MINE[9], at=NOW,
            )
        )  # fmt: skip
    world.browser(person, device=MINE[6])
    assert world.browser(registrar).get(f"/certificates/{certificate.id}").status_code == 200
    return Life(person, other, mentor, assessor, email, certificate.id, signed, observation)


def _words(observation: UUID) -> Any:
    from assessments.competencies.models import Rating

    return update(Rating).where(Rating.observation_id == observation).values(words=MINE[8])


def _reflect(session: Any, world: World, made: dict[str, Any], person: UUID, words: str) -> None:
    from courses.catalogue.models import Lesson

    lesson = session.query(Lesson).first()
    session.add(Reflection(enrolment_id=made["enrolment_id"], lesson_id=lesson.id, text=words, updated_at=NOW))


def _session(
    session: Any, world: World, person: UUID, mentor: UUID, note: str, *, days: int = 2, sign: bool = True
) -> UUID:
    pairing = session.query(Pairing).filter_by(person_id=person, mentor_id=mentor).first()
    if pairing is None:
        pairing = mentoring.pair(world.here, person, mentor, by=mentor, now=NOW - timedelta(days=9))
    written = mentoring.log_session(
        pairing, author_id=person, kind="individual", format="video", starts_at=NOW - timedelta(days=days),
        minutes=60, competencies=[], note=note, now=NOW - timedelta(days=1),
    )  # fmt: skip
    session.flush()
    if sign:
        mentoring.sign([written.id], by=mentor, federation_id=world.here, now=NOW)
    return session.query(MentoringSession).filter_by(id=written.id).one().id
