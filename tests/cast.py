"""Somebody in every role, here and elsewhere, and one of each thing, all belonging to the same few people."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from assessments.bank.models import Question, QuestionVersion
from assessments.competencies.models import Observation, Rating
from assessments.quizzes.models import Attempt, Quiz
from courses.authoring import operations as writing
from courses.authoring.models import DraftFile
from courses.catalogue.models import Course, CourseVersion, Lesson, Module
from courses.editions.models import EditionTrainer
from courses.learning.models import Edition, Enrolment, Meeting
from courses.learning.rules import Writing
from courses.media.models import SharedReflection
from courses.mentoring.models import MentoringSession, Pairing
from courses.packages.models import Package, PackageItem, PackageRecord
from courses.spaces.models import Post, Thread
from courses.study import notes
from lms.db import transaction
from lms.ids import new_id
from lms.people.federations.models import Association, Recognition
from lms.people.imports.models import Import
from lms.people.messages.models import Message
from lms.people.models import Invitation, Membership, Service
from lms.people.privacy.models import Correction
from lms.policy import ROLES
from tests.register import seed
from tests.world import NOW, World


@dataclass
class Cast:
    """`people` by a short name; `ids` of one thing of each kind, by the name that addresses give it."""

    people: dict[str, UUID]
    elsewhere: dict[str, UUID]
    ids: dict[str, Any]


def gather(world: World, *, certified: bool = False) -> Cast:
    """`owner` is the agent to whom everything belongs, `mentor` accompanies them, `observer` assessed them.

    `owner` has an open dossier, or, when `certified`, a certificate.
    """
    here = {role: role for role in ROLES} | {
        "owner": "agent",
        "mentor": "senior",
        "observer": "assessor",
        "teacher": "trainer",
    }
    made = world.people(
        {name: (role, world.here) for name, role in here.items()}
        | {f"{role}@elsewhere": (role, world.elsewhere) for role in ROLES}
    )
    people = {name: made[name] for name in here}
    elsewhere = {name: id_ for name, id_ in made.items() if name not in here}
    ids: dict[str, Any] = {"slug": "un-curso", "module": "bienvenida", "lesson": "primera", "kind": "code-of-ethics"}
    with world.database(), transaction() as session:
        ids |= _course(session, world, people["owner"])
        ids |= _package(session, world, ids)
        ids |= _draft(session, world, people["author"])
        ids |= _meeting(session, world, ids["edition_id"], people["teacher"])
        ids |= _hours(session, world, people["owner"], people["mentor"])
        ids |= _shared(session, world, people["owner"], people["mentor"], ids)
        ids |= _observation(session, world, people["owner"], people["observer"])
        ids |= _invitation(session, world, people["registrar"])
        ids |= _correction(session, world, people["owner"])
        ids |= _message(session, world, people["owner"])
        ids |= _import(session, world, people["registrar"])
        ids |= _bodies(session, world)
        ids |= _talk(session, world, people["owner"], ids["edition_id"])
        ids |= _note(ids["enrolment_id"])
        held = session.query(Membership).filter_by(person_id=people["owner"]).one()
        ids |= {"person_id": people["owner"], "membership_id": held.id}
    if certified:
        ids["certificate_id"] = seed.issued(world, people["owner"], world.person("registrar")).id
    else:
        ids["dossier_id"] = seed.approved(world, people["owner"], state="open")
    return Cast(people, elsewhere, ids)


def _talk(session: Any, world: World, owner: UUID, edition_id: UUID) -> dict[str, Any]:
    thread = Thread(
        id=new_id(), federation_id=world.here, edition_id=edition_id, kind="talk", title="Un saludo", author_id=owner,
        begun_at=NOW, last_at=NOW, last_by=owner, posts=1,
    )  # fmt: skip
    session.add(thread)
    session.flush()
    post = Post(id=new_id(), thread_id=thread.id, number=1, author_id=owner, text="Hola", notice="", at=NOW)
    session.add(post)
    return {"thread_id": thread.id, "post_id": post.id}


def _course(session: Any, world: World, owner: UUID) -> dict[str, Any]:
    course = Course(id=new_id(), slug="un-curso", audience="agent")
    version = CourseVersion(
        id=new_id(),
        course_id=course.id,
        number=1,
        digest="0" * 64,
        title={"es": "Un curso"},
        summary={"es": "Corto"},
        html={"es": ""},
        minutes=60,
        published_at=NOW,
    )
    course.current_version_id = version.id
    texts: dict[str, Any] = {"title": {"es": "Uno"}, "html": {"es": "<p>Uno</p>"}, "notice": {}, "competencies": []}
    module = Module(
        id=new_id(),
        version_id=version.id,
        number=1,
        slug="bienvenida",
        outcomes={},
        minutes=60,
        lesson_count=1,
        **texts,
    )
    lesson = Lesson(
        id=new_id(),
        module_id=module.id,
        number=1,
        slug="primera",
        skip={},
        reflection={"es": "¿Qué?"},
        alternative={"es": "Otra"},
        sources={},
        minutes=10,
        **texts,
    )
    question = Question(id=new_id(), course_id=course.id, name="una")
    choices = [{"key": key, "html": key, "score": score, "feedback": key} for key, score in (("a", 10000), ("b", 0))]
    wording = QuestionVersion(
        id=new_id(),
        question_id=question.id,
        number=1,
        kind="single",
        competency="1.1",
        digest="0" * 64,
        stem="<p>¿?</p>",
        choices=choices,
        created_at=NOW,
    )
    quiz = Quiz(
        id=new_id(),
        module_id=module.id,
        title={"es": "Comprueba"},
        pass_mark=7500,
        attempts_allowed=2,
        draw=1,
        question_ids=[str(wording.id)],
    )
    edition = Edition(
        id=new_id(),
        federation_id=world.here,
        version_id=version.id,
        name="Primavera",
        begins_on=date(2026, 3, 1),
        ends_on=date(2099, 6, 1),
        seats=30,
        seats_taken=1,
        for_everybody=True,
    )
    enrolment = Enrolment(
        id=new_id(), federation_id=world.here, edition_id=edition.id, person_id=owner, enrolled_at=NOW
    )
    attempt = Attempt(
        id=new_id(),
        federation_id=world.here,
        quiz_id=quiz.id,
        enrolment_id=enrolment.id,
        person_id=owner,
        number=1,
        seed=1,
        pass_mark=7500,
        sheet=[{"question": str(wording.id), "kind": "single", "choices": ["a", "b"]}],
        state="open",
        began_at=NOW,
    )
    for thing in (course, version, module, lesson, question, wording, quiz, edition, enrolment, attempt):
        session.add(thing)
        session.flush()
    return {
        "edition_id": edition.id,
        "enrolment_id": enrolment.id,
        "attempt_id": attempt.id,
        "version_id": version.id,
        "course_id": course.id,
    }


def _draft(session: Any, world: World, author: UUID) -> dict[str, Any]:
    files = {"course.md": b"---\ntitle: Otro\n---\n", "01-a/01-b.md": b"---\ntitle: B\n---\nTexto.\n"}
    draft = writing.begin(world.here, "otro-curso", files, by=author, now=NOW)
    ids = dict(session.execute(select(DraftFile.path, DraftFile.id).where(DraftFile.draft_id == draft.id)).all())
    return {"draft_id": draft.id, "file_id": ids["01-a/01-b.md"]}


def _package(session: Any, world: World, ids: dict[str, Any]) -> dict[str, Any]:
    lesson = session.query(Lesson).filter_by(slug=ids["lesson"]).one()
    version_id = session.query(CourseVersion.id).scalar()
    package = Package(
        id=new_id(), federation_id=world.here, version_id=version_id, standard="1.2", digest="0" * 64, bytes=1, files=1,
        brought_at=NOW,
    )  # fmt: skip
    session.add(package)
    session.flush()
    record = PackageRecord(
        enrolment_id=ids["enrolment_id"], lesson_id=lesson.id, window_id=new_id(), opened_at=NOW, updated_at=NOW
    )
    item = PackageItem(lesson_id=lesson.id, package_id=package.id, launch="index.html", tells=True, data={})
    session.add_all([item, record])
    session.flush()
    return {"window_id": record.window_id}


def _note(enrolment: UUID) -> dict[str, Any]:
    note_id, writing = new_id(), Writing("a-page", 1, 0)
    notes.add(note_id, enrolment, "bienvenida", "primera", "Una nota", anchor=None, writing=writing, now=NOW)
    return {"note_id": note_id}


def _meeting(session: Any, world: World, edition_id: UUID, teacher: UUID) -> dict[str, Any]:
    meeting = Meeting(
        id=new_id(), federation_id=world.here, edition_id=edition_id, what="Primer encuentro", minutes=60,
        starts_at=NOW + timedelta(days=1),
    )  # fmt: skip
    session.add(meeting)
    session.add(
        EditionTrainer(edition_id=edition_id, person_id=teacher, federation_id=world.here, since=NOW, given_by=teacher)
    )
    session.flush()
    return {"meeting_id": meeting.id, "deed": "pause"}


def _hours(session: Any, world: World, owner: UUID, mentor: UUID) -> dict[str, Any]:
    both = {"federation_id": world.here, "person_id": owner, "mentor_id": mentor}
    pairing = Pairing(id=new_id(), since=NOW - timedelta(days=9), made_by=mentor, **both)
    session.add(pairing)
    session.flush()
    waiting = MentoringSession(
        id=new_id(),
        pairing_id=pairing.id,
        author_id=owner,
        kind="individual",
        format="video",
        starts_at=NOW - timedelta(days=2),
        minutes=60,
        written_at=NOW - timedelta(days=1),
        **both,
    )
    session.add(waiting)
    session.flush()
    return {"pairing_id": pairing.id, "session_id": waiting.id}


def _shared(session: Any, world: World, owner: UUID, mentor: UUID, ids: dict[str, Any]) -> dict[str, Any]:
    shared = SharedReflection(
        id=new_id(), federation_id=world.here, person_id=owner, reader_id=mentor, enrolment_id=ids["enrolment_id"],
        lesson_id=session.query(Lesson).one().id, way="words", text="Lo que pienso", shared_at=NOW,
    )  # fmt: skip
    session.add(shared)
    session.flush()
    return {"shared_id": shared.id}


def _observation(session: Any, world: World, owner: UUID, observer: UUID) -> dict[str, Any]:
    observation = Observation(
        id=new_id(),
        federation_id=world.here,
        person_id=owner,
        assessor_id=observer,
        setting="role-play",
        observed_at=NOW,
        recorded_at=NOW,
        framework="1",
    )
    session.add(observation)
    session.flush()
    session.add(Rating(observation_id=observation.id, competency="1.1", level=3))
    return {"observation_id": observation.id}


def _correction(session: Any, world: World, owner: UUID) -> dict[str, Any]:
    asked = Correction(federation_id=world.here, person_id=owner, wish="Mi correo es otro", asked_at=NOW)
    session.add(asked)
    session.flush()
    return {"correction_id": asked.id}


def _invitation(session: Any, world: World, registrar: UUID) -> dict[str, Any]:
    invitation = Invitation(
        id=new_id(),
        federation_id=world.here,
        email="new@demo.test",
        name="Nueva",
        role="agent",
        invited_by=registrar,
        nonce="n" * 20,
        sent_at=NOW,
        expires_at=NOW + timedelta(days=3650),
    )
    session.add(invitation)
    session.flush()
    return {
        "invitation_id": invitation.id,
        "token": "not-a-token",
        "code": "AAAA",
        "what": "close",
        "whom": "everybody",
    }


def _message(session: Any, world: World, owner: UUID) -> dict[str, Any]:
    message = Message(
        id=new_id(),
        person_id=owner,
        federation_id=world.here,
        kind="role-given",
        facts={"role": "agent"},
        at=NOW,
        mail="sent",
    )
    session.add(message)
    session.flush()
    return {"message_id": message.id}


def _import(session: Any, world: World, registrar: UUID) -> dict[str, Any]:
    judged = Import(
        id=new_id(), federation_id=world.here, made_by=registrar, made_at=NOW, state="judged", digest="0" * 64, rows=1
    )
    session.add(judged)
    session.flush()
    return {"import_id": judged.id, "form": "csv"}


def _bodies(session: Any, world: World) -> dict[str, Any]:
    association = Association(id=new_id(), federation_id=world.here, name="Una asociación", created_at=NOW)
    session.add(association)
    session.flush()
    service = Service(id=new_id(), federation_id=world.here, name="Un servicio", association_id=association.id)
    agreement = Recognition(
        id=new_id(),
        recognising_id=world.here,
        recognised_id=world.elsewhere,
        what="courses",
        proposed_by_id=world.elsewhere,
        proposed_by=new_id(),
        proposed_at=NOW,
    )
    session.add_all([service, agreement])
    session.flush()
    return {"association_id": association.id, "service_id": service.id, "agreement_id": agreement.id}
